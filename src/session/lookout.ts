/** The first and the longest pause between two looks, in milliseconds. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Looks now and then, in ever longer pauses, until told to stop.
 *
 * @param look must not throw
 * @returns what stops it; a look that is under way goes on
 */
export function lookout(look: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;
  const wait = (pauseMs: number) => {
    // Uneven, so that processes that began together do not go on looking together.
    timer = setTimeout(
      async () => {
        await look();
        if (!isStopped) wait(Math.min(pauseMs * 2, LONGEST_PAUSE_MS));
      },
      pauseMs * (0.5 + Math.random() / 2),
    );
  };
  wait(FIRST_PAUSE_MS);
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
