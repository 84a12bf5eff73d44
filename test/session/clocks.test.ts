import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/base/clock.js";
import { createApp } from "../../src/oauth/index.js";
import { Session } from "../../src/session/index.js";
import { memoryStore } from "../../src/stores/memory.js";
import { fakeSend } from "../support/fake-send.js";
import { setUp, usual } from "./session-under-test.js";

const YEAR = 365 * DAY;

/** Sessions on one store, each on a machine with clocks of its own; `pass` lets time pass for all. */
async function machines(...ahead: readonly number[]) {
  const { store, token, app: right } = await setUp();
  const start = right.clock.now();
  let passed = 0;
  const fake = fakeSend((_request, index) => usual(index));
  const made = ahead.map((by) => {
    const set = { wall: by, asleep: 0 };
    const clock = { now: () => start + passed + set.wall, steady: () => passed - set.asleep };
    const app = createApp({ clientId: "CID", send: fake.send, clock });
    return { session: new Session({ app, store }), set };
  });
  return {
    made,
    store,
    token,
    sent: () => fake.requests.length,
    pass(ms: number) {
      passed += ms;
    },
  };
}

describe("a clock that is set while the program runs", () => {
  it.each([
    ["two hours back", -2 * HOUR, 1],
    ["a year back", -YEAR, 1],
    ["two hours on", 2 * HOUR, 2],
    ["a year on", YEAR, 2],
  ])(
    "CL-02 %s costs one refresh more at most, and no token is used for longer than it lives",
    async (_, step, most) => {
      const { made, sent, pass } = await machines(0);
      const [{ session, set }] = made as [(typeof made)[0]];
      pass(10 * MINUTE);
      await session.token();
      set.wall = step;
      for (let minute = 0; minute < 55; minute += 5) {
        pass(5 * MINUTE);
        await session.token();
        await session.idle();
      }
      expect(sent()).toBeGreaterThan(0);
      expect(sent()).toBeLessThanOrEqual(most);
    },
  );

  it("CL-02 back does not keep a rejected token from being replaced for as long as the step", async () => {
    const { made, sent, pass } = await machines(0);
    const [{ session, set }] = made as [(typeof made)[0]];
    const fresh = await session.replace(await session.token());
    set.wall = -2 * HOUR;
    pass(10 * MINUTE);
    expect((await session.replace(fresh)).accessToken).toBe("AT3");
    expect(sent()).toBe(2);
  });

  it("CL-01 a machine that slept for a night does not use yesterday's token", async () => {
    const { made, sent, pass } = await machines(0);
    const [{ session, set }] = made as [(typeof made)[0]];
    await session.token();
    pass(8 * HOUR);
    set.asleep = 8 * HOUR;
    expect((await session.token()).accessToken).toBe("AT2");
    expect(sent()).toBe(1);
  });
});

describe("a clock that is wrong", () => {
  it.each([
    ["1970", -Date.UTC(2026, 10, 21)],
    ["an hour behind", -HOUR],
    ["an hour ahead", HOUR],
    ["2038", Date.UTC(2038, 1, 1) - Date.UTC(2026, 10, 21)],
    ["2100", Date.UTC(2100, 0, 1) - Date.UTC(2026, 10, 21)],
  ])("CL-01 (%s) leads to no loop of refreshes: three hours need four at most", async (_, ahead) => {
    const { made, sent, pass } = await machines(ahead);
    const [{ session }] = made as [(typeof made)[0]];
    for (let minute = 0; minute < 180; minute++) {
      await session.token();
      await session.idle();
      pass(MINUTE);
    }
    expect(sent()).toBeGreaterThanOrEqual(2);
    expect(sent()).toBeLessThanOrEqual(4);
  });

  it.each([10 * MINUTE, 2 * HOUR, YEAR])(
    "CL-04 by %d ms either way on machines that share a store raises no storm of refreshes",
    async (skew) => {
      const { made, sent, pass } = await machines(skew, -skew, 0);
      for (let minute = 0; minute < 180; minute++) {
        for (const { session } of made) {
          await session.token();
          await session.idle();
        }
        pass(MINUTE);
      }
      // Without any skew it is three; a machine that thinks of a good token as run out asks for one of its own each time.
      expect(sent()).toBeGreaterThanOrEqual(2);
      expect(sent()).toBeLessThanOrEqual(9);
    },
  );

  it("CL-01 when the token was written does not keep it alive for longer than a life", async () => {
    const { made, store, token, sent, pass } = await machines(0);
    const [{ session }] = made as [(typeof made)[0]];
    const key = session.key;
    const generation = (await store.read(key))?.generation ?? 0;
    const fromTheFuture = { obtainedAt: token.obtainedAt + YEAR, expiresAt: token.expiresAt + YEAR };
    await store.compareAndSwap(key, generation, token.with(fromTheFuture));
    expect((await session.token()).accessToken).toBe("AT1");
    pass(HOUR);
    expect((await session.token()).accessToken).toBe("AT2");
    expect(sent()).toBe(1);
  });
});

describe("waiting for a session to be idle", () => {
  it("ends when the refresh that is under way has been stored", async () => {
    const { session, clock, stored } = await setUp();
    clock.advance(57 * MINUTE);
    await session.token();
    await session.idle();
    expect((await stored())?.accessToken).toBe("AT2");
  });

  it("ends at once when there is none", async () => {
    const { app } = await setUp();
    await new Session({ app, store: memoryStore() }).idle();
  });
});
