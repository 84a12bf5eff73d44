// All scenarios, in the order of the report. A new one: a file of its own, and its name here.
import { matrix } from "./matrix.js";
import type { Scenario } from "./scenario.js";

export const SCENARIOS: readonly Scenario[] = [matrix];
