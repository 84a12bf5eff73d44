import { describe, expect, it } from "vitest";
import { hasCode } from "../../src/base/errors.js";
import { createEmulator, EMULATOR_CLIENT_ID, type Emulator } from "../../src/emulator/index.js";
import { BASIC, stillEmulator } from "./guest.js";

/** What code without types can do. */
type Untyped = Record<string, (...given: unknown[]) => unknown>;

/** What something throws, as `code`, message and hint. */
function thrownBy(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (hasCode(error, "argument-invalid")) return `${error.message} ${error.hint ?? ""}`.trim();
    throw error;
  }
  throw new Error("nothing was thrown");
}

function untyped(emulator: Emulator): Untyped {
  return emulator as unknown as Untyped;
}

describe("what is no argument is refused", () => {
  it.each<[object, string]>([
    [{ teir: "legacy" }, "the emulator has no teir, only seed"],
    [{ tier: "x" }, "tier must be one of development, legacy, extended."],
    [{ tier: "legcy" }, "Did you mean legacy?"],
    [{ era: "x" }, "era must be one of classic, current."],
    [{ refresh: "rotate-stric" }, "Did you mean rotate-strict?"],
    [
      { refresh: { mode: "rotate-grace", seconds: -1 } },
      "seconds of the refresh mode must be a whole number",
    ],
    [{ size: 5 }, "size must be an object. It can have tracks."],
    [{ size: { track: 5 } }, "size has no track, only tracks. Did you mean tracks?"],
    [{ size: { tracks: Number.NaN } }, "size.tracks must be a whole number from 1"],
    [{ limits: "realistc" }, "Did you mean realistic?"],
    [{ callerHeader: "authorization" }, "callerHeader must be the name of a header that begins with x-."],
    [{ callerHeader: "x-a b" }, "Such as x-test-caller."],
  ])("by createEmulator(%j)", (options, words) => {
    expect(thrownBy(() => createEmulator(options))).toContain(words);
  });

  it.each<[string, unknown[], string]>([
    ["configure", [{ tier: "x" }], "tier must be one of"],
    ["configure", [{ teir: "legacy" }], "settings has no teir, only tier, era. Did you mean tier?"],
    ["setRefreshMode", ["x"], "the refresh mode must be one of keep"],
    ["setRefreshMode", ["keep", { person: "ines" }], "person must be the id of somebody who exists, not"],
    ["revoke", [{ person: "marlow.finsh" }], "Did you mean marlow.finch?"],
    ["revoke", [{ persn: "marlow.finch" }], "has no persn"],
    ["advance", [Number.NaN], "advance (advanceMs) must be a whole number from 0"],
    ["advance", [-1], "setClock (now) also goes back."],
    ["setClock", [Number.NaN], "setClock (now) must be a whole number"],
    ["setClock", [8.64e15 + 1], "setClock (now) must be a whole number"],
    ["registerApp", [{}], "clientId must be a text."],
    ["registerApp", [undefined], "the app must be an object."],
    [
      "registerApp",
      [{ clientId: "a", clientSecret: "emu_b", redirectUris: "c" }],
      "redirectUris must be a list",
    ],
    [
      "registerApp",
      [{ clientId: "a", clientSecret: "emu_b", redirectUris: [], users: ["ines.cardosa"] }],
      "Did you mean ines.cardoso?",
    ],
  ])("by %s(%j), and nothing has changed", (method, given, words) => {
    const emulator = stillEmulator();
    const before = JSON.stringify(emulator.snapshot());
    expect(thrownBy(() => untyped(emulator)[method]?.(...given))).toContain(words);
    expect(JSON.stringify(emulator.snapshot())).toBe(before);
  });

  it.each<[object, string]>([
    [{ operationId: "get-an-albm" }, "Did you mean get-an-album?"],
    [{ person: "nobody" }, "somebody who exists. There are: marlow.finch, ines.cardoso"],
  ])("by a fault that could never strike: %j", (match, words) => {
    const { faults } = stillEmulator();
    expect(thrownBy(() => faults.add({ kind: "html", match }))).toContain(words);
    expect(faults.any).toBe(false);
  });

  it("but an app may be registered after the fault that is meant for it", () => {
    const { faults } = stillEmulator();
    expect(faults.add({ kind: "html", match: { clientId: "later" } })).toBe(1);
  });

  it.each<[string, string]>([
    ["defaultPerson", "defaultPerson must be the id of somebody who exists, not"],
    ["consent", "consent must be one of ask, allow, deny."],
    ["playerAnswers", "playerAnswers must be one of empty, text, mislabelled, mixed."],
    ["transition", "transition must be one of both, new."],
  ])("by the world's %s", (name, words) => {
    const { world } = stillEmulator();
    const before: unknown = Reflect.get(world, name);
    expect(thrownBy(() => Reflect.set(world, name, "nobody"))).toContain(words);
    expect(Reflect.get(world, name)).toBe(before);
  });

  it("by limits that are counted as used up", () => {
    const { limits } = stillEmulator();
    expect(thrownBy(() => limits.useUp("rate", Number.NaN))).toContain("seconds must be a whole number");
    expect(limits.active).toBe(false);
  });
});

describe("what is one is taken", () => {
  it("and the default person can be changed, saved and put back", () => {
    const emulator = stillEmulator();
    emulator.world.defaultPerson = "ines.cardoso";
    const saved = emulator.snapshot();
    emulator.reset();
    expect(emulator.world.defaultPerson).toBe("marlow.finch");
    emulator.restore(saved);
    expect(emulator.world.defaultPerson).toBe("ines.cardoso");
  });

  it("and reset goes back to the limits of the start", () => {
    const emulator = stillEmulator({ limits: { ratePer30s: 7 } });
    emulator.limits.set("off");
    emulator.limits.useUp("rate", 60);
    emulator.reset();
    expect(emulator.limits.settings()).toEqual({ ratePer30s: 7 });
    expect(emulator.limits.usedUp()).toEqual({});
  });

  it("and a fault of kind status needs no status", async () => {
    const emulator = stillEmulator();
    emulator.faults.add({ kind: "status" });
    expect((await emulator.fetch(`${emulator.urls.api}/me`)).status).toBe(503);
  });

  it("and an app's own tokens outlive the removal of the app", async () => {
    const emulator = stillEmulator();
    const token = await emulator.fetch(`${emulator.urls.accounts}/api/token`, {
      method: "POST",
      headers: { authorization: BASIC },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    const { access_token: value } = await token.json();
    emulator.revoke({ clientId: EMULATOR_CLIENT_ID });
    const search = `${emulator.urls.api}/search?q=a&type=artist`;
    const response = await emulator.fetch(search, { headers: { authorization: `Bearer ${value}` } });
    expect(response.status).toBe(200);
  });
});

describe("over HTTP", () => {
  const ask = (emulator: Emulator, path: string, body: string) =>
    emulator.fetch(`${emulator.urls.console}${path}`, {
      method: "POST",
      headers: { "x-console-key": emulator.consoleKey },
      body,
    });

  it("the hint comes with the refusal", async () => {
    const refused = await ask(stillEmulator(), "/settings", '{"tier":"legcy"}');
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ hint: "Did you mean legacy?" });
  });

  it("a body that is no JSON is called so", async () => {
    const refused = await ask(stillEmulator(), "/faults", '{"kind":');
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: "The body is not JSON." });
  });

  it("the ledger refuses a filter that it does not have", async () => {
    const emulator = stillEmulator();
    const refused = await emulator.fetch(`${emulator.urls.console}/ledger?bogus=1`);
    expect(refused.status).toBe(400);
    expect((await refused.json()).error).toContain("There is no bogus here, only operationId");
  });
});
