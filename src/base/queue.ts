import { abortable } from "./errors.js";

/** The last turn that was asked for, by name. The shape is this plain so that two copies of the module can share one. */
export type Turns = Map<string, Promise<void>>;

/**
 * Runs `action` after all that were asked for before under the same name, whether those succeeded or not.
 *
 * @param what what is waited for, for the message of an abort
 * @throws StagedoorError `aborted` (or `timeout`) as soon as `signal` fires while waiting; `action` never runs then
 */
export function inTurn<T>(
  turns: Turns,
  name: string,
  action: () => Promise<T>,
  signal: AbortSignal | undefined,
  what: string,
): Promise<T> {
  const previous = turns.get(name) ?? Promise.resolve();
  const mine = abortable(previous, signal, what).then(action);
  // Both: one who gave up waiting must not let the next ones overtake the one that still runs.
  const turn = Promise.allSettled([previous, mine]).then(() => {
    if (turns.get(name) === turn) turns.delete(name);
  });
  turns.set(name, turn);
  return mine;
}
