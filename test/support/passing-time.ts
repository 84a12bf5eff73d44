import { vi } from "vitest";

/** Holds timers and the clock that does not step still, and nothing else: what an emulator does in the meantime goes on. */
export function holdTimers(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
}

/** Lets timers pass until `promise` has settled; each step gives what is under way time to go on. */
export async function whileTimePasses<T>(promise: Promise<T>): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  promise.then(over, over);
  for (let step = 0; step < 5000 && !isOver; step++) {
    await new Promise(setImmediate);
    await vi.advanceTimersByTimeAsync(50);
  }
  if (!isOver) throw new Error("It did not settle.");
  return promise;
}
