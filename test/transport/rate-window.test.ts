import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RateWindow } from "../../src/transport/rate-window.js";
import { type ModelServer, simulate } from "../support/window-simulation.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const ROUNDINGS = {
  up: (waitMs: number) => Math.ceil(waitMs / SECOND) * SECOND,
  down: (waitMs: number) => Math.floor(waitMs / SECOND) * SECOND,
  nearest: (waitMs: number) => Math.round(waitMs / SECOND) * SECOND,
  "one more": (waitMs: number) => Math.ceil(waitMs / SECOND) * SECOND + SECOND,
  zero: () => 0,
  none: () => undefined,
} as const;

/** A generator of numbers from 0 to 1 that a failing example can be repeated with. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function model(
  size: number,
  spanMs: number,
  latencyMs: number,
  rounding: keyof typeof ROUNDINGS,
  seed: number,
) {
  const random = seeded(seed);
  const server: ModelServer = {
    size,
    spanMs,
    latencyMs: () => latencyMs * (0.5 + random() / 2),
    retryAfter: ROUNDINGS[rounding],
    passedAt: [],
  };
  return { server, window: new RateWindow({ random }) };
}

/** How many can be in flight when the limit is met for the first time. */
const firstRefusals = (size: number) => Math.min(64, Math.floor(4 + Math.sqrt(3 * size)));

const sizes = fc.integer({ min: 1, max: 200 });
const seeds = fc.nat();

describe("the rate window", () => {
  it("RL-08 RL-20 learns any window that it knows from one row of refusals, and meets it no more", () => {
    fc.assert(
      fc.property(
        sizes,
        fc.constantFrom(1, 2, 5, 10, 30),
        fc.integer({ min: 1, max: 20 }),
        seeds,
        (size, span, latency, seed) => {
          const { server, window } = model(size, span * SECOND, latency, "up", seed);
          const first = simulate(window, server, size * 2, 0);
          expect(first.done).toBe(size * 2);
          expect(first.refused).toBeLessThanOrEqual(firstRefusals(size));
          // Two minutes at the limit would be the time to try for more.
          const second = simulate(window, server, size * 2, first.endedAt + 50);
          expect(second).toMatchObject({ done: size * 2, refused: 0 });
        },
      ),
      { numRuns: 100 },
    );
  });

  it("takes at most a fifth longer than the server does", () => {
    fc.assert(
      fc.property(sizes, fc.constantFrom(1, 2, 5, 10, 30), seeds, (size, span, seed) => {
        const { server, window } = model(size, span * SECOND, 5, "up", seed);
        const { endedAt } = simulate(window, server, size * 4, 0);
        expect(endedAt).toBeLessThanOrEqual(1.2 * 3 * span * SECOND);
      }),
      { numRuns: 50 },
    );
  });

  it("gets everything done with few refusals, whatever the span, the latency and the Retry-After", () => {
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 200, max: 30_000 }),
        fc.integer({ min: 1, max: 500 }),
        fc.constantFrom(
          ...Object.keys(ROUNDINGS).filter((name): name is keyof typeof ROUNDINGS => name in ROUNDINGS),
        ),
        seeds,
        (size, spanMs, latency, rounding, seed) => {
          const { server, window } = model(size, spanMs, latency, rounding, seed);
          const { done, refused, episodes, mostInFlight } = simulate(
            window,
            server,
            Math.min(1000, size * 6),
            0,
          );
          expect(done).toBe(Math.min(1000, size * 6));
          expect(episodes).toBeLessThanOrEqual(14);
          // Once a limit is known, right or not, what is in flight grows up to 64 again before each row.
          expect(refused).toBeLessThanOrEqual(firstRefusals(size) + 3 * Math.min(64, size) + 20);
          expect(mostInFlight).toBeLessThanOrEqual(64);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("lets four go at first, and more with the answers, ever more slowly", () => {
    const window = new RateWindow();
    expect(window.take(100, 0)).toBe(4);
    expect(window.take(100, 0)).toBe(0);
    for (let answered = 0; answered < 4; answered++) window.settle(0, 10, "answered");
    // Four and the root of twelve.
    expect(window.take(100, 10)).toBe(7);
    for (let answered = 0; answered < 7; answered++) window.settle(10, 20, "answered");
    // Four and the root of thirty-three.
    expect(window.take(100, 20)).toBe(9);
  });

  it("RL-08 begins with one after a cooldown, and counts later refusals of the same row to it", () => {
    const window = new RateWindow({ random: () => 0 });
    expect(window.take(4, 0)).toBe(4);
    expect(window.refuse(0, 20, 2000)).toBe(true);
    expect(window.refuse(0, 30, 2000)).toBe(false);
    expect(window.cooldownUntil).toBe(2030);
    expect(window.take(1, 2029)).toBe(0);
    expect(window.waitMs(1030)).toBe(1000);
    window.settle(0, 40, "answered");
    // The last one was sent before the cooldown and is answered after it: no new row.
    expect(window.refuse(0, 2040, 1000)).toBe(false);
    expect(window.take(10, 3039)).toBe(0);
    expect(window.take(10, 3040)).toBe(1);
  });

  it("RL-04 never shortens a cooldown, and gives a Retry-After of 0 a floor that doubles", () => {
    const window = new RateWindow({ random: () => 0 });
    let now = 0;
    const waits = [];
    for (let episode = 0; episode < 9; episode++) {
      expect(window.take(1, now)).toBe(1);
      window.refuse(now, now, 0);
      waits.push(window.cooldownUntil - now);
      window.hold(now + 1);
      now = window.cooldownUntil;
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it("RL-02 backs off with jitter where there is no Retry-After: half of 1, 2, 4 to 30 s, and up to the other half", () => {
    for (const [random, expected] of [
      [0, [500, 1000, 2000, 4000, 8000, 15_000, 15_000]],
      [1, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]],
    ] as const) {
      const window = new RateWindow({ random: () => random });
      let now = 0;
      for (const wait of expected) {
        expect(window.take(1, now)).toBe(1);
        window.refuse(now, now, undefined);
        expect(window.cooldownUntil - now).toBe(wait);
        now = window.cooldownUntil;
      }
    }
  });

  it("RL-05 keeps to a day as to a second, and learns nothing from a refusal before anything was let through", () => {
    const window = new RateWindow({ random: () => 1 });
    window.take(1, 0);
    window.refuse(0, 0, 86_400 * SECOND);
    expect(window.cooldownUntil).toBeGreaterThanOrEqual(86_400 * SECOND);
    expect(window.estimateMs(0, SECOND)).toBeGreaterThanOrEqual(86_399 * SECOND);
    expect(window.take(1, window.cooldownUntil)).toBe(1);
    expect(window.limit).toBeUndefined();
  });

  it("tries a little more after two minutes at the limit, at the price of one refusal, and then more seldom", () => {
    const { server, window } = model(40, 5 * SECOND, 5, "up", 1);
    const first = simulate(window, server, 80, 0);
    expect(window.limit).toEqual({ requests: 40, spanMs: 5 * SECOND });
    // Twenty minutes without a pause: tries after 2, 6 and 14 of them.
    const long = simulate(window, server, 40 * 12 * 20, first.endedAt);
    expect(long.done).toBe(40 * 12 * 20);
    expect(long.refused).toBe(3);
  });

  it("follows a limit that was raised, and one that was lowered", () => {
    const { server, window } = model(20, 5 * SECOND, 5, "up", 1);
    const first = simulate(window, server, 40, 0);
    const raised = simulate(window, { ...server, size: 40 }, 40 * 12 * 20, first.endedAt);
    expect(raised.refused).toBeLessThanOrEqual(3);
    expect(window.limit?.requests).toBeGreaterThan(35);
    const lowered = simulate(window, { ...server, size: 10 }, 200, raised.endedAt);
    expect(lowered.done).toBe(200);
    expect(window.limit?.requests).toBeLessThanOrEqual(10);
  });

  it("RL-20 finds its way back within half an hour when somebody else's refusal has made it far too low", () => {
    const { server, window } = model(100, 30 * SECOND, 5, "up", 1);
    window.take(1, 0);
    window.settle(0, 100, "answered");
    window.take(1, 5 * SECOND);
    window.refuse(5 * SECOND, 5100, 25 * SECOND);
    window.take(0, 31 * SECOND);
    expect(window.limit).toEqual({ requests: 1, spanMs: 30 * SECOND });
    let now = 31 * SECOND;
    let refused = 0;
    while (now < 30 * MINUTE) {
      const outcome = simulate(window, server, 2 * (window.limit?.requests ?? 1), now);
      now = outcome.endedAt;
      refused += outcome.refused;
    }
    expect(window.limit?.requests).toBeGreaterThan(50);
    expect(refused).toBeLessThanOrEqual(2);
  });

  it("keeps of a raise no more than was used", () => {
    const { server, window } = model(10, 5 * SECOND, 5, "up", 1);
    let now = simulate(window, server, 20, 0).endedAt;
    const larger = { ...server, size: 22 };
    while ((window.limit?.requests ?? 0) <= 22) now = simulate(window, larger, 10, now).endedAt;
    // A little more than what is proved is wanted while the raise is tried, and then much more.
    for (let round = 0; round < 4; round++) now = simulate(window, larger, 19, now + 5.1 * SECOND).endedAt;
    expect(window.limit?.requests).toBeLessThanOrEqual(22);
    expect(simulate(window, larger, 100, now + 6 * SECOND).refused).toBe(0);
  });

  it("puts a refusal that nothing of ours explains down to others, however often that was so in the course of days", () => {
    const window = new RateWindow({ random: () => 0 });
    for (let day = 0; day < 5; day++) {
      const start = day * 24 * 60 * MINUTE;
      window.take(1, start);
      window.settle(start, start + 50, "answered");
      window.take(1, start + 8 * SECOND);
      window.refuse(start + 8 * SECOND, start + 8050, 13.5 * SECOND);
      expect(window.take(1, start + 30 * SECOND)).toBe(1);
      window.settle(start + 30 * SECOND, start + 30_050, "answered");
    }
    expect(window.limit).toBeUndefined();
  });

  it("counts what got no answer as used, and does not learn from it", () => {
    const window = new RateWindow({ random: () => 0 });
    window.take(2, 0);
    window.settle(0, 10, "unknown");
    window.settle(0, 10, "answered");
    window.take(1, 20);
    window.refuse(20, 30, SECOND);
    const after = window.cooldownUntil;
    window.take(0, after);
    expect(window.limit).toEqual({ requests: 1, spanMs: SECOND });
  });

  it("does not go through years without a request one by one", () => {
    const window = new RateWindow();
    window.take(1, 0);
    window.settle(0, 10, "answered");
    expect(window.isHolding(1e11)).toBe(false);
    expect(window.take(1, 1e11)).toBe(1);
    window.settle(1e11, 1e11, "answered");
    expect(window.inFlight).toBe(0);
  });

  it("does not mind a long pause, nor times below zero", () => {
    const { server, window } = model(10, 2 * SECOND, 5, "up", 1);
    const first = simulate(window, server, 50, -1e6);
    expect(first.done).toBe(50);
    const later = simulate(window, server, 50, first.endedAt + 3_600_000);
    expect(later).toMatchObject({ done: 50, refused: 0 });
  });
});
