import { afterEach, describe, expect, it, vi } from "vitest";
import { HOUR } from "../../src/base/clock.js";
import { StagedoorError } from "../../src/base/errors.js";
import { Session, type SessionOptions } from "../../src/session/index.js";
import { memoryStore } from "../../src/stores/memory.js";
import type { TokenStore } from "../../src/token/index.js";
import { type Answer, failure, refused, rotating, setUp, usual } from "./session-under-test.js";

/** Two sessions on one record; only the first one's writes fail while `broken`. */
async function setUpTwo(
  answer: (state: { broken: boolean }) => Answer,
  options: Partial<SessionOptions> = {},
) {
  const inner = memoryStore();
  const state = { broken: false, code: "store-unwritable" as const };
  const store: TokenStore = {
    ...inner,
    compareAndSwap: async (key, expected, token) => {
      if (state.broken) throw new StagedoorError("store-unwritable", "The disk is full.");
      return inner.compareAndSwap(key, expected, token);
    },
  };
  const place = await setUp(answer(state), {}, { store, ...options });
  place.clock.advance(2 * HOUR);
  return { ...place, state, inner, other: new Session({ app: place.app, store: inner }) };
}

describe("a new token that could not be stored", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("RF-08 takes the place of the used-up refresh token, also when another process could refresh by that once more", async () => {
    const { session, other, state, stored } = await setUpTwo((state) => (index, form) => {
      state.broken = index === 0;
      // For a moment after it was replaced the old refresh token still works.
      return index === 0 ? rotating(index, form) : usual(index);
    });
    await session.token();
    state.broken = false;
    expect((await other.token()).accessToken).toBe("AT3");
    expect((await stored())?.refreshToken).toBe("R1");
    await session.token();
    await session.idle();
    expect((await stored())?.refreshToken).toBe("R2");
  });

  it("RF-08 is the last of several, and counts for more than a verdict over the first, which alone is stored", async () => {
    const { session, other, state, clock, stored } = await setUpTwo(
      () => (index, form) => (index === 2 ? refused() : rotating(index, form)),
      { whenUnwritable: "refresh" },
    );
    state.broken = true;
    await session.token();
    clock.advance(2 * HOUR);
    expect((await session.token()).accessToken).toBe("AT3");
    expect(await failure(other.token())).toMatchObject({ code: "reauthorization-required" });
    state.broken = false;
    await session.token();
    await session.idle();
    expect(await stored()).toMatchObject({ refreshToken: "R3", status: { state: "active" } });
  });

  it("RF-08 is stored at once by a refresh after it, also when another process has marked what is stored", async () => {
    const { session, other, state, clock, stored } = await setUpTwo(
      (state) => (index, form) => {
        if (index === 2) state.broken = false;
        return index === 1 ? refused() : rotating(index, form);
      },
      { whenUnwritable: "refresh" },
    );
    state.broken = true;
    await session.token();
    expect(await failure(other.token())).toMatchObject({ code: "reauthorization-required" });
    clock.advance(2 * HOUR);
    expect((await session.token()).accessToken).toBe("AT4");
    expect(await stored()).toMatchObject({ refreshToken: "R4", status: { state: "active" } });
  });

  it("RF-08 I2 never takes the place of a login, also of one with the same refresh token", async () => {
    const { session, other, state, clock, token, stored } = await setUpTwo((state) => (index, form) => {
      state.broken = true;
      return rotating(index, form);
    });
    await session.token();
    const now = { authorizedAt: clock.now(), obtainedAt: clock.now(), expiresAt: clock.now() + HOUR };
    await other.adopt(token.with({ accessToken: "AT9", ...now }));
    state.broken = false;
    await session.token();
    await session.idle();
    expect((await stored())?.accessToken).toBe("AT9");
  });

  it("RF-08 ST-02 is stored where the record was damaged meanwhile, which is no logout", async () => {
    const inner = memoryStore();
    let isDamaged = false;
    const store: TokenStore = {
      ...inner,
      compareAndSwap: async (key, expected, token) => {
        if (isDamaged) {
          isDamaged = false;
          const stored = await inner.read(key);
          if (stored !== null) await inner.compareAndSwap(key, stored.generation, null);
          throw new StagedoorError("store-corrupt", "It was damaged, and set aside.");
        }
        return inner.compareAndSwap(key, expected, token);
      },
    };
    const { session, clock, stored } = await setUp(
      (index, form) => {
        isDamaged = true;
        return rotating(index, form);
      },
      {},
      { store },
    );
    clock.advance(2 * HOUR);
    await session.token();
    await session.token();
    await session.idle();
    expect((await stored())?.refreshToken).toBe("R2");
  });

  it("RF-08 is kept while another program changes the used-up one again and again", async () => {
    const inner = memoryStore();
    let isBusy = false;
    const store: TokenStore = {
      ...inner,
      compareAndSwap: async (key, expected, token) => {
        const stored = isBusy ? await inner.read(key) : null;
        if (stored !== null) await inner.compareAndSwap(key, stored.generation, stored.token);
        return inner.compareAndSwap(key, expected, token);
      },
    };
    const { session, clock, events, stored } = await setUp(
      (index, form) => {
        isBusy = true;
        return rotating(index, form);
      },
      {},
      { store },
    );
    clock.advance(2 * HOUR);
    expect((await session.token()).accessToken).toBe("AT2");
    expect(events).toContain("save-failed");
    isBusy = false;
    await session.token();
    await session.idle();
    expect((await stored())?.refreshToken).toBe("R2");
  });

  it("RF-08 is not mistaken for the stored one because its access token is the same", async () => {
    const inner = memoryStore();
    const { session, store, clock, stored } = await setUp(
      async (_, form) => {
        const record = await inner.read(session.key);
        if (record !== null)
          await inner.compareAndSwap(session.key, record.generation, record.token.with({ scopes: [] }));
        return {
          body: {
            access_token: "AT1",
            token_type: "Bearer",
            expires_in: 3600,
            refresh_token: `${form.get("refresh_token")}-next`,
          },
        };
      },
      {},
      { store: inner },
    );
    clock.advance(2 * HOUR);
    await session.token();
    expect(store).toBe(inner);
    expect((await stored())?.refreshToken).toBe("R1-next");
  });

  it("RF-08 is followed by the next one also where a store wrote and said that it had not", async () => {
    const inner = memoryStore();
    const says = { wrote: true, broken: false };
    const store: TokenStore = {
      ...inner,
      compareAndSwap: async (key, expected, token) => {
        if (says.broken && !says.wrote) throw new StagedoorError("store-unwritable", "The disk is full.");
        const generation = await inner.compareAndSwap(key, expected, token);
        if (says.broken) throw new StagedoorError("store-unwritable", "The disk may be full.");
        return generation;
      },
    };
    const { session, clock, stored } = await setUp(
      (index, form) => {
        if (index === 1) says.broken = false;
        return rotating(index, form);
      },
      {},
      { store, whenUnwritable: "refresh" },
    );
    says.broken = true;
    says.wrote = false;
    clock.advance(2 * HOUR);
    await session.token();
    says.wrote = true;
    clock.advance(2 * HOUR);
    expect((await session.token()).accessToken).toBe("AT3");
    expect((await stored())?.refreshToken).toBe("R3");
  });

  it("I11 is tried again by a store that fails before it promises anything, without ending the program", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const inner = memoryStore();
    let isBroken = false;
    const store: TokenStore = {
      ...inner,
      compareAndSwap: async (...words) => {
        if (isBroken) throw new Error("no");
        return inner.compareAndSwap(...words);
      },
      withLock: (...words) => {
        if (isBroken) throw new Error("no");
        return inner.withLock(...words);
      },
    };
    const { session, clock, stored } = await setUp(
      (index, form) => {
        isBroken = true;
        return rotating(index, form);
      },
      {},
      { store },
    );
    clock.advance(2 * HOUR);
    await session.token();
    await vi.advanceTimersByTimeAsync(10_000);
    isBroken = false;
    await vi.advanceTimersByTimeAsync(HOUR);
    expect((await stored())?.refreshToken).toBe("R2");
  });
});
