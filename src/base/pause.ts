import { abortable } from "./errors.js";

/**
 * Waits, and leaves no timer behind.
 *
 * @param what what is waited for, for the message of an abort
 * @throws StagedoorError `aborted` (or `timeout`) as soon as `signal` fires
 */
export async function pause(ms: number, signal: AbortSignal | undefined, what: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await abortable(over, signal, what).finally(() => clearTimeout(timer));
}
