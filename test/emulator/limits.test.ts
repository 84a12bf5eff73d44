import { describe, expect, it } from "vitest";
import { DAY, HOUR, SECOND } from "../../src/base/clock.js";
import { table } from "../../src/contract/table.js";
import { EMULATOR_CLIENT_ID, type LimitsOption } from "../../src/emulator/index.js";
import { bucketOf } from "../../src/emulator/limit-settings.js";
import { RollingWindow } from "../../src/emulator/rolling-window.js";
import { type Call, guest, logIn, REDIRECT_URI, stillEmulator, TIERS } from "./guest.js";

async function answers(call: Call, count: number, path = "/me") {
  const seen: (number | string)[] = [];
  for (let round = 0; round < count; round++) {
    const { status, headers } = await call("GET", path);
    seen.push(status === 429 ? `429 ${headers.get("retry-after")}` : status);
  }
  return seen;
}

describe("the rate limit", () => {
  it("lets so many through in any 30 seconds and says when the next may come", async () => {
    const emulator = stillEmulator({ limits: { ratePer30s: 3 } });
    const call = await guest(emulator);
    expect(await answers(call, 2)).toEqual([200, 200]);
    emulator.advance(10 * SECOND);
    expect(await answers(call, 2)).toEqual([200, "429 20"]);
    emulator.advance(19.5 * SECOND);
    expect(await answers(call, 1)).toEqual(["429 1"]);
    emulator.advance(0.5 * SECOND);
    // The window rolls: the two of the start have left it, the third has not.
    expect(await answers(call, 3)).toEqual([200, 200, "429 10"]);
  });

  it("is counted for each app by itself, of whatever tier", async () => {
    const emulator = stillEmulator({ limits: { ratePer30s: { extended: 1 } }, tier: "extended" });
    const call = await guest(emulator);
    emulator.registerApp({ clientId: "other", clientSecret: "emu_other", redirectUris: [REDIRECT_URI] });
    expect(await answers(call, 2)).toEqual([200, "429 30"]);
    const app = await emulator.fetch(`${emulator.urls.accounts}/api/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: "other",
        client_secret: "emu_other",
      }),
    });
    const { access_token } = await app.json();
    const path = `${emulator.urls.api}/tracks/${emulator.world.catalogue.idOf("track", 0)}`;
    const get = () => emulator.fetch(path, { headers: { authorization: `Bearer ${access_token}` } });
    expect([(await get()).status, (await get()).status]).toEqual([200, 429]);
    emulator.configure({ tier: "development" });
    expect((await get()).status, "no size for this tier").toBe(200);
  });

  it("does not count what it refuses, nor what no token stands behind", async () => {
    const emulator = stillEmulator({ limits: { ratePer30s: 1 } });
    const call = await guest(emulator);
    for (let round = 0; round < 5; round++) await emulator.fetch(`${emulator.urls.api}/me`);
    expect(await answers(call, 3)).toEqual([200, "429 30", "429 30"]);
    emulator.advance(30 * SECOND);
    expect(await answers(call, 1)).toEqual([200]);
  });
});

describe("the quota", () => {
  it("is counted over a rolling day in buckets, and ends when the oldest call leaves the window", async () => {
    const emulator = stillEmulator({ limits: { quotaPer24h: { playlists: 2 } } });
    const call = await guest(emulator);
    expect(await answers(call, 1, "/me/playlists")).toEqual([200]);
    emulator.advance(HOUR / 2);
    expect(await answers(call, 2, "/me/playlists")).toEqual([200, "429 84600"]);
    expect(await answers(call, 3)).toEqual([200, 200, 200]);
    const refused = await call("GET", "/me/playlists");
    expect(refused.json).toMatchObject({ error: { reason: "QUOTA_EXCEEDED" } });
    expect(emulator.ledger.entries().at(-1)).toMatchObject({
      rule: "quota",
      why: "the developer's quota for 24 hours is used up",
    });
    // An hour is the life of the token: log in anew the next day.
    emulator.advance(DAY - HOUR / 2);
    expect(await answers(await guest(emulator), 2, "/me/playlists")).toEqual([200, "429 1800"]);
  });

  it("is one for all apps of a developer", async () => {
    const emulator = stillEmulator({ limits: { quotaPer24h: 1 } });
    const call = await guest(emulator);
    expect(await answers(call, 2)).toEqual([200, "429 86400"]);
    const { accessToken } = await logIn(emulator);
    const app = emulator.apps.get(EMULATOR_CLIENT_ID);
    if (app === undefined) throw new Error("The default app is always there.");
    emulator.registerApp({ ...app, owner: "somebody else" });
    const response = await emulator.fetch(`${emulator.urls.api}/me`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect(response.status).toBe(200);
  });

  it.each(TIERS)("for %s apps is there or not", async (tier) => {
    const emulator = stillEmulator({ tier, limits: { quotaPer24h: 1 } });
    const [, second] = await answers(await guest(emulator), 2);
    expect(second).toBe(tier === "extended" ? 200 : "429 86400");
  });

  it("has a bucket for every operation", () => {
    const buckets = new Set(table().map(({ row }) => bucketOf(row.path)));
    expect([...buckets].sort()).toEqual(
      ["artist-albums", "catalogue", "library", "other", "player", "playlists", "search"].sort(),
    );
    expect(bucketOf("/artists/{id}/albums")).toBe("artist-albums");
    expect(bucketOf("/artists/{id}")).toBe("catalogue");
  });
});

describe("limits", () => {
  it("are off unless asked for, and have measured sizes where realistic", async () => {
    expect(stillEmulator().limits.active).toBe(false);
    const { limits } = stillEmulator({ limits: "realistic" });
    expect(limits.settings()).toMatchObject({ quotaPer24h: { "artist-albums": 100, search: 700 } });
  });

  it("can be changed, used up and forgotten while it runs", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator);
    emulator.limits.useUp("rate", 12);
    expect(await answers(call, 1)).toEqual(["429 12"]);
    emulator.advance(12 * SECOND);
    expect(await answers(call, 1)).toEqual([200]);
    emulator.limits.set({ ratePer30s: 1 });
    expect(await answers(call, 2)).toEqual([200, "429 30"]);
    emulator.limits.clear();
    expect(await answers(call, 2)).toEqual([200, "429 30"]);
    emulator.limits.set("off");
    expect(await answers(call, 2)).toEqual([200, 200]);
  });

  it("let through who sets the clock back, and count anew", async () => {
    const emulator = stillEmulator({ limits: { ratePer30s: 2 } });
    const call = await guest(emulator);
    expect(await answers(call, 3)).toEqual([200, 200, "429 30"]);
    emulator.setClock(emulator.clock.now() - DAY);
    expect(await answers(call, 3)).toEqual([200, 200, "429 30"]);
  });

  it.each<[unknown, string]>([
    [7, 'limits must be "off", "realistic" or an object'],
    [{ perMinute: 1 }, "limits has no perMinute"],
    [{ ratePer30s: 0 }, "limits.ratePer30s must be a whole number from 1"],
    [{ ratePer30s: { small: 1 } }, "limits.ratePer30s must be one of development"],
    [{ quotaPer24h: { search: 1e9 } }, "limits.quotaPer24h.search must be a whole number"],
  ])("%j are refused by name", (limits, sentence) => {
    expect(() => stillEmulator({ limits: limits as LimitsOption })).toThrow(sentence);
  });
});

describe("a rolling window", () => {
  it("never remembers more than it may count", () => {
    const window = new RollingWindow(3, 100);
    for (let now = 0; now < 10_000; now += 10) if (window.waitAt(now) === 0) window.add(now);
    expect(window.times()).toEqual([9900, 9910, 9920]);
    expect(window.waitAt(9950)).toBe(50);
  });

  it("forgets what has not happened yet when the clock was set back, and nothing else", () => {
    const window = new RollingWindow(3, 100);
    for (const now of [0, 110, 120, 130]) window.add(now);
    expect(window.waitAt(125)).toBe(0);
    expect(window.times()).toEqual([110, 120]);
    window.add(125);
    expect(window.waitAt(125)).toBe(85);
    window.add(50);
    expect(window.times()).toEqual([50]);
  });
});
