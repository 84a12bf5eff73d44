/** Ten calls in each second, with a margin: what can be done by one who knows the limit. */
import { open as openPool } from "./request.mjs";

const COUNT = 10;
const SPAN_MS = 1005;

export function open(settings) {
  const { getTrack } = openPool(settings);
  const ends = [];
  let queue = Promise.resolve();
  const turn = () => {
    queue = queue.then(async () => {
      if (ends.length >= COUNT) {
        const waitMs = (await ends.shift()) + SPAN_MS - performance.now();
        if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    });
    return queue;
  };
  return {
    getTrack: async (id) => {
      await turn();
      const answer = getTrack(id);
      ends.push(answer.then(() => performance.now()));
      return answer;
    },
  };
}
