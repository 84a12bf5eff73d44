// The scenarios in which something fails: processes, answers, disks, clocks, stores.
import { crashCalls } from "./crash-calls.js";
import { crashSweep, otherSweeps } from "./crash-sweep.js";
import { lostAnswers } from "./lost-answers.js";
import { manyCalls, millionCalls } from "./many-calls.js";
import type { Scenario } from "./scenario.js";
import { sickDisks } from "./sick-disks.js";
import { shortSoak, soak } from "./soak.js";
import { stoppedHolders } from "./stopped-holders.js";
import { storeOutages } from "./store-outages.js";
import { terminations } from "./terminations.js";
import { wrongClocks } from "./wrong-clocks.js";

export const FAULTS: readonly Scenario[] = [
  crashSweep,
  otherSweeps,
  crashCalls,
  terminations,
  stoppedHolders,
  lostAnswers,
  sickDisks,
  storeOutages,
  wrongClocks,
  shortSoak,
  manyCalls,
  soak,
  millionCalls,
];
