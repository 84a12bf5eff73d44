/** All callers stop at the first 429 for as long as it says, then go on together: what most careful programs do. */
import { Pool } from "undici";

export function open({ url }) {
  const pool = new Pool(url, { connections: 10 });
  const headers = { authorization: "Bearer fresh", accept: "application/json" };
  let closedUntil = 0;
  let running = 0;
  const waiting = [];
  const leave = () => {
    running -= 1;
    waiting.shift()?.();
  };
  return {
    getTrack: async (id) => {
      for (;;) {
        if (running >= 10) await new Promise((resolve) => waiting.push(resolve));
        running += 1;
        try {
          while (closedUntil > performance.now())
            await new Promise((resolve) => setTimeout(resolve, closedUntil - performance.now()));
          const asked = await pool.request({ path: `/v1/tracks/${id}`, method: "GET", headers });
          if (asked.statusCode === 200) return await asked.body.json();
          await asked.body.dump();
          closedUntil = performance.now() + Number(asked.headers["retry-after"]) * 1000;
        } finally {
          leave();
        }
      }
    },
  };
}
