/** What a good programmer writes by hand on top of a function that gets JSON: the yardstick of the tables. */

/**
 * @param {(path: string) => Promise<any>} get
 * @returns {import("../contestants.mjs").Caller}
 */
export function handMade(get) {
  return {
    getTrack: (id) => get(`/v1/tracks/${id}`),
    readPlaylist: async (id, onTrack, { inFlight = 1 }) => {
      const limit = 50;
      const page = (offset) => get(`/v1/playlists/${id}/items?limit=${limit}&offset=${offset}`);
      const first = await page(0);
      const ahead = [];
      let next = limit;
      const more = () => {
        while (ahead.length < inFlight && next < first.total) {
          ahead.push(page(next));
          next += limit;
        }
      };
      for (let current = first; current !== undefined; ) {
        more();
        for (const entry of current.items) onTrack(entry.item.id);
        current = await ahead.shift();
      }
    },
    readTracks: async (ids, { tier, inFlight = 1 }) => {
      if (tier === "development") return inParallel(ids, inFlight, (id) => get(`/v1/tracks/${id}`));
      const batches = [];
      for (let at = 0; at < ids.length; at += 50) batches.push(ids.slice(at, at + 50));
      const read = await inParallel(batches, inFlight, (batch) => get(`/v1/tracks?ids=${batch.join(",")}`));
      return read.flatMap(({ tracks }) => tracks);
    },
  };
}

async function inParallel(list, inFlight, work) {
  const results = new Array(list.length);
  let next = 0;
  const loop = async () => {
    while (next < list.length) {
      const at = next++;
      results[at] = await work(list[at]);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, loop));
  return results;
}
