// All scenarios, in the order of the report. A new one: a file of its own, and its name here.
import { FAULTS } from "./faults.js";
import { herd } from "./herd.js";
import { homes } from "./homes.js";
import { matrix } from "./matrix.js";
import { oneProcess } from "./one-process.js";
import type { Scenario } from "./scenario.js";
import { twoMachines } from "./two-machines.js";

export const SCENARIOS: readonly Scenario[] = [matrix, homes, oneProcess, herd, twoMachines, ...FAULTS];
