import { describe, expect, it } from "vitest";
import { DAY } from "../../src/base/clock.js";
import { table } from "../../src/contract/table.js";
import { createEmulator, type Emulator } from "../../src/emulator/index.js";
import { serveEmulator } from "../../src/emulator/serve.js";
import { describeInChromium } from "../support/chromium.js";
import { askToken, callerWith, guest, logIn, START, stillEmulator } from "./guest.js";

/** A command as a program sends it. */
async function command(emulator: Emulator, method: string, path: string, body?: unknown) {
  const response = await emulator.fetch(`${emulator.urls.console}${path}`, {
    method,
    headers: { "x-console-key": emulator.consoleKey },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, json: text === "" ? undefined : JSON.parse(text) };
}

/** A form as a browser sends it. */
function submit(emulator: Emulator, path: string, fields: Record<string, string>): Promise<Response> {
  return emulator.fetch(`${emulator.urls.console}${path}`, {
    method: "POST",
    body: new URLSearchParams({ key: emulator.consoleKey, ...fields }),
  });
}

async function stateOf(emulator: Emulator) {
  return (await emulator.fetch(`${emulator.urls.console}/state`)).json();
}

describe("commands", () => {
  it("move the clock and set it", async () => {
    const emulator = stillEmulator();
    expect((await command(emulator, "POST", "/clock", { advanceMs: DAY })).status).toBe(204);
    expect(emulator.clock.now()).toBe(START + DAY);
    await command(emulator, "POST", "/clock", { now: "2027-02-01T00:00:00Z" });
    expect(emulator.clock.now()).toBe(Date.UTC(2027, 1, 1));
    await command(emulator, "POST", "/clock", { now: 0 });
    expect(emulator.clock.now()).toBe(0);
  });

  it("add faults, give their ids, and take them away one by one or all", async () => {
    const emulator = stillEmulator();
    const added = await command(emulator, "POST", "/faults", [{ kind: "F8" }, { kind: "F9", times: 2 }]);
    expect(added).toEqual({ status: 200, json: { ids: [1, 2] } });
    expect((await command(emulator, "DELETE", "/faults/1")).status).toBe(204);
    expect((await command(emulator, "DELETE", "/faults/1")).status).toBe(404);
    const listed = await (await emulator.fetch(`${emulator.urls.console}/faults`)).json();
    expect(listed).toMatchObject([{ id: 2, struck: 0, fault: { kind: "status", at: "after-commit" } }]);
    await command(emulator, "DELETE", "/faults");
    expect(emulator.faults.list()).toEqual([]);
  });

  it("change limits, tier, era and refresh modes, and take back what a person granted", async () => {
    const emulator = stillEmulator();
    const { refreshToken } = await logIn(emulator);
    await command(emulator, "POST", "/limits", { ratePer30s: 7 });
    await command(emulator, "POST", "/limits/use-up", { limit: "quota", seconds: 60 });
    await command(emulator, "POST", "/settings", { tier: "legacy", era: "classic" });
    await command(emulator, "POST", "/refresh-mode", { mode: "rotate-strict", person: "ines.cardoso" });
    expect(await stateOf(emulator)).toMatchObject({
      tier: "legacy",
      era: "classic",
      limits: { ratePer30s: 7 },
      refreshModes: [{ mode: "keep" }, { mode: "rotate-strict", person: "ines.cardoso" }],
    });
    const call = await guest(emulator);
    expect((await call("GET", "/me")).text).toBe("Too many requests");
    await command(emulator, "DELETE", "/limits");
    expect((await call("GET", "/me")).status).toBe(200);
    await command(emulator, "POST", "/revoke", { person: "marlow.finch" });
    const form = { grant_type: "refresh_token", refresh_token: refreshToken };
    expect((await askToken(emulator, form)).body.error_description).toBe("Refresh token revoked");
  });

  it.each<[string, unknown, string]>([
    ["/clock", { advanceMs: "soon" }, "advanceMs"],
    ["/clock", { now: "never" }, "now must be a date"],
    ["/clock", { advanceMs: 1, now: 2 }, "advanceMs"],
    ["/clock", { now: null }, "setClock (now)"],
    ["/clock", { advanceMs: -1 }, "advance (advanceMs) must be a whole number from 0"],
    ["/clock", null, "the body must be an object"],
    ["/revoke", { person: "nobody" }, "person must be the id of somebody"],
    ["/revoke", { persn: "marlow.finch" }, "has no persn"],
    ["/refresh-mode", { mode: "keep", person: "nobody" }, "person must be the id of somebody"],
    ["/refresh-mode", { mode: "rotate-strict", seconds: 5 }, "must be one of rotate-grace"],
    ["/faults", { kind: "F8", match: { person: "nobody" } }, "fault.match.person must be the id of somebody"],
    ["/refresh-mode", { mode: "never" }, "mode must be one of keep"],
    ["/refresh-mode", { mode: "keep", persn: "x" }, "the body has no persn, only mode"],
    ["/refresh-mode", { mode: "keep", clientId: 1 }, "clientId must be a text"],
    ["/faults", { kind: "delay" }, "fault.ms must be"],
    ["/limits", { ratePer30s: 0 }, "limits.ratePer30s"],
    ["/limits/use-up", { limit: "luck", seconds: 1 }, "limit must be one of rate, quota"],
    ["/limits/use-up", { limit: "rate", seconds: -1 }, "seconds must be a whole number"],
    ["/settings", { tier: "gold" }, "tier must be one of development"],
    ["/settings", { era: "baroque" }, "era must be one of classic"],
  ])("POST %s %j is refused with a reason", async (path, body, reason) => {
    const { status, json } = await command(stillEmulator(), "POST", path, body);
    expect(status).toBe(400);
    expect(json.error).toContain(reason);
  });
});

describe("forms of the page", () => {
  it("do the same without a script and lead back to it", async () => {
    const emulator = stillEmulator();
    const moved = await submit(emulator, "/clock", { advanceMs: String(DAY) });
    expect([moved.status, moved.headers.get("location")]).toEqual([303, "/"]);
    expect(emulator.clock.now()).toBe(START + DAY);
    await submit(emulator, "/faults", { kind: "F8", service: "api", times: "2" });
    expect(emulator.faults.list()).toMatchObject([{ fault: { match: { service: "api" }, times: 2 } }]);
    await submit(emulator, "/faults/1", { method: "DELETE" });
    expect(emulator.faults.list()).toEqual([]);
    await submit(emulator, "/limits", { json: '"realistic"' });
    expect(emulator.limits.active).toBe(true);
    await submit(emulator, "/refresh-mode", { mode: "keep-repeat", person: "" });
    expect(await stateOf(emulator)).toMatchObject({ refreshModes: [{ mode: "keep-repeat" }] });
  });

  it("are refused without the key, and say what is wrong on the page, escaped", async () => {
    const emulator = stillEmulator();
    const refused = await submit(emulator, "/reset", { key: "wrong" });
    expect(refused.status).toBe(403);
    expect(await refused.text()).toContain("That is not the key. stagedoor emulate prints it");
    const wrong = await submit(emulator, "/faults", { kind: "html", "<i>": "1" });
    expect(wrong.status).toBe(400);
    const page = await wrong.text();
    expect(page).toContain("fault.&lt;i&gt; is no member here");
    expect(page).not.toContain("<i>");
  });
});

describe("what can be seen", () => {
  it("is never a secret or a token", async () => {
    const emulator = stillEmulator();
    const { accessToken, refreshToken } = await logIn(emulator);
    await callerWith(emulator, `Bearer ${accessToken}`)("GET", "/me");
    for (const path of ["/state", "/ledger", "/health", "/faults", "/"]) {
      const text = await (await emulator.fetch(`${emulator.urls.console}${path}`)).text();
      for (const secret of [accessToken, refreshToken, emulator.consoleKey])
        expect(text).not.toContain(secret);
    }
    expect(await stateOf(emulator)).toMatchObject({
      tokens: [
        { kind: "access", person: "marlow.finch", generation: 0, expiresAt: START + 3_600_000 },
        { kind: "refresh", person: "marlow.finch", generation: 0 },
      ],
      traffic: { requests: 4, limited: 0 },
    });
  });

  it("counts the traffic of the last seconds by the emulator's clock", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator);
    emulator.ledger.clear();
    emulator.advance(60_000);
    emulator.limits.useUp("rate", 1);
    await call("GET", "/me");
    emulator.advance(2000);
    for (let round = 0; round < 4; round++) await call("GET", "/me");
    const { traffic } = await stateOf(emulator);
    expect(traffic).toMatchObject({ perSecond: 0.5, limited: 1, requests: 5 });
    expect(traffic.seconds.slice(-3)).toEqual([
      { all: 1, limited: 1 },
      { all: 0, limited: 0 },
      { all: 4, limited: 0 },
    ]);
  });

  it("has a mark of honesty for each operation", async () => {
    const emulator = stillEmulator();
    const marks = await (await emulator.fetch(`${emulator.urls.console}/operations`)).json();
    expect(marks).toHaveLength(table().length);
    const page = await (await emulator.fetch(emulator.urls.console)).text();
    expect(page).toMatch(
      new RegExp(`${marks.length} operations, \\d+ as documented, \\d+ as observed, \\d+ guessed in part`),
    );
    expect(marks.find(({ operationId }: { operationId: string }) => operationId === "search")).toMatchObject({
      mark: "guessed",
      because: expect.any(String),
    });
    expect(new Set(marks.map(({ mark }: { mark: string }) => mark))).toEqual(
      new Set(["documented", "observed", "guessed"]),
    );
  });

  const pageOf = async (emulator: Emulator) => (await emulator.fetch(emulator.urls.console)).text();

  it("is which limits hold: the controls choose them, so that to apply them changes nothing", async () => {
    const emulator = stillEmulator({ limits: "realistic", refresh: "rotate-strict" });
    const held = () => emulator.limits.settings();
    for (const limits of ["realistic", "off", { ratePer30s: 90 }] as const) {
      emulator.limits.set(limits);
      const before = held();
      const [, json = ""] =
        /<select name="json">.*?<option value="([^"]*)" selected>/.exec(await pageOf(emulator)) ?? [];
      await submit(emulator, "/limits", { json: json.replaceAll("&quot;", '"') });
      expect(held()).toEqual(before);
    }
    expect(await pageOf(emulator)).toContain('<option value="rotate-strict" selected>');
  });

  it("is which limit is used up, and for how long", async () => {
    const emulator = stillEmulator();
    await submit(emulator, "/limits/use-up", { limit: "quota", seconds: "5000" });
    expect(await pageOf(emulator)).toContain("quota, for 1 h 23 min more");
    expect(await stateOf(emulator)).toMatchObject({ usedUpUntil: { quota: START + 5_000_000 } });
    emulator.advance(5_000_000);
    expect(await pageOf(emulator)).not.toContain("Used up");
  });

  it("is how long tokens work, rounded down as the command does", async () => {
    const emulator = stillEmulator();
    await logIn(emulator);
    emulator.advance(1);
    const page = await pageOf(emulator);
    expect(page).toContain("<td>59 min</td>");
    expect(page).toContain("<td>180 days</td>");
  });

  it("shows which rule refused and what came nearest", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator, { scope: "" });
    await call("GET", "/me/playlist");
    await call("GET", "/me/playlists");
    const page = await (await emulator.fetch(emulator.urls.console)).text();
    expect(page).toContain("refused by scope: the token lacks a scope of the operation");
    expect(page).toContain("nearest is GET /v1/me/playlists: singular and plural");
  });
});

describeInChromium("the console's page", (browser) => {
  it("shows the tokens with all their scopes on a telephone too", async () => {
    const emulator = createEmulator();
    await logIn(emulator);
    const served = await serveEmulator(emulator);
    const page = await browser().newPage({ viewport: { width: 400, height: 800 } });
    try {
      await page.goto(served.console);
      const table = page.locator("[data-live=tokens] .scroll");
      const [shown, all] = await table.evaluate(({ clientWidth, scrollWidth }) => [clientWidth, scrollWidth]);
      expect(all).toBe(shown);
      await table.getByText("user-read-playback-state").first().waitFor();
    } finally {
      await page.close();
      await served.close();
    }
  });

  it("lives, obeys with the key from the fragment, and reports no breach of its policy", async () => {
    const emulator = createEmulator();
    const served = await serveEmulator(emulator);
    const page = await browser().newPage();
    try {
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      await page.goto(`${served.console}/#key=${served.consoleKey}`);
      await fetch(`${served.api}/me/nobody-was-here`);
      await page.getByText("/v1/me/nobody-was-here").waitFor();
      await page.locator("select[name=kind]").selectOption("F8");
      await page.getByRole("button", { name: "Add" }).click();
      await page.locator("[data-live=faults]").getByText("status", { exact: true }).waitFor();
      expect(emulator.faults.list()).toMatchObject([{ fault: { status: 503, times: 1 } }]);
      expect(complaints).toEqual([]);
      expect(page.url()).toBe(`${served.console}/#key=${served.consoleKey}`);
    } finally {
      await page.close();
      await served.close();
    }
  });
});
