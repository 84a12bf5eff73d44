// A scenario is one entry in `scenarios.ts`: it runs with a size and gives tables and sentences. Nothing is thrown for a broken
// invariant: it is a sentence in `broken`, so that the report shows the figures beside it.
//
//   export const crashSweep: Scenario = {
//     name: "crash-sweep", title: "Killed at any moment", cases: ["RF-09"], about: "…", minutes: 3,
//     run: ({ size, progress }) => withConductor(async (conductor) => ({ tables: [...], broken: [...] })),
//   };

/** How much of it: `small` belongs to `npm test`, `full` to `npm run test:reliability`. */
export type Size = "small" | "full";

export interface RunOptions {
  readonly size: Size;
  /** A line for whoever waits. */
  readonly progress: (line: string) => void;
  /** For scenarios that run until they are told to end: in milliseconds. */
  readonly forMs?: number;
}

export type Cell = string | number;

export interface Table {
  readonly caption?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface ScenarioResult {
  readonly tables: readonly Table[];
  /** Invariants that did not hold, a sentence each: any of them makes the whole run fail. */
  readonly broken: readonly string[];
  /** What a reader should know besides, a sentence each. */
  readonly notes?: readonly string[];
  /** Parts that were left out because something is not installed here; a failure where CI=true. */
  readonly skipped?: readonly string[];
}

export interface Scenario {
  /** As `--only` takes it. */
  readonly name: string;
  /** The heading in the report. */
  readonly title: string;
  /** The ids of the cases that it covers. */
  readonly cases: readonly string[];
  /** What was done and how it was measured: a paragraph. */
  readonly about: string;
  /** How long it takes at full size on two cores, at most. */
  readonly minutes: number;
  /** Runs only where it is asked for, such as by `--soak`. */
  readonly onlyWhenAsked?: boolean;
  run(options: RunOptions): Promise<ScenarioResult>;
}
