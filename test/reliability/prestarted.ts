// Workers that are started before they are needed: starting one takes longer than most of what it is then asked.
import type { Conductor, WorkerOptions, WorkerProgram } from "./conductor.js";

export interface Prestarted {
  /** The next one, as soon as it is ready. */
  take(): Promise<WorkerProgram>;
  /** Ends those that nobody took. */
  stop(): Promise<void>;
}

/**
 * @param ahead how many are kept ready
 * @param total how many will be taken at most
 */
export function prestart(
  conductor: Conductor,
  {
    ahead,
    total,
    options,
  }: { readonly ahead: number; readonly total: number; readonly options: WorkerOptions },
): Prestarted {
  const ready: Promise<WorkerProgram>[] = [];
  let started = 0;
  const fill = () => {
    while (ready.length < ahead && started < total) {
      started += 1;
      const starting = conductor.worker(options);
      starting.catch(() => undefined);
      ready.push(starting);
    }
  };
  fill();
  return {
    async take() {
      const next = ready.shift();
      if (next === undefined) throw new Error(`More than ${total} workers were asked for.`);
      const worker = await next;
      fill();
      return worker;
    },
    async stop() {
      started = total;
      for (const worker of await Promise.all(ready)) worker.destroy();
    },
  };
}
