// The places for tokens that a scenario runs over, each with the real server behind it. How to use it:
//
//   await withBackend(FILE, conductor, async (backend) => {
//     const workers = await conductor.workers(4, (index) => backend.worker(spotify, index));
//   });
import type { Conductor, SpotifyProgram, WorkerOptions } from "./conductor.js";
import type { StoreDescription } from "./store-description.js";

/** A place that runs now. */
export interface Backend {
  readonly name: string;
  /** How worker number so and so reaches it: where there are two client libraries they take turns. */
  store(index: number): StoreDescription;
  /** What a worker needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The options of a worker that opens it at once. */
  worker(spotify: SpotifyProgram, index: number): WorkerOptions;
}

export interface BackendKind {
  readonly name: string;
  /** Why it cannot run here, if so. */
  readonly missing: string | undefined;
  start(conductor: Conductor): Promise<{
    store(index: number): StoreDescription;
    readonly env?: Readonly<Record<string, string>>;
    close?(): Promise<void>;
  }>;
}

export const FILE: BackendKind = {
  name: "file",
  missing: undefined,
  async start(conductor) {
    const store = conductor.fileStore();
    return { store: () => store };
  },
};

export const BACKENDS: readonly BackendKind[] = [FILE];

/** Runs `use` over a place that is started for it. */
export async function withBackend<V>(
  kind: BackendKind,
  conductor: Conductor,
  use: (backend: Backend) => Promise<V>,
): Promise<V> {
  const { store, env = {}, close } = await kind.start(conductor);
  try {
    return await use({
      name: kind.name,
      store,
      env,
      worker: (spotify, index) => ({ env, open: { spotify, store: store(index) } }),
    });
  } finally {
    await close?.();
  }
}

/** Those that can run here, and a sentence for each that cannot. */
export function available(kinds: readonly BackendKind[]): {
  readonly here: readonly BackendKind[];
  readonly skipped: readonly string[];
} {
  return {
    here: kinds.filter(({ missing }) => missing === undefined),
    skipped: kinds.flatMap(({ name, missing }) => (missing === undefined ? [] : [`${name}: ${missing}`])),
  };
}
