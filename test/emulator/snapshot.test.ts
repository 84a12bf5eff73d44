import { describe, expect, it } from "vitest";
import { HOUR } from "../../src/base/clock.js";
import { createEmulator, EMULATOR_CLIENT_ID, type Snapshot } from "../../src/emulator/index.js";
import { pack, unpack } from "../../src/emulator/packing.js";
import { serveEmulator } from "../../src/emulator/serve.js";
import { askToken, callerWith, guest, logIn, START, stillEmulator } from "./guest.js";

function thrownBy(call: () => void): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("a snapshot", () => {
  it("brings back people's things, tokens, limits, faults, modes and the clock, by way of JSON", async () => {
    const emulator = stillEmulator({ refresh: "rotate-strict", limits: { ratePer30s: 4 } });
    const { accessToken, refreshToken } = await logIn(emulator);
    const call = callerWith(emulator, `Bearer ${accessToken}`);
    const before = (await call("GET", "/me/playlists?limit=50")).json;
    emulator.world.covers.set("a", new Uint8Array([1, 2, 255]));
    emulator.faults.add({ kind: "F8", after: 2, times: 1, match: { service: "api" } });
    emulator.setRefreshMode("keep", { person: "ines.cardoso" });
    const text = JSON.stringify(emulator.snapshot());

    await call("POST", "/me/playlists", { name: "More" });
    await call("GET", "/me");
    await askToken(emulator, { grant_type: "refresh_token", refresh_token: refreshToken });
    emulator.advance(HOUR);
    emulator.world.covers.clear();
    emulator.setRefreshMode("keep");
    emulator.configure({ tier: "extended" });
    emulator.registerApp({ clientId: "later", clientSecret: "emu_later", redirectUris: [] });
    emulator.faults.clear();

    const snapshot: Snapshot = JSON.parse(text);
    for (const round of [1, 2]) {
      emulator.restore(snapshot);
      expect(emulator.clock.now(), `round ${round}`).toBe(START);
      expect(emulator.apps.get("later")).toBeUndefined();
      expect(emulator.world.covers.get("a")).toEqual(new Uint8Array([1, 2, 255]));
      // One call was counted before the snapshot, the fault lets two pass, and then the window is full.
      expect((await call("GET", "/me/playlists?limit=50")).json).toEqual(before);
      expect((await call("GET", "/me")).status).toBe(200);
      expect((await call("GET", "/me")).status).toBe(503);
      expect((await call("GET", "/me")).status).toBe(200);
      expect((await call("GET", "/me")).status).toBe(429);
      const refreshed = await askToken(emulator, {
        grant_type: "refresh_token",
        refresh_token: refreshToken,
      });
      expect(refreshed.body).toHaveProperty("refresh_token");
      // The grant is one thing still: to take it back ends the tokens of before and after.
      emulator.revoke({ clientId: EMULATOR_CLIENT_ID });
      expect((await call("GET", "/me")).status).toBe(401);
    }
  });

  it("gives a new playlist the id that it would have had", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator);
    await call("POST", "/me/playlists", { name: "One" });
    const snapshot = emulator.snapshot();
    const second = (await call("POST", "/me/playlists", { name: "Two" })).at("id");
    emulator.restore(snapshot);
    expect((await call("POST", "/me/playlists", { name: "Two" })).at("id")).toBe(second);
  });

  it("moves to another emulator of the same seed, and to no other", async () => {
    const emulator = stillEmulator({ seed: 4 });
    const { accessToken } = await logIn(emulator);
    const twin = stillEmulator({ seed: 4 });
    twin.restore(emulator.snapshot());
    expect((await callerWith(twin, `Bearer ${accessToken}`)("GET", "/me")).status).toBe(200);
    expect(() => stillEmulator({ seed: 5 }).restore(emulator.snapshot())).toThrow("another world");
    expect(() => twin.restore(JSON.parse("[]"))).toThrow("no snapshot");
  });

  describe("that is damaged", () => {
    type Damage = (state: { objects: Record<string, Record<string, unknown>>[] }) => unknown;
    const first = (state: Parameters<Damage>[0], kind: string) => state.objects[0]?.[kind] ?? {};
    it.each<[string, Damage, string]>([
      ["is no state", () => 5, "it cannot be unpacked"],
      ["is cut off", (state) => ({ objects: state.objects.slice(0, 20) }), "it cannot be unpacked"],
      ["has no parts", () => ({ objects: [{ members: {} }] }), "state.clock is missing"],
      [
        "lacks the last part",
        (state) => delete first(state, "members").settings && state,
        "state.settings is",
      ],
      [
        "has a part of another kind",
        (state) => Object.assign(first(state, "members"), { apps: 5 }) && state,
        "state.apps is missing or of another kind",
      ],
      [
        "has an empty world",
        (state) => {
          const { world } = first(state, "members");
          state.objects[(world as { at: number }).at] = { members: {} };
          return state;
        },
        "state.world.",
      ],
      [
        "has no map where one was",
        (state) => {
          const { world } = first(state, "members");
          const members = state.objects[(world as { at: number }).at]?.members ?? {};
          Object.assign(members, { people: 5 });
          return state;
        },
        "state.world.people is missing or of another kind",
      ],
      [
        "has nobody as the default person",
        (state) => {
          const { world } = first(state, "members");
          const members = state.objects[(world as { at: number }).at]?.members ?? {};
          Object.assign(members, { defaultPerson: "nobody" });
          return state;
        },
        "a part of it cannot be loaded",
      ],
    ])("changes nothing where it %s", async (_name, damage, sentence) => {
      const emulator = stillEmulator({ refresh: "rotate-strict", limits: { ratePer30s: 40 } });
      const snapshot = JSON.parse(JSON.stringify(emulator.snapshot()));
      snapshot.state = damage(snapshot.state);
      const call = await guest(emulator);
      await call("POST", "/me/playlists", { name: "Later" });
      emulator.faults.add({ kind: "F8", after: 2, match: { service: "api" } });
      emulator.registerApp({ clientId: "later", clientSecret: "emu_later", redirectUris: [] });
      emulator.configure({ tier: "extended" });
      emulator.advance(HOUR / 2);
      const before = emulator.snapshot();
      const error = thrownBy(() => emulator.restore(snapshot));
      expect(error).toMatchObject({ code: "argument-invalid" });
      expect(String(error)).toContain(sentence);
      expect(emulator.snapshot()).toEqual(before);
      expect((await call("GET", "/me")).status).toBe(200);
    });
  });

  it("can be had and put back over the console, with the key only", async () => {
    const emulator = createEmulator();
    const served = await serveEmulator(emulator);
    try {
      const headers = { "x-console-key": served.consoleKey };
      expect((await fetch(`${served.console}/snapshot`)).status).toBe(403);
      const body = await (await fetch(`${served.console}/snapshot`, { headers })).text();
      const long = await fetch(`${served.console}/restore`, {
        method: "POST",
        headers,
        body: body.padEnd(3_000_000),
      });
      expect(long.status).toBe(204);
      emulator.world.playlists.clear();
      const restored = await fetch(`${served.console}/restore`, { method: "POST", headers, body });
      expect(restored.status).toBe(204);
      expect(emulator.world.playlists.size).toBeGreaterThan(0);
      const wrong = await fetch(`${served.console}/restore`, { method: "POST", headers, body: "{}" });
      expect(wrong.status).toBe(400);
      const damaged = JSON.stringify({ ...JSON.parse(body), state: 5 });
      const refused = await fetch(`${served.console}/restore`, { method: "POST", headers, body: damaged });
      expect(refused.status).toBe(400);
    } finally {
      await served.close();
    }
  });
});

describe("packing", () => {
  it("keeps maps, sets, bytes, what JSON has no word for, and that two are one", () => {
    const shared = { name: "one" };
    const value: Record<string, unknown> = {
      map: new Map<unknown, unknown>([
        ["a", shared],
        [2, new Set([shared])],
      ]),
      bytes: new Uint8Array([0, 15, 255]),
      list: [undefined, null, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1.5, "é", true],
      ["__proto__"]: "a member",
      shared,
    };
    value.self = value;
    const back = unpack(JSON.parse(JSON.stringify(pack(value))));
    expect(back).toEqual(value);
    const { self, map } = back as { self: unknown; map: Map<string, unknown> };
    expect(self).toBe(back);
    expect(map.get("a")).toBe((back as { shared: unknown }).shared);
  });

  it("refuses what would not come back", () => {
    expect(() => pack({ at: new Date(0) })).toThrow(TypeError);
    expect(() => pack({ call: () => 1 })).toThrow(TypeError);
    expect(() => unpack({ objects: [] })).toThrow("no snapshot");
  });
});
