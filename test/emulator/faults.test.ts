import { afterEach, describe, expect, it, vi } from "vitest";
import { ConnectionReset } from "../../src/emulator/index.js";
import { createLedger, type Note } from "../../src/emulator/ledger.js";
import {
  askToken,
  BASIC,
  codeFor,
  guest,
  logIn,
  REDIRECT_URI,
  START,
  stillEmulator,
  VERIFIER,
} from "./guest.js";

const CLIENT = { grant_type: "client_credentials" };

afterEach(() => {
  vi.useRealTimers();
});

describe("a fault", () => {
  it("strikes once, n times, or after a while, and until it is cleared", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator);
    const statuses = async (count: number) => {
      const seen = [];
      for (let round = 0; round < count; round++) seen.push((await call("GET", "/me")).status);
      return seen;
    };
    emulator.faults.add({ kind: "status", status: 503, times: 2, after: 1 });
    expect(await statuses(4)).toEqual([200, 503, 503, 200]);
    emulator.faults.add({ kind: "status", status: 500 });
    expect(await statuses(3)).toEqual([500, 500, 500]);
    emulator.faults.clear();
    expect(await statuses(1)).toEqual([200]);
  });

  it.each([
    [{ service: "accounts" }, false],
    [{ service: "api", method: "GET" }, true],
    [{ path: "/v1/me" }, true],
    [{ path: "/v1/tracks" }, false],
    [{ operationId: "get-current-users-profile" }, true],
    [{ operationId: "search" }, false],
    [{ method: "PUT" }, false],
    [{ grant: "refresh_token" }, false],
  ] as const)("that matches %j strikes GET /me: %s", async (match, strikes) => {
    const emulator = stillEmulator();
    const call = await guest(emulator);
    emulator.faults.add({ kind: "status", status: 500, match });
    expect((await call("GET", "/me")).status).toBe(strikes ? 500 : 200);
  });

  it("before the commit leaves nothing done, after it everything", async () => {
    const emulator = stillEmulator({ refresh: "rotate-strict" });
    const { refreshToken } = await logIn(emulator);
    const form = { grant_type: "refresh_token", refresh_token: refreshToken };
    const fault = {
      kind: "status",
      status: 503,
      body: "{}",
      times: 1,
      match: { grant: "refresh_token" },
    } as const;
    emulator.faults.add({ ...fault, at: "before-commit" });
    expect((await askToken(emulator, form)).status).toBe(503);
    emulator.faults.add({ ...fault, at: "after-commit" });
    expect((await askToken(emulator, form)).status).toBe(503);
    expect((await askToken(emulator, form)).body.error_description).toBe("Refresh token revoked");
    expect(emulator.ledger.entries().slice(-3)).toMatchObject([
      { status: 503, committed: false, fault: "status" },
      { status: 503, committed: true, fault: "status", generation: 1 },
      { status: 400, committed: false, rule: "invalid_grant" },
    ]);
  });

  it.each([
    [{ kind: "html" }, 200, "text/html; charset=utf-8"],
    [{ kind: "garbage" }, 200, "application/json"],
    [{ kind: "redirect", location: "http://127.0.0.1:9/thief" }, 302, null],
    [{ kind: "redirect", location: "http://127.0.0.1:9/thief", status: 307 }, 307, null],
    [{ kind: "retry-after", seconds: 86_400 }, 429, "text/plain; charset=utf-8"],
  ] as const)("%j answers %i", async (fault, status, type) => {
    const emulator = stillEmulator();
    emulator.faults.add(fault);
    const response = await emulator.fetch(`${emulator.urls.api}/me`);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe(type);
    if ("location" in fault) expect(response.headers.get("location")).toBe(fault.location);
    if ("seconds" in fault) expect(response.headers.get("retry-after")).toBe("86400");
  });

  it("resets the connection: fetch rejects as it does for a broken line", async () => {
    const emulator = stillEmulator();
    emulator.faults.add({ kind: "reset", at: "after-commit", times: 1 });
    await expect(askToken(emulator, CLIENT)).rejects.toThrow(TypeError);
    emulator.faults.add({ kind: "reset" });
    await expect(askToken(emulator, CLIENT)).rejects.toBeInstanceOf(ConnectionReset);
    expect(emulator.ledger.tokenRequests()).toMatchObject([
      { status: 0, committed: true },
      { status: 0, committed: false },
    ]);
  });

  it("hangs until the caller gives up", async () => {
    const emulator = stillEmulator();
    emulator.faults.add({ kind: "hang" });
    const patience = new AbortController();
    const waiting = emulator.fetch(`${emulator.urls.api}/me`, { signal: patience.signal });
    queueMicrotask(() => patience.abort());
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  });

  it.each(["before-commit", "after-commit"] as const)(
    "ends a hang %s that the caller gave up at once",
    async (at) => {
      const emulator = stillEmulator();
      emulator.faults.add({ kind: "hang", at });
      const patience = new AbortController();
      const waiting = emulator.fetch(`${emulator.urls.api}/me`, { signal: patience.signal });
      patience.abort();
      await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    },
  );

  it("delays by real time, and no longer than the caller waits", async () => {
    vi.useFakeTimers();
    const emulator = stillEmulator();
    emulator.faults.add({ kind: "delay", ms: 200 });
    const answered = askToken(emulator, CLIENT);
    await vi.advanceTimersByTimeAsync(199);
    expect(emulator.ledger.tokenRequests()).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect((await answered).status).toBe(200);

    const patience = new AbortController();
    const waiting = emulator.fetch(`${emulator.urls.api}/me`, { signal: patience.signal });
    queueMicrotask(() => patience.abort());
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  });

  it.each([
    ["before-commit", false],
    ["after-commit", true],
  ] as const)("RF-09 has in its ledger who went away during a delay %s", async (at, committed) => {
    const emulator = stillEmulator();
    emulator.faults.add({ kind: "delay", ms: 60_000, at });
    const patience = new AbortController();
    const waiting = askToken(emulator, CLIENT, { authorization: BASIC }, patience.signal);
    setTimeout(() => patience.abort(), 5);
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    expect(emulator.ledger.tokenRequests().at(-1)).toMatchObject({ fault: "delay", status: 0, committed });
  });
});

describe("the ledger", () => {
  it("tells of a login what happened and nothing that is secret", async () => {
    const emulator = stillEmulator();
    const code = await codeFor(emulator, { pkce: true });
    const form = {
      grant_type: "authorization_code",
      code,
      redirect_uri: REDIRECT_URI,
      code_verifier: VERIFIER,
    };
    const { body } = await askToken(emulator, form);
    await askToken(emulator, { grant_type: "refresh_token", refresh_token: String(body.refresh_token) });
    // Secrets in places where they do not belong.
    await askToken(emulator, { grant_type: String(body.refresh_token) });
    await askToken(emulator, { ...CLIENT, client_id: String(body.refresh_token) }, {});
    await emulator.fetch(`${emulator.urls.api}/me?access_token=${body.access_token}`);

    const entries = emulator.ledger.entries();
    expect(entries.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(entries[2]).toMatchObject({
      time: START,
      service: "accounts",
      method: "POST",
      path: "/api/token",
      grant: "authorization_code",
      person: "marlow.finch",
      generation: 0,
      status: 200,
      committed: true,
    });
    expect(emulator.ledger.tokenRequests().map(({ grant, generation }) => [grant, generation])).toEqual([
      ["authorization_code", 0],
      ["refresh_token", 1],
      ["unknown", undefined],
      ["client_credentials", undefined],
    ]);
    const text = JSON.stringify(entries);
    for (const secret of [code, VERIFIER, body.access_token, body.refresh_token, "emu_secret", "st&te"]) {
      expect(text).not.toContain(String(secret));
    }
  });

  it("counts, says which operation it was, and can be emptied", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator);
    await call("POST", "/me/playlists", { name: "a" });
    expect(emulator.ledger.entries().at(-1)).toMatchObject({
      operationId: "create-playlist",
      path: "/v1/me/playlists",
      status: 201,
      committed: true,
    });
    expect(emulator.ledger.count(({ service }) => service === "api")).toBe(1);
    emulator.ledger.clear();
    expect(emulator.ledger.entries()).toEqual([]);
  });

  it("keeps the newest entries when it is full, in their order", () => {
    const ledger = createLedger(3);
    const note: Note = {
      sequence: 0,
      time: 0,
      service: "api",
      method: "GET",
      path: "/",
      status: 200,
      committed: false,
    };
    for (let count = 0; count < 8; count++) ledger.append({ ...note });
    expect(ledger.entries().map(({ sequence }) => sequence)).toEqual([6, 7, 8]);
  });
});
