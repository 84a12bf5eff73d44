/**
 * Measures contestants in turn, round by round, so that what the machine does meanwhile meets all of them. Each round begins with
 * another one. Who fails is left out from then on, with what it said.
 *
 * @template {{ contestant: { title: string, name: string } }} E
 * @template R
 * @param {readonly E[]} entries
 * @param {number} rounds
 * @param {(entry: E, round: number) => Promise<R>} measure
 * @returns {Promise<(E & { results: R[], error: string | undefined })[]>}
 */
export async function inTurn(entries, rounds, measure) {
  const measured = entries.map((entry) => ({ ...entry, results: [], error: undefined }));
  for (let round = 0; round < rounds; round++) {
    for (let at = 0; at < measured.length; at++) {
      const entry = measured[(at + round) % measured.length];
      if (entry.error !== undefined) continue;
      try {
        entry.results.push(await measure(entry, round));
      } catch (error) {
        entry.error = String(error?.message ?? error).split("\n")[0];
        console.error(`  ${entry.contestant.name}: ${String(error?.message ?? error).slice(0, 800)}`);
      }
    }
  }
  return measured;
}
