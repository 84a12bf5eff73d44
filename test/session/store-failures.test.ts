import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { HOUR, MINUTE } from "../../src/base/clock.js";
import { StagedoorError } from "../../src/base/errors.js";
import { createApp } from "../../src/oauth/index.js";
import { Session, type SessionOptions } from "../../src/session/index.js";
import { memoryStore } from "../../src/stores/memory.js";
import type { StoredToken, TokenStore } from "../../src/token/index.js";
import { manualClock } from "../support/clock.js";
import { fakeSend } from "../support/fake-send.js";
import { type Answer, failure, refused, rotating, setUp, usual } from "./session-under-test.js";

/** A memory store whose writes fail while `broken` says so. */
function fragileStore(
  problem: () => Error = () => new StagedoorError("store-unwritable", "The disk is full."),
) {
  const inner = memoryStore();
  const state = { broken: false, writes: 0 };
  const store: TokenStore = {
    ...inner,
    compareAndSwap: async (key, expected, token) => {
      state.writes += 1;
      if (state.broken) throw problem();
      return inner.compareAndSwap(key, expected, token);
    },
  };
  return { store, state };
}

/** A session whose store stops to take writes as soon as Spotify has been asked. */
async function setUpFailingSave(answer: Answer = rotating, problem?: () => Error) {
  const { store, state } = fragileStore(problem);
  const place = await setUp(
    (index, form) => {
      state.broken = true;
      return answer(index, form);
    },
    {},
    { store },
  );
  place.clock.advance(2 * HOUR);
  return { ...place, state };
}

describe("a store that fails after Spotify has answered", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("RF-08 I4 does not lose the new token: it is said, used from memory, and stored as soon as that works", async () => {
    const { session, clock, events, sent, stored, state } = await setUpFailingSave();
    expect((await session.token()).accessToken).toBe("AT2");
    expect(events).toEqual(["expired", "save-failed", "refreshed"]);
    expect((await stored())?.refreshToken).toBe("R1");
    state.broken = false;
    await session.token();
    await session.idle();
    expect((await stored())?.refreshToken).toBe("R2");
    clock.advance(2 * HOUR);
    await session.token();
    expect(sent()).toEqual(["R1", "R2"]);
  });

  it("RF-08 is tried again without being asked, until it takes the token", async () => {
    const { session, stored, state } = await setUpFailingSave();
    await session.token();
    const tries = state.writes;
    await vi.waitUntil(() => state.writes > tries, { timeout: 10_000 });
    state.broken = false;
    await vi.waitUntil(async () => (await stored())?.refreshToken === "R2", { timeout: 10_000 });
  });

  it("RF-08 is tried again under the lock first, so that a short failure is not even noticed", async () => {
    const { store, state } = fragileStore();
    let failures = 0;
    const flaky: TokenStore = {
      ...store,
      compareAndSwap: async (key, expected, token) => {
        if (token !== null && typeof token !== "function" && token.accessToken === "AT2" && failures++ < 2)
          throw new StagedoorError("store-unavailable", "The server is restarting.");
        return store.compareAndSwap(key, expected, token);
      },
    };
    const { session, clock, events, stored } = await setUp(rotating, {}, { store: flaky });
    clock.advance(2 * HOUR);
    await session.token();
    expect(failures).toBe(3);
    expect(state.broken).toBe(false);
    expect(events).toEqual(["expired", "refreshed"]);
    expect((await stored())?.refreshToken).toBe("R2");
  });

  it("RF-08 I2 keeps the new token also when another process has ended the login over the old one meanwhile", async () => {
    const { store, state } = fragileStore();
    const { session, app, clock, stored } = await setUp(
      (index, form) => {
        state.broken = index === 0;
        return index === 0 ? rotating(index, form) : refused("Refresh token revoked");
      },
      {},
      { store },
    );
    clock.advance(2 * HOUR);
    await session.token();
    state.broken = false;
    const other = new Session({ app, store });
    expect(await failure(other.token())).toMatchObject({ code: "reauthorization-required" });
    expect((await stored())?.status.state).toBe("reauthorization-required");
    await session.token();
    await session.idle();
    expect(await stored()).toMatchObject({ refreshToken: "R2", status: { state: "active" } });
    expect((await other.token()).accessToken).toBe("AT2");
  });

  it("RF-08 I2 never puts the new token over a login that somebody made meanwhile", async () => {
    const { session, app, store, token, clock, stored, state } = await setUpFailingSave();
    await session.token();
    state.broken = false;
    const login = token.with({ refreshToken: "R9", accessToken: "AT9", obtainedAt: clock.now() });
    await new Session({ app, store }).adopt(login);
    await session.token();
    await session.idle();
    expect((await stored())?.refreshToken).toBe("R9");
  });

  it("RF-08 RF-14 is not tried again after a logout", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { session, stored, state } = await setUpFailingSave();
    const token = session.token();
    await vi.advanceTimersByTimeAsync(600);
    await token;
    state.broken = false;
    await session.logout();
    const { writes } = state;
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(state.writes).toBe(writes);
    expect(await stored()).toBeUndefined();
  });

  it("RF-08 with an error of its own loses nothing either, and shows nothing of that error", async () => {
    const { session, stored, state } = await setUpFailingSave(
      rotating,
      () => new TypeError("CANARY in here"),
    );
    const said: unknown[] = [];
    session.on("save-failed", ({ error }) => said.push(error));
    expect((await session.token()).accessToken).toBe("AT2");
    expect(said).toMatchObject([{ code: "store-unwritable", message: expect.stringContaining("TypeError") }]);
    expect(String(said)).not.toContain("CANARY");
    state.broken = false;
    await session.token();
    await session.idle();
    expect((await stored())?.refreshToken).toBe("R2");
  });

  it("RF-08 is told by the program at its end, when the token was still not stored", async () => {
    const program = `
      import { createSpotify, memoryStore } from "stagedoor";
      import { emulatedSpotify } from "stagedoor/testing";
      const store = memoryStore();
      const swap = store.compareAndSwap;
      let broken = false;
      store.compareAndSwap = async (...words) => {
        if (broken) throw new Error("CANARY");
        return swap(...words);
      };
      const { emulator, spotify } = await emulatedSpotify({ refresh: "rotate-strict", client: { store } });
      emulator.ledger.onEntry((entry) => { if (entry.grant === "refresh_token") broken = true; });
      emulator.advance(2 * 3600 * 1000);
      console.log((await spotify.me.profile()).type);`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      "--input-type=module",
      "-e",
      program,
    ]);
    expect(stdout.trim()).toBe("user");
    expect(stderr).toMatch(
      /profile "default" could not be stored and ends with this program.*stagedoor login/,
    );
    expect(stderr).not.toContain("CANARY");
  });
});

it("RF-23 a refresh token that Spotify replaced, and no store can keep, is mourned at the end of the program", async () => {
  const program = `
    import { createSpotify } from "stagedoor";
    import { envStore } from "stagedoor/stores/env";
    import { emulatedSpotify } from "stagedoor/testing";
    const { emulator, spotify } = await emulatedSpotify({ refresh: process.argv[1] });
    const { refreshToken, scopes } = await spotify.session.token();
    const environment = { SPOTIFY_REFRESH_TOKEN: refreshToken, SPOTIFY_SCOPE: scopes.join(" ") };
    const { accounts: accountsUrl, api: apiUrl } = emulator.urls;
    const { clientId } = spotify.app;
    const store = envStore({ environment, clientId, issuer: new URL(accountsUrl).origin });
    const again = createSpotify({ clientId, accountsUrl, apiUrl, fetch: emulator.fetch, clock: emulator.clock, store });
    console.log((await again.me.profile()).type);`;
  const run = (mode: string) =>
    promisify(execFile)(process.execPath, ["--input-type=module", "-e", program, mode]);
  const [kept, replaced] = await Promise.all([run("keep"), run("rotate-strict")]);
  expect([kept.stdout.trim(), replaced.stdout.trim()]).toEqual(["user", "user"]);
  expect(kept.stderr).toBe("");
  expect(replaced.stderr).toContain("could not be stored and ends with this program");
});

describe("a store that fails before Spotify is asked", () => {
  async function setUpBroken(options: Partial<SessionOptions> = {}, answer: Answer = rotating) {
    const { store, state } = fragileStore();
    const place = await setUp(answer, {}, { store, ...options });
    state.broken = true;
    place.clock.advance(2 * HOUR);
    return { ...place, state };
  }

  it("ST-14 ST-01 keeps the refresh token from being used up: nothing is sent", async () => {
    const { session, sent, events, stored, state } = await setUpBroken();
    expect(await failure(session.token())).toMatchObject({ code: "store-unwritable" });
    expect(sent()).toEqual([]);
    expect(events).toEqual(["expired", "refresh-failed"]);
    state.broken = false;
    expect((await session.token()).accessToken).toBe("AT2");
    expect((await stored())?.refreshToken).toBe("R2");
  });

  it("ST-13 ST-14 changes nothing for a token that still works", async () => {
    const { store } = fragileStore();
    const { session, clock } = await setUp(usual, {}, { store });
    clock.advance(50 * MINUTE);
    store.read = () => Promise.reject(new StagedoorError("store-unavailable", "Down."));
    for (let minute = 50; minute < 60; minute++) {
      expect((await session.token()).accessToken).toBe("AT1");
      await session.idle();
      clock.advance(MINUTE);
    }
    expect(await failure(session.token())).toMatchObject({ code: "store-unavailable" });
  });

  it("ST-14 does not stop an app without a person, which has no refresh token to lose", async () => {
    const { store, state } = fragileStore();
    const clock = manualClock();
    const app = createApp({
      clientId: "CID",
      clientSecret: "SEC",
      send: fakeSend((_, index) => usual(index)).send,
      clock,
    });
    const session = new Session({ app, store, grant: "client_credentials" });
    state.broken = true;
    expect((await session.token()).accessToken).toBe("AT2");
    clock.advance(2 * HOUR);
    expect((await session.token()).accessToken).toBe("AT3");
    state.broken = false;
    await session.token();
    await session.idle();
    expect((await store.read(session.key))?.token.accessToken).toBe("AT3");
  });

  it("ST-14 is gone past when the program asks for that, from one token in memory to the next", async () => {
    const { session, clock, sent, events, stored, state } = await setUpBroken({ whenUnwritable: "refresh" });
    expect((await session.token()).accessToken).toBe("AT2");
    expect(events).toContain("save-failed");
    clock.advance(2 * HOUR);
    expect((await session.token()).accessToken).toBe("AT3");
    expect(sent()).toEqual(["R1", "R2"]);
    state.broken = false;
    await session.token();
    await session.idle();
    expect((await stored())?.refreshToken).toBe("R3");
  });
});

describe("a store that is read-only", () => {
  async function setUpReadOnly(answer: Answer) {
    const inner = memoryStore();
    const place = await setUp(answer, {}, { store: inner });
    const refuse = vi.fn(() =>
      Promise.reject(new StagedoorError("store-read-only", "It cannot be written.")),
    );
    const store: TokenStore = { ...inner, readOnly: true, compareAndSwap: refuse };
    const session = new Session({ app: place.app, store });
    const events: string[] = [];
    session.on("save-failed", ({ error }) => events.push(error.code));
    place.clock.advance(2 * HOUR);
    return { ...place, inner, session, events, refuse };
  }

  it("RF-23 is never written, and a token that is refreshed lives in this process", async () => {
    const { session, clock, sent, events, refuse } = await setUpReadOnly(usual);
    expect((await session.token()).accessToken).toBe("AT2");
    expect((await session.token()).accessToken).toBe("AT2");
    clock.advance(2 * HOUR);
    expect((await session.token()).accessToken).toBe("AT3");
    expect(sent()).toEqual(["R1", "R1"]);
    expect(events).toEqual([]);
    expect(refuse).not.toHaveBeenCalled();
  });

  it("RF-23 is no reason to lose a refresh token that Spotify replaced, and that is said", async () => {
    const { session, clock, sent, events } = await setUpReadOnly(rotating);
    await session.token();
    expect(events).toEqual(["store-read-only"]);
    clock.advance(2 * HOUR);
    await session.token();
    expect(sent()).toEqual(["R1", "R2"]);
  });

  it("RF-23 RF-06 is not asked again for a login that has ended, until something else is in it", async () => {
    const { session, inner, token, clock, sent } = await setUpReadOnly((index) =>
      index === 0 ? refused() : usual(index),
    );
    for (let call = 0; call < 3; call++)
      expect(await failure(session.token())).toMatchObject({ code: "reauthorization-required" });
    expect(sent()).toEqual(["R1"]);
    const stored = (await inner.read(session.key)) as StoredToken;
    await inner.compareAndSwap(session.key, stored.generation, token.with({ refreshToken: "R9" }));
    expect((await session.token()).accessToken).toBe("AT3");
    expect(clock.now()).toBeGreaterThan(0);
    expect(sent()).toEqual(["R1", "R9"]);
  });
});
