import { describe, expect, it, vi } from "vitest";
import { BodyCut, ConnectionRefused, ConnectionReset, EMULATOR_CLIENT_ID } from "../../src/emulator/index.js";
import { askToken, guest, logIn, START, stillEmulator } from "./guest.js";

const CLIENT = { grant_type: "client_credentials" };
const PAGE = "/me/playlists?limit=4";

/** An emulator with a fault in it, and somebody logged in who calls after it was put there. */
async function struck(fault: Parameters<ReturnType<typeof stillEmulator>["faults"]["add"]>[0]) {
  const emulator = stillEmulator();
  const call = await guest(emulator);
  const { accessToken } = await logIn(emulator);
  emulator.ledger.clear();
  emulator.faults.add(fault);
  const get = (path: string, init: RequestInit = {}) =>
    emulator.fetch(`${emulator.urls.api}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${accessToken}` },
    });
  return { emulator, call, get };
}

describe("a broken line", () => {
  it.each([
    ["F0", ConnectionRefused, "ECONNREFUSED"],
    ["F1", ConnectionReset, "ECONNRESET"],
    ["F2", ConnectionReset, "ECONNRESET"],
    ["F3", ConnectionReset, "ECONNRESET"],
  ] as const)("%s rejects as fetch does, with the system's code", async (kind, type, code) => {
    const { emulator, get } = await struck({ kind, times: 1 });
    const error = await get("/me").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(type);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ code, name: "TypeError" });
    expect((await get("/me")).status).toBe(200);
    expect(emulator.faults.list()).toEqual([]);
  });

  it("at a port or before the first byte leaves nothing in the ledger: no request came in", async () => {
    const { emulator, get } = await struck({ kind: "F1", match: { service: "api" } });
    emulator.faults.add({ kind: "closed-port", match: { service: "accounts" } });
    await expect(get("/me")).rejects.toBeInstanceOf(ConnectionReset);
    await expect(askToken(emulator, CLIENT)).rejects.toBeInstanceOf(ConnectionRefused);
    expect(emulator.ledger.entries()).toEqual([]);
  });

  it("opens a port again after its time", async () => {
    vi.useFakeTimers();
    try {
      const { get } = await struck({ kind: "closed-port", ms: 400 });
      await expect(get("/me")).rejects.toBeInstanceOf(ConnectionRefused);
      await vi.advanceTimersByTimeAsync(400);
      expect((await get("/me")).status).toBe(200);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a body that does not arrive whole", () => {
  it("breaks after the headers, with what was asked for done", async () => {
    const { emulator } = await struck({ kind: "F4", match: { grant: "client_credentials" } });
    const response = await emulator.fetch(`${emulator.urls.accounts}/api/token`, {
      method: "POST",
      headers: {
        authorization: `Basic ${btoa(`${EMULATOR_CLIENT_ID}:emu_secret_57a6ed00257a6ed00257a6ed`)}`,
      },
      body: new URLSearchParams(CLIENT),
    });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toBeInstanceOf(ConnectionReset);
    expect(emulator.ledger.tokenRequests()).toMatchObject([
      { status: 200, committed: true, fault: "reset-after-headers" },
    ]);
  });

  it.each([
    [{ kind: "F5" }, true],
    [{ kind: "cut", framing: "chunked" }, false],
  ] as const)("%j is cut in the middle", async (fault, announced) => {
    const { call, get } = await struck({ ...fault, times: 1 });
    const response = await get("/me");
    const { length } = (await call("GET", "/me")).text;
    expect(response.headers.get("content-length")).toBe(announced ? String(length) : null);
    const chunks: number[] = [];
    const read = async () => {
      for await (const chunk of response.body ?? []) chunks.push(chunk.length);
    };
    await expect(read()).rejects.toBeInstanceOf(BodyCut);
    expect(chunks).toEqual([length >> 1]);
  });

  it("comes slowly, and ends when the caller gives up", async () => {
    vi.useFakeTimers();
    try {
      const { get } = await struck({ kind: "slow", bytes: 100, ms: 50 });
      const whole = (await get("/me")).text();
      let done = false;
      void whole.then(() => {
        done = true;
      });
      await vi.advanceTimersByTimeAsync(100);
      expect(done).toBe(false);
      await vi.advanceTimersByTimeAsync(2000);
      expect(JSON.parse(await whole)).toHaveProperty("id", "marlow.finch");

      const patience = new AbortController();
      const given = (await get("/me", { signal: patience.signal })).text();
      patience.abort();
      await expect(given).rejects.toMatchObject({ name: "AbortError" });
    } finally {
      vi.useRealTimers();
    }
  });

  it("leaves an answer without a body as it is", async () => {
    const { emulator, get } = await struck({ kind: "F5" });
    const uri = `spotify:track:${emulator.world.catalogue.idOf("track", 0)}`;
    const answer = await get(`/me/library?uris=${uri}`, { method: "PUT" });
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
  });
});

describe("a body that is too much", () => {
  it("is made while it is read, and is as long as was said", async () => {
    const { get } = await struck({ kind: "huge", bytes: 300_000 });
    const text = await (await get("/me")).text();
    expect(text).toHaveLength(300_000);
    expect(JSON.parse(text)).toMatch(/^a+$/);
  });

  it("can be left after the first bytes", async () => {
    const { get } = await struck({ kind: "huge", bytes: 2 ** 30 });
    const reader = (await get("/me")).body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    await reader?.cancel();
  });

  it("unpacks from a thousandth of its size", async () => {
    const { emulator, get } = await struck({ kind: "gzip-bomb", bytes: 5_000_000 });
    const response = await get("/me");
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect((await response.arrayBuffer()).byteLength).toBe(5_000_000);
    const answer = await emulator.answer({
      service: "api",
      method: "GET",
      path: "/v1/me",
      query: "",
      header: () => null,
      text: () => Promise.resolve(""),
    });
    let packed = 0;
    for await (const chunk of answer.stream ?? []) packed += chunk.length;
    expect(packed).toBeLessThan(10_000);
  });
});

describe("429", () => {
  it.each([
    [{ seconds: null }, null],
    [{ seconds: 0 }, "0"],
    [{ seconds: 86_400 }, "86400"],
    [{ seconds: "soon" }, "soon"],
    [{ seconds: 90, as: "date" }, new Date(START + 90_000).toUTCString()],
  ] as const)("%j comes with Retry-After %s", async (how, header) => {
    const { get } = await struck({ kind: "retry-after", ...how });
    const response = await get("/me");
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, header]);
    expect(await response.text()).toBe("Too many requests");
  });

  it.each([
    ["rate", { status: 429, message: "Too many requests" }],
    ["quota", { status: 429, message: "Too many requests", reason: "QUOTA_EXCEEDED" }],
  ] as const)("has the body of the %s", async (body, error) => {
    const { get } = await struck({ kind: "retry-after", seconds: 7, body });
    const response = await get("/me");
    expect(await response.json()).toEqual({ error });
    expect(response.headers.get("retry-after")).toBe("7");
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("an answer with something odd in it", () => {
  it("has null in the place of things", async () => {
    const { call, get } = await struck({ kind: "null-items", times: 1 });
    const { items } = await (await get(PAGE)).json();
    expect(items.map((item: unknown) => item === null)).toEqual([false, true, false, true]);
    expect((await call("GET", PAGE)).at("items")).not.toContain(null);
  });

  it("finds pages inside other things", async () => {
    const { emulator, get } = await struck({ kind: "null-items" });
    const long = [...emulator.world.playlists.values()].find(({ entries }) => entries.length > 100);
    const { items } = await (await get(`/playlists/${long?.id}`)).json();
    expect(items.items.slice(0, 2)).toEqual([expect.objectContaining({ added_by: expect.anything() }), null]);
  });

  it("has nothing on the page and a next one all the same", async () => {
    const { get } = await struck({ kind: "empty-page" });
    for (const path of [PAGE, "/me/playlists?limit=50"]) {
      const page = await (await get(path)).json();
      expect(page.items).toEqual([]);
      expect(page.next).toEqual(expect.any(String));
    }
  });

  it("has words and members that nobody has heard of", async () => {
    const { emulator, get } = await struck({ kind: "unknown-value", times: 1 });
    const path = `/tracks/${emulator.world.catalogue.idOf("track", 0)}`;
    expect((await (await get(path)).json()).album.album_type).toBe("novelty");
    emulator.faults.add({ kind: "extra-member" });
    expect((await (await get(path)).json()).album).toHaveProperty("emulator_novelty");
  });

  it("is refused though all is well, as Spotify did in July 2026", async () => {
    const { emulator, get } = await struck({ kind: "access-token-missing", times: 1 });
    const first = await get("/me");
    expect(first.status).toBe(401);
    expect(await first.json()).toEqual({ error: { status: 401, message: "Access token missing" } });
    emulator.faults.add({ kind: "premium-required", times: 1 });
    expect(await (await get("/me")).json()).toMatchObject({ error: { reason: "PREMIUM_REQUIRED" } });
    expect((await get("/me")).status).toBe(200);
  });
});
