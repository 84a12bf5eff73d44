import { describe, expect, it } from "vitest";
import { StagedoorError } from "../../src/base/errors.js";
import { EMULATOR_CLIENT_ID, type Fault, readFaults } from "../../src/emulator/index.js";
import { askToken, guest, logIn, stillEmulator } from "./guest.js";

async function statuses(call: Awaited<ReturnType<typeof guest>>, paths: readonly string[]) {
  const seen: number[] = [];
  for (const path of paths) seen.push((await call("GET", path)).status);
  return seen;
}
const times = (count: number, path = "/me") => new Array<string>(count).fill(path);

describe("which requests a fault strikes", () => {
  it("is said by a path with a star for any letters", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator);
    emulator.faults.add({ kind: "status", status: 500, match: { path: "/v1/me/*s*/tracks" } });
    emulator.faults.add({ kind: "status", status: 501, match: { path: "/v1/me/pl*" } });
    const seen = await statuses(call, [
      "/me",
      "/me/top/tracks",
      "/me/playlists",
      "/me/player",
      "/me/shows/tracks",
    ]);
    expect(seen).toEqual([200, 200, 501, 501, 500]);
  });

  it("is said by the person, on either service", async () => {
    const emulator = stillEmulator();
    const { refreshToken } = await logIn(emulator, { person: "ines.cardoso" });
    const ines = await guest(emulator, { person: "ines.cardoso" });
    const marlow = await guest(emulator);
    emulator.faults.add({ kind: "status", status: 500, body: "{}", match: { person: "ines.cardoso" } });
    expect(await statuses(ines, times(1))).toEqual([500]);
    expect(await statuses(marlow, times(1))).toEqual([200]);
    const form = { grant_type: "refresh_token", refresh_token: refreshToken };
    expect((await askToken(emulator, form)).status).toBe(500);
    expect((await askToken(emulator, { grant_type: "client_credentials" })).status).toBe(200);
  });

  it("is said by the app", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator);
    const form = { grant_type: "client_credentials" };
    emulator.faults.add({ kind: "status", status: 500, body: "{}", match: { clientId: "another" } });
    expect((await askToken(emulator, form)).status).toBe(200);
    emulator.faults.add({ kind: "status", status: 500, body: "{}", match: { clientId: EMULATOR_CLIENT_ID } });
    expect((await askToken(emulator, form)).status).toBe(500);
    expect(await statuses(call, times(1))).toEqual([500]);
  });

  it("is a matter of luck that the same seed repeats", async () => {
    const draw = async (seed: number) => {
      const emulator = stillEmulator();
      const call = await guest(emulator);
      emulator.faults.add({ kind: "status", status: 503, probability: 0.3, seed });
      return statuses(call, times(60));
    };
    const first = await draw(5);
    expect(await draw(5)).toEqual(first);
    expect(await draw(6)).not.toEqual(first);
    const struck = first.filter((status) => status === 503).length;
    expect(struck).toBeGreaterThan(8);
    expect(struck).toBeLessThan(30);
  });

  it("goes through a sequence once, or as often as was said", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator);
    const steps = [{ kind: "status", status: 500 }, { kind: "pass" }, "F8"] as const;
    emulator.faults.add({ kind: "sequence", steps });
    expect(await statuses(call, times(5))).toEqual([500, 200, 503, 200, 200]);
    emulator.faults.add({ kind: "sequence", steps, times: 2, match: { path: "/v1/me" } });
    expect(await statuses(call, ["/me", "/me/playlists", ...times(6)])).toEqual([
      500, 200, 200, 503, 500, 200, 503, 200,
    ]);
  });

  it("lets some pass before the next fault in line", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator);
    emulator.faults.add({ kind: "pass", times: 2 });
    emulator.faults.add({ kind: "status", status: 500 });
    expect(await statuses(call, times(4))).toEqual([200, 200, 500, 500]);
  });

  it("can be taken back one by one", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator);
    const first = emulator.faults.add({ kind: "status", status: 500 });
    emulator.faults.add({ kind: "status", status: 502 });
    expect(await statuses(call, times(2))).toEqual([500, 500]);
    expect(emulator.faults.list()).toMatchObject([{ id: first, struck: 2 }, { struck: 0 }]);
    expect(emulator.faults.remove(first)).toBe(true);
    expect(emulator.faults.remove(first)).toBe(false);
    expect(await statuses(call, times(1))).toEqual([502]);
  });
});

describe("faults as JSON", () => {
  it.each([
    ["F0", { kind: "closed-port" }],
    ["F1", { kind: "reset-on-accept" }],
    ["F2", { kind: "reset", at: "before-commit" }],
    ["F3", { kind: "reset", at: "after-commit" }],
    ["F4", { kind: "reset-after-headers" }],
    ["F5", { kind: "cut" }],
    ["F6", { kind: "slow" }],
    ["F7", { kind: "hang", at: "after-commit" }],
    ["F8", { kind: "status", status: 503, at: "before-commit" }],
    ["F9", { kind: "status", status: 503, at: "after-commit" }],
    ["F10", { kind: "garbage" }],
    ["F13", { kind: "retry-after", seconds: 5 }],
  ])("know %s", (kind, meant) => {
    expect(readFaults({ kind })).toEqual([{ ...meant, match: {} }]);
  });

  it("take a code together with members of its own", () => {
    const [slow, redirect] = readFaults([
      { kind: "F6", bytes: 5, times: 2 },
      { kind: "F11", location: "http://127.0.0.1:9/" },
    ]);
    expect(slow).toEqual({ kind: "slow", bytes: 5, times: 2, match: {} });
    expect(redirect).toMatchObject({ kind: "redirect", location: "http://127.0.0.1:9/" });
  });

  it.each<[unknown, string]>([
    ["x", "fault must be an object"],
    [{}, "fault.kind must be one of status, delay"],
    [{ kind: "boom" }, "fault.kind must be one of"],
    [{ kind: "F12" }, "F12 is about TLS"],
    [{ kind: "F11" }, "fault.location must be a text"],
    [[{ kind: "html" }, { kind: "delay" }], "faults[1].ms must be a whole number of milliseconds"],
    [{ kind: "delay", ms: -1 }, "fault.ms must be"],
    [{ kind: "status", status: 99 }, "fault.status must be a status from 200 to 599"],
    [{ kind: "html", at: "later" }, 'fault.at must be "before-commit" or "after-commit"'],
    [{ kind: "cut", at: "before-commit" }, 'fault.at must be "after-commit"'],
    [{ kind: "access-token-missing", at: "after-commit" }, 'fault.at must be "before-commit"'],
    [{ kind: "premium-required", at: "after-commit" }, 'fault.at must be "before-commit"'],
    [{ kind: "html", time: 1 }, "fault.time is no member here; there is times"],
    [{ kind: "html", times: 0 }, "fault.times must be a whole number from 1 on"],
    [{ kind: "html", probability: 2 }, "fault.probability must be a number from 0 to 1"],
    [{ kind: "html", match: { service: "console" } }, 'fault.match.service must be "accounts" or "api"'],
    [{ kind: "html", match: { url: "/" } }, "fault.match.url is no member here"],
    [{ kind: "F1", match: { path: "/v1/me" } }, "fault.match.path is no member here; there is service"],
    [{ kind: "sequence", steps: [] }, "fault.steps must be a list of faults"],
    [{ kind: "sequence", steps: ["F8", { kind: "delay" }] }, "fault.steps[1].ms must be"],
    [{ kind: "sequence", steps: ["F0"] }, "fault.steps[0].kind must be a fault of single requests"],
    [{ kind: "huge", bytes: 2 ** 40 }, "fault.bytes must be a whole number of bytes"],
    [
      { kind: "retry-after", as: "date", seconds: "x" },
      "fault.seconds must be a whole number from 0 on where",
    ],
    [
      { kind: "sequence", steps: [{ kind: "F13", as: "date", seconds: null }] },
      "fault.steps[0].seconds must be",
    ],
    [{ kind: "html", match: { operationId: "nope" } }, "fault.match.operationId must be the operationId of"],
    [{ kind: "html", match: { grant: "refresh" } }, 'fault.match.grant must be "client_credentials" or'],
    [{ kind: "html", match: { method: "get" } }, "fault.match.method must be a method in capitals"],
  ])("refuse %j and name what is wrong", (value, sentence) => {
    expect(() => readFaults(value)).toThrow(sentence);
    expect(() => readFaults(value)).toThrow(StagedoorError);
  });

  it("have types of their own in code", () => {
    const { faults } = stillEmulator();
    faults.add({ kind: "F13", seconds: 30, as: "date" });
    faults.add({ kind: "F11", location: "http://127.0.0.1:9/" });
    // @ts-expect-error F11 leads nowhere without a location.
    expect(() => faults.add({ kind: "F11" })).toThrow("fault.location");
    // @ts-expect-error A cut has no pace.
    expect(() => faults.add({ kind: "F5", ms: 1 })).toThrow("fault.ms is no member here");
    // @ts-expect-error Who refuses has done nothing.
    expect(() => faults.add({ kind: "premium-required", at: "after-commit" })).toThrow("fault.at");
    expect(faults.list()).toMatchObject([{ fault: { seconds: 30 } }, { fault: { kind: "redirect" } }]);
  });

  it("are refused in code too, where types were got round", () => {
    const wrong = { kind: "delay", ms: "1" } as unknown as Fault;
    expect(() => stillEmulator().faults.add(wrong)).toThrow("fault.ms");
  });
});
