import { describe, expect, it, vi } from "vitest";
import { HOUR, MINUTE, SECOND } from "../../src/base/clock.js";
import { createApp } from "../../src/oauth/index.js";
import { Session } from "../../src/session/index.js";
import { memoryStore } from "../../src/stores/memory.js";
import type { Token, TokenStore } from "../../src/token/index.js";
import { NetworkError } from "../../src/transport/index.js";
import { manualClock } from "../support/clock.js";
import { type FakeAnswer, fakeSend } from "../support/fake-send.js";
import { failure, gate, refused, settle, setUp, usual } from "./session-under-test.js";

describe("a session gives a token", () => {
  it("A8 without a request while it works", async () => {
    const { session, clock, sent } = await setUp();
    clock.advance(50 * MINUTE);
    expect((await session.token()).accessToken).toBe("AT1");
    expect(sent()).toEqual([]);
  });

  it.each([50, 1000])("B14 C20 RF-01 to %d callers by one refresh when it has expired", async (callers) => {
    const { session, clock, sent, events } = await setUp();
    clock.advance(2 * HOUR);
    const tokens = await Promise.all(Array.from({ length: callers }, () => session.token()));
    expect(new Set(tokens.map((token) => token.accessToken))).toEqual(new Set(["AT2"]));
    expect(sent()).toEqual(["R1"]);
    expect(events).toEqual(["expired", "refreshed"]);
  });

  it("without the lock, which somebody else may hold for long, when the stored one works", async () => {
    const { app, store } = await setUp();
    const unlocked: TokenStore = { ...store, withLock: () => expect.unreachable() };
    expect((await new Session({ app, store: unlocked }).token()).accessToken).toBe("AT1");
  });

  it("by one refresh to two sessions that share a store", async () => {
    const { session, app, store, clock, sent } = await setUp();
    const other = new Session({ app, store });
    clock.advance(2 * HOUR);
    const tokens = await Promise.all([session.token(), other.token(), session.token(), other.token()]);
    expect(tokens.map((token) => token.accessToken)).toEqual(["AT2", "AT2", "AT2", "AT2"]);
    expect(sent()).toHaveLength(1);
  });

  it("without waiting, and refreshes it in the background, shortly before its end", async () => {
    const slow = gate<FakeAnswer>();
    const { session, clock, sent } = await setUp(() => slow.promise);
    clock.advance(57 * MINUTE);
    const early = await Promise.all(Array.from({ length: 20 }, () => session.token()));
    expect(early.map((token) => token.accessToken)).toEqual(Array.from({ length: 20 }, () => "AT1"));
    await settle();
    expect(sent()).toEqual(["R1"]);
    slow.open(usual(0));
    await settle();
    expect((await session.token()).accessToken).toBe("AT2");
    expect(sent()).toHaveLength(1);
  });

  it("in its last minute even when the refresh fails in passing, until it really ends", async () => {
    const { session, clock } = await setUp(() => ({ status: 503, body: "busy" }));
    clock.advance(59.5 * MINUTE);
    expect((await session.token()).accessToken).toBe("AT1");
    clock.advance(MINUTE);
    expect(await failure(session.token())).toMatchObject({ code: "server-error" });
  });

  it("and asks in the background once a minute at most while that fails", async () => {
    const { session, clock, sent } = await setUp(() => ({ status: 400, body: { error: "invalid_client" } }));
    clock.advance(57 * MINUTE);
    for (let second = 0; second < 59; second += 10) {
      await session.token();
      await settle();
      clock.advance(10 * SECOND);
    }
    expect(sent()).toHaveLength(1);
  });

  it("CL-07 with a life of zero once, and does not ask for ever", async () => {
    const { session, clock, sent } = await setUp((index) => ({
      body: { access_token: `AT${index + 2}`, token_type: "Bearer", expires_in: 0 },
    }));
    clock.advance(2 * HOUR);
    expect((await session.token()).accessToken).toBe("AT2");
    expect(sent()).toHaveLength(1);
  });

  it("C22 D14 to an app without a person, by the client credentials each time", async () => {
    const fake = fakeSend((_request, index) => usual(index));
    const clock = manualClock();
    const app = createApp({ clientId: "CID", clientSecret: "SEC", send: fake.send, clock });
    const session = new Session({ app, store: memoryStore(), grant: "client_credentials" });
    expect((await session.token()).accessToken).toBe("AT2");
    clock.advance(2 * HOUR);
    expect((await session.token()).accessToken).toBe("AT3");
    expect(fake.requests.map((request) => request.body)).toEqual(
      Array(2).fill("grant_type=client_credentials"),
    );
  });

  it("to nobody who has not logged in, with the command to type", async () => {
    const app = createApp({ clientId: "CID", send: fakeSend(() => ({})).send });
    const error = await failure(new Session({ app, store: memoryStore(), profile: "work" }).token());
    expect(error).toMatchObject({
      code: "login-required",
      message: expect.stringContaining("work"),
      hint: expect.stringContaining("stagedoor login"),
    });
  });
});

describe("what a refresh does to the stored token", () => {
  it("RF-07 keeps the refresh token when the answer has none, over hours", async () => {
    const { session, clock, sent, stored } = await setUp();
    for (let hour = 0; hour < 3; hour++) {
      clock.advance(HOUR);
      await session.token();
    }
    expect(sent()).toEqual(["R1", "R1", "R1"]);
    expect((await stored())?.refreshToken).toBe("R1");
    expect((await stored())?.accessToken).toBe("AT4");
  });

  it("RF-07 C11 replaces the refresh token when the answer has one, each time", async () => {
    const { session, clock, sent, stored } = await setUp((index) => ({
      body: {
        access_token: `AT${index + 2}`,
        token_type: "Bearer",
        expires_in: 3600,
        refresh_token: `R${index + 2}`,
      },
    }));
    for (let hour = 0; hour < 3; hour++) {
      clock.advance(HOUR);
      await session.token();
    }
    expect(sent()).toEqual(["R1", "R2", "R3"]);
    expect((await stored())?.refreshToken).toBe("R4");
  });

  it("I4 is stored before anybody gets it", async () => {
    const { session, clock, store } = await setUp();
    clock.advance(2 * HOUR);
    const token = await session.token();
    expect((await store.read(session.key))?.token.accessToken).toBe(token.accessToken);
  });
});

describe("a 401", () => {
  it("RF-11 for the present token refreshes once for all who hold it", async () => {
    const { session, token, sent } = await setUp();
    const fresh = await Promise.all(Array.from({ length: 100 }, () => session.replace(token)));
    expect(new Set(fresh.map((each) => each.accessToken))).toEqual(new Set(["AT2"]));
    expect(sent()).toHaveLength(1);
  });

  it("that comes late, for an older token, gives the present one and sends nothing", async () => {
    const { session, token, sent } = await setUp();
    await session.replace(token);
    for (let late = 0; late < 1000; late++) expect((await session.replace(token)).accessToken).toBe("AT2");
    expect(sent()).toHaveLength(1);
  });

  it("for a token that another process has replaced meanwhile adopts that one", async () => {
    const { session, app, store, token, sent } = await setUp();
    await new Session({ app, store }).refresh();
    expect((await session.replace(token)).accessToken).toBe("AT2");
    expect(sent()).toHaveLength(1);
  });

  it("that meets a session still loading the rejected token from the store gets a new one, not that one", async () => {
    const { app, store, token, sent } = await setUp();
    const loading = gate<void>();
    const slow: TokenStore = {
      compareAndSwap: (key, expected, next) => store.compareAndSwap(key, expected, next),
      withLock: (key, action, signal) => store.withLock(key, action, signal),
      list: () => store.list(),
      read: (key) => loading.promise.then(() => store.read(key)),
    };
    const fresh = new Session({ app, store: slow });
    const first = fresh.token();
    const second = fresh.replace(token);
    loading.open();
    expect((await first).accessToken).toBe("AT1");
    expect((await second).accessToken).toBe("AT2");
    expect(sent()).toHaveLength(1);
  });

  it("for a replacement that is seconds old does not ask again and again", async () => {
    const { session, token, clock, sent } = await setUp();
    const second = await session.replace(token);
    for (let call = 0; call < 10; call++) expect(await session.replace(second)).toBe(second);
    expect(sent()).toHaveLength(1);
    clock.advance(10 * SECOND);
    expect((await session.replace(second)).accessToken).toBe("AT3");
  });
});

describe("invalid_grant", () => {
  it("A10 E25 RF-06 ends the login after one request: later calls fail without one, other profiles go on", async () => {
    const { session, app, store, clock, sent, events, token } = await setUp(() =>
      refused("Refresh token revoked"),
    );
    const other = new Session({ app, store, profile: "other" });
    await other.adopt(token);
    clock.advance(55.5 * MINUTE);
    clock.advance(2 * HOUR);
    const error = await failure(session.token());
    expect(error).toMatchObject({
      code: "reauthorization-required",
      hint: expect.stringContaining("stagedoor login"),
    });
    expect(String(error)).toContain("Refresh token revoked");
    for (let call = 0; call < 5; call++) {
      expect(await failure(session.token())).toMatchObject({ code: "reauthorization-required" });
    }
    expect(sent()).toEqual(["R1"]);
    expect(events).toContain("refresh-failed");
    expect((await other.stored())?.token.status.state).toBe("active");
  });

  it("ends the login also while the access token looks good", async () => {
    const { session, app, store, token, sent } = await setUp(() => refused("Refresh token revoked"));
    expect(await failure(session.replace(token))).toMatchObject({ code: "reauthorization-required" });
    for (const one of [session, new Session({ app, store })])
      expect(await failure(one.token())).toMatchObject({ code: "reauthorization-required" });
    expect(sent()).toEqual(["R1"]);
  });

  it("is remembered in the store with its reason and time, and the token is kept", async () => {
    const { session, clock, stored } = await setUp(() => refused());
    clock.advance(2 * HOUR);
    await failure(session.token());
    expect(await stored()).toMatchObject({ status: { state: "reauthorization-required", at: clock.now() } });
    expect((await stored())?.refreshToken).toBe("R1");
  });

  it("six months after the consent says that this is why", async () => {
    const { session, clock } = await setUp(() => refused("Refresh token expired"));
    clock.advance(200 * 24 * HOUR);
    expect(String(await failure(session.token()))).toMatch(/older than six months/);
  });

  it("is over when somebody logs in again", async () => {
    const { session, clock, token, sent } = await setUp((index) => (index === 0 ? refused() : usual(index)));
    clock.advance(2 * HOUR);
    await failure(session.token());
    await session.adopt(
      token.with({
        refreshToken: "R9",
        accessToken: "AT9",
        expiresAt: clock.now() + HOUR,
        obtainedAt: clock.now(),
      }),
    );
    expect((await session.token()).accessToken).toBe("AT9");
    clock.advance(2 * HOUR);
    await session.token();
    expect(sent()).toEqual(["R1", "R9"]);
  });

  it("RF-05 for a token that a program without our lock has rotated adopts what that one wrote", async () => {
    const { session, store, clock, token, sent } = await setUp(async () => {
      const stored = await store.read(session.key);
      const theirs = token.with({
        refreshToken: "R2",
        accessToken: "AT-theirs",
        expiresAt: clock.now() + HOUR,
        obtainedAt: clock.now(),
      });
      await store.compareAndSwap(session.key, stored?.generation ?? 0, theirs);
      return refused("Refresh token revoked");
    });
    clock.advance(2 * HOUR);
    expect((await session.token()).accessToken).toBe("AT-theirs");
    expect(sent()).toEqual(["R1"]);
  });
});

describe("a failure that passes", () => {
  it.each([
    ["E26 a wrong secret", { status: 400, body: { error: "invalid_client" } }, "invalid-client", 1],
    ["a server error", { status: 503, body: "busy" }, "server-error", 2],
    [
      "NW-10 a page instead of an answer",
      { headers: { "content-type": "text/html" }, body: "<html>" },
      "response-invalid",
      2,
    ],
    ["a limit", { status: 429, body: "" }, "rate-limited", 1],
  ] as const)(
    "(%s) keeps the token and is not remembered as an end",
    async (_name, answer, code, requests) => {
      let failing = true;
      const { session, clock, sent, stored } = await setUp((index) => (failing ? answer : usual(index)));
      clock.advance(2 * HOUR);
      expect(await failure(session.token())).toMatchObject({ code });
      expect(sent()).toHaveLength(requests);
      expect((await stored())?.refreshToken).toBe("R1");
      expect((await stored())?.status.state).not.toBe("reauthorization-required");
      failing = false;
      expect((await session.token()).accessToken).toMatch(/^AT/);
      expect((await stored())?.status.state).toBe("active");
    },
  );

  it("NW-01 a refused connection is not sent again, for nothing can have happened", async () => {
    const { session, clock, sent, stored } = await setUp(() => {
      throw new NetworkError("accounts.spotify.com", "ECONNREFUSED");
    });
    clock.advance(2 * HOUR);
    expect(await failure(session.token())).toMatchObject({ code: "network-failed" });
    expect(sent()).toHaveLength(1);
    expect((await stored())?.status.state).toBe("active");
  });

  it("I6 RF-10 a lost answer is asked for once more under the same lock", async () => {
    const { session, clock, sent } = await setUp((index) => {
      if (index === 0) throw new NetworkError("accounts.spotify.com", "ECONNRESET");
      return usual(index);
    });
    clock.advance(2 * HOUR);
    expect((await session.token()).accessToken).toBe("AT3");
    expect(sent()).toEqual(["R1", "R1"]);
  });

  it("I6 RF-10 two lost answers leave the token, marked uncertain, and log nobody out", async () => {
    const { session, clock, sent, stored } = await setUp(() => {
      throw new NetworkError("accounts.spotify.com", "ECONNRESET");
    });
    clock.advance(2 * HOUR);
    expect(await failure(session.token())).toMatchObject({ code: "network-failed" });
    expect(sent()).toHaveLength(2);
    expect(await stored()).toMatchObject({ status: { state: "uncertain", at: clock.now() } });
  });

  it("RF-10 followed by invalid_grant says that an answer was probably lost", async () => {
    const { session, clock } = await setUp((index) => {
      if (index === 0) throw new NetworkError("accounts.spotify.com", "ECONNRESET");
      return refused("Refresh token revoked");
    });
    clock.advance(2 * HOUR);
    const error = await failure(session.token());
    expect(error).toMatchObject({ code: "reauthorization-required" });
    expect(String(error)).toMatch(/answer of Spotify was probably lost/);
  });

  it("RF-17 of one profile does not slow another one down or make it fail", async () => {
    const hanging = gate<FakeAnswer>();
    const { session, app, store, token, clock } = await setUp((_index, form) =>
      form.get("refresh_token") === "R1" ? hanging.promise : usual(7),
    );
    const other = new Session({ app, store, profile: "other" });
    await other.adopt(token.with({ refreshToken: "R-other" }));
    clock.advance(2 * HOUR);
    const waiting = failure(session.token());
    expect((await other.token()).accessToken).toBe("AT9");
    hanging.open({ status: 429, body: "" });
    expect(await waiting).toMatchObject({ code: "rate-limited" });
    clock.advance(2 * HOUR);
    expect((await other.token()).accessToken).toBe("AT9");
  });

  it("is shared with those who wait, but not kept for those who come later", async () => {
    const { session, clock, sent } = await setUp((index) =>
      index < 1 ? { status: 400, body: { error: "invalid_client" } } : usual(index),
    );
    clock.advance(2 * HOUR);
    const results = await Promise.allSettled([session.token(), session.token()]);
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected"]);
    expect((await session.token()).accessToken).toBe("AT3");
    expect(sent()).toHaveLength(2);
  });
});

describe("one caller who gives up", () => {
  it("RF-16 is let go at once, and the others get the token", async () => {
    const slow = gate<FakeAnswer>();
    const { session, clock, stored } = await setUp(() => slow.promise);
    clock.advance(2 * HOUR);
    const controller = new AbortController();
    const leaves = failure(session.token({ signal: controller.signal }));
    const stays = session.token();
    controller.abort();
    expect(await leaves).toMatchObject({ code: "aborted" });
    slow.open(usual(0));
    expect((await stays).accessToken).toBe("AT2");
    expect((await stored())?.accessToken).toBe("AT2");
  });

  it("RS-01 is let go at once also while a refresh that was asked for reads a store that hangs", async () => {
    const { session, store } = await setUp();
    vi.spyOn(store, "read").mockReturnValue(new Promise(() => undefined));
    const controller = new AbortController();
    const leaves = failure(session.refresh({ signal: controller.signal }));
    controller.abort();
    expect(await leaves).toMatchObject({ code: "aborted" });
  });
});

describe("a logout", () => {
  it("E28 removes the token from the store and from memory", async () => {
    const { session, events, stored } = await setUp();
    await session.token();
    expect(await session.logout()).toBe(true);
    expect(await stored()).toBeUndefined();
    expect(await failure(session.token())).toMatchObject({ code: "login-required" });
    expect(events).toEqual(["removed"]);
    expect(await session.logout()).toBe(false);
  });

  it("ends with an error where the store takes no removal", async () => {
    const { app, store } = await setUp();
    const stubborn: TokenStore = {
      read: (key) => store.read(key),
      withLock: (key, action, signal) => store.withLock(key, action, signal),
      list: () => store.list(),
      compareAndSwap: async () => null,
    };
    expect(await failure(new Session({ app, store: stubborn }).logout())).toMatchObject({
      code: "store-conflict",
    });
  });

  it("RF-14 during a refresh wins: what comes back is not stored", async () => {
    const slow = gate<FakeAnswer>();
    const { session, clock, stored } = await setUp(() => slow.promise);
    clock.advance(2 * HOUR);
    const waiting = failure(session.token());
    await settle();
    await session.logout();
    slow.open(usual(0));
    expect(await waiting).toMatchObject({ code: "login-required" });
    expect(await stored()).toBeUndefined();
  });

  it("in another process is noticed at the next refresh", async () => {
    const { session, app, store, clock, events } = await setUp();
    await session.token();
    await new Session({ app, store }).logout();
    clock.advance(2 * HOUR);
    expect(await failure(session.token())).toMatchObject({ code: "login-required" });
    expect(events).toContain("removed");
  });
});

describe("the issuer of a stored token", () => {
  it("OR-10 is the only one that it is ever sent to", async () => {
    const { store, token, app } = await setUp();
    const key = new Session({ app, store }).key;
    const stored = await store.read(key);
    await store.compareAndSwap(key, stored?.generation ?? 0, token.with({ issuer: "http://127.0.0.1:4010" }));
    expect(await failure(new Session({ app, store }).token())).toMatchObject({ code: "issuer-mismatch" });
  });

  it("OR-10 is checked when a login is taken over", async () => {
    const { session, token } = await setUp();
    expect(await failure(session.adopt(token.with({ issuer: "http://127.0.0.1:4010" })))).toMatchObject({
      code: "issuer-mismatch",
    });
  });
});

describe("those who listen", () => {
  it("D7 D11 hear each refresh once and nothing after they have left", async () => {
    const { session, clock } = await setUp();
    const heard: string[] = [];
    const listener = ({ token }: { readonly token: Token }) => heard.push(token.accessToken);
    session.on("refreshed", listener);
    clock.advance(2 * HOUR);
    await session.token();
    session.off("refreshed", listener);
    clock.advance(2 * HOUR);
    await session.token();
    expect(heard).toEqual(["AT2"]);
  });

  it("cannot disturb a refresh by throwing", async () => {
    const { session, clock } = await setUp();
    session.on("refreshed", () => {
      throw new Error("not my day");
    });
    clock.advance(2 * HOUR);
    expect((await session.token()).accessToken).toBe("AT2");
  });
});
