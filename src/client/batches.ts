import type { Value } from "../contract/index.js";
import { invalid, toWire } from "./arguments.js";

/** How many calls with full batches are under way at once: enough to hide the way there and back, too few to look like a flood. */
export const PARALLEL = 8;
/** How many calls for one thing each are under way at once, where it takes a call a thing. */
export const PARALLEL_SINGLES = 24;

/** The list in pieces of at most `size`, in order. */
export function chunksOf<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, chunk) =>
    list.slice(chunk * size, (chunk + 1) * size),
  );
}

/**
 * Does something for each element, a few at a time, and gives the results in the order of the elements. After the first failure nothing
 * more is begun.
 *
 * @throws what the first one fails with
 */
export async function mapInParallel<T, R>(
  list: readonly T[],
  work: (element: T) => Promise<R>,
  parallel: number = PARALLEL,
): Promise<R[]> {
  const results: R[] = [];
  const rest = list.entries();
  let failed = false;
  const worker = async () => {
    for (const [index, element] of rest) {
      if (failed) return;
      try {
        results[index] = await work(element);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, list.length) }, worker));
  return results;
}

/**
 * The elements of a long list in Spotify's form. All are checked before the first call is made: a mistake at the end of a list must not
 * be found when its beginning is already written.
 *
 * @param name what the caller calls the list
 * @param element what an element may be
 * @throws StagedoorError `argument-invalid`, naming the element by its place in the whole list
 */
export function elementsOf(name: string, input: unknown, element: Value): readonly string[] {
  if (!Array.isArray(input)) throw invalid(name, "must be a list");
  return input.map((one: unknown, index) => String(toWire(`${name}[${index}]`, element, one, undefined)));
}
