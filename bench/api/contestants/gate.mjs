/**
 * All callers stop at the first 429 for as long as it says; from then on no more are let through between two such pauses than went well before it:
 * what a careful program does by hand.
 */
import { Pool } from "undici";

const IN_FLIGHT = 10;

export function open({ url }) {
  const pool = new Pool(url, { connections: IN_FLIGHT });
  const headers = { authorization: "Bearer fresh", accept: "application/json" };
  const waiting = [];
  let running = 0;
  let passed = 0;
  let budget = Number.POSITIVE_INFINITY;
  let pauseMs = 0;
  let opensAt = 0;

  function close(ms) {
    pauseMs = ms;
    opensAt = Math.max(opensAt, performance.now() + ms + 5);
    passed = 0;
    setTimeout(next, ms + 6);
  }
  function next() {
    while (
      waiting.length > 0 &&
      running < IN_FLIGHT &&
      performance.now() >= opensAt &&
      passed + running < budget
    ) {
      running += 1;
      waiting.shift()();
    }
  }
  const turn = () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      next();
    });

  return {
    getTrack: async (id) => {
      for (;;) {
        await turn();
        const {
          statusCode,
          headers: got,
          body,
        } = await pool.request({ path: `/v1/tracks/${id}`, method: "GET", headers });
        running -= 1;
        if (statusCode === 200) {
          passed += 1;
          if (passed >= budget) close(pauseMs);
          next();
          return body.json();
        }
        await body.dump();
        if (performance.now() >= opensAt) {
          budget = Math.max(1, passed);
          close(Number(got["retry-after"]) * 1000);
        }
      }
    },
  };
}
