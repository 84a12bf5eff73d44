import { describe, expect, it, vi } from "vitest";
import { HOUR } from "../../src/base/clock.js";
import { Session } from "../../src/session/index.js";
import { memoryStore } from "../../src/stores/memory.js";
import type { TokenFields, TokenStore } from "../../src/token/index.js";
import { NetworkError } from "../../src/transport/index.js";
import type { FakeAnswer } from "../support/fake-send.js";
import { collectGarbage } from "../support/garbage.js";
import { failure, gate, refused, rotating, settle, setUp } from "./session-under-test.js";

/** A memory store whose lock is lost whenever `isLost` says so. */
function forgetfulStore(isLost: () => boolean): TokenStore {
  const inner = memoryStore();
  return {
    ...inner,
    withLock: (key, action, signal) => inner.withLock(key, () => action({ isHeld: () => !isLost() }), signal),
  };
}

describe("LO-02 LO-07 a holder whose lock ran out while it slept", () => {
  it("sends nothing, and begins again with what is there then", async () => {
    let looks = 0;
    const store = forgetfulStore(() => looks++ === 0);
    const { session, clock, sent, stored } = await setUp(rotating, {}, { store });
    clock.advance(2 * HOUR);
    expect((await session.token()).accessToken).toBe("AT2");
    expect(sent()).toEqual(["R1"]);
    expect((await stored())?.refreshToken).toBe("R2");
  });

  it("gives up with an error when that happens every time, and the token stays", async () => {
    const { session, clock, sent, stored } = await setUp(rotating, {}, { store: forgetfulStore(() => true) });
    clock.advance(2 * HOUR);
    expect(await failure(session.token())).toMatchObject({ code: "store-lock-unavailable" });
    expect(sent()).toEqual([]);
    expect((await stored())?.refreshToken).toBe("R1");
  });

  it("does not repeat a refresh whose answer was lost", async () => {
    let isLost = false;
    const store = forgetfulStore(() => isLost);
    const { session, clock, sent } = await setUp(
      () => {
        isLost = true;
        throw new NetworkError("accounts.spotify.com", "ECONNRESET");
      },
      {},
      { store },
    );
    clock.advance(2 * HOUR);
    expect(await failure(session.token())).toMatchObject({ code: "network-failed" });
    expect(sent()).toEqual(["R1"]);
  });
});

describe("LO-07 two holders at once, because a lease ran out in mid-refresh", () => {
  /** A memory store whose lock keeps nobody out. */
  function openStore(): TokenStore {
    return { ...memoryStore(), withLock: (_key, action) => action({ isHeld: () => true }) };
  }

  async function setUpTwo() {
    const first = gate<FakeAnswer>();
    const second = gate<FakeAnswer>();
    const place = await setUp(
      (index) => [first, second][index]?.promise ?? rotating(index, new URLSearchParams()),
      {},
      {
        store: openStore(),
      },
    );
    const other = new Session({ app: place.app, store: place.store });
    place.clock.advance(2 * HOUR);
    const one = place.session.token();
    await settle();
    const two = other.token();
    await settle();
    return { ...place, other, first, second, one, two };
  }

  it("end with the token that Spotify gave, when the loser's verdict was stored first", async () => {
    const { first, second, one, two, other, stored, sent } = await setUpTwo();
    second.open(refused("Refresh token revoked"));
    expect(await failure(two)).toMatchObject({ code: "reauthorization-required" });
    first.open(rotating(0, new URLSearchParams()) as FakeAnswer);
    expect((await one).accessToken).toBe("AT2");
    expect(await stored()).toMatchObject({ refreshToken: "R2", status: { state: "active" } });
    expect((await other.token()).accessToken).toBe("AT2");
    expect(sent()).toEqual(["R1", "R1"]);
  });

  it("end with the token that Spotify gave, when it was stored first", async () => {
    const { first, second, one, two, stored } = await setUpTwo();
    first.open(rotating(0, new URLSearchParams()) as FakeAnswer);
    expect((await one).accessToken).toBe("AT2");
    second.open(refused("Refresh token revoked"));
    expect((await two).accessToken).toBe("AT2");
    expect((await stored())?.refreshToken).toBe("R2");
  });

  it("where both got one, keep the one that was stored first: neither writes over the other", async () => {
    const { first, second, one, two, stored } = await setUpTwo();
    first.open({ body: { access_token: "AT-one", token_type: "Bearer", expires_in: 3600 } });
    expect((await one).accessToken).toBe("AT-one");
    second.open({ body: { access_token: "AT-two", token_type: "Bearer", expires_in: 3600 } });
    expect((await two).accessToken).toBe("AT-one");
    expect((await stored())?.accessToken).toBe("AT-one");
  });
});

describe("RF-13 whoever waits for the lock", () => {
  /** A session with an expired token, while somebody else has the lock. */
  async function setUpWaiting() {
    const place = await setUp(rotating);
    const { session, store, clock, token } = place;
    clock.advance(2 * HOUR);
    const held = gate<void>();
    const holding = store.withLock(session.key, () => held.promise);
    const stored = await store.read(session.key);
    const write = (change: Partial<TokenFields>) =>
      store.compareAndSwap(session.key, stored?.generation ?? 0, token.with(change));
    return { ...place, release: held.open, holding, write };
  }

  it("goes as soon as the token is there, without having had the lock", async () => {
    const { session, clock, sent, release, holding, write } = await setUpWaiting();
    const waiting = session.token();
    await write({ accessToken: "AT-theirs", obtainedAt: clock.now(), expiresAt: clock.now() + HOUR });
    expect((await waiting).accessToken).toBe("AT-theirs");
    release();
    await holding;
    expect(sent()).toEqual([]);
  });

  it("I9 waits for a minute and no longer, whatever the collector of garbage takes away meanwhile", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const { session, sent, release, holding } = await setUpWaiting();
      const waiting = failure(session.token());
      for (let second = 0; second < 60; second += 20) {
        await vi.advanceTimersByTimeAsync(20_000);
        collectGarbage();
      }
      expect(await waiting).toMatchObject({ code: "timeout" });
      expect(vi.getTimerCount()).toBe(0);
      release();
      await holding;
      expect(sent()).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("stays while what is stored is only a mark", async () => {
    const { session, store, clock, sent, release, holding, write } = await setUpWaiting();
    const reads = vi.spyOn(store, "read");
    const waiting = session.token();
    await write({ status: { state: "uncertain", at: clock.now() } });
    await vi.waitUntil(() => reads.mock.calls.length >= 3);
    release();
    await holding;
    expect((await waiting).accessToken).toBe("AT2");
    expect(sent()).toEqual(["R1"]);
  });

  it("stays while the store cannot be read, and looks no more once it has the lock", async () => {
    const { session, store, release, holding } = await setUpWaiting();
    const waiting = session.token();
    await settle();
    const reads = vi.spyOn(store, "read").mockRejectedValue(new Error("down"));
    await vi.waitUntil(() => reads.mock.calls.length >= 2);
    reads.mockRestore();
    release();
    await holding;
    expect((await waiting).accessToken).toBe("AT2");
    const after = vi.spyOn(store, "read");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(after).not.toHaveBeenCalled();
  });
});
