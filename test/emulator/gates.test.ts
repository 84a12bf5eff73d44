import { describe, expect, it } from "vitest";
import { removalFor, table } from "../../src/contract/index.js";
import { EMULATOR_CLIENT_ID, EMULATOR_CLIENT_SECRET, type Emulator } from "../../src/emulator/index.js";
import { askToken, callerWith, guest, logIn, stillEmulator, TIERS } from "./guest.js";

const TRACKS = `/tracks?ids=${"0".repeat(22)}`;

function lapse(emulator: Emulator): void {
  emulator.registerApp({
    clientId: EMULATOR_CLIENT_ID,
    clientSecret: EMULATOR_CLIENT_SECRET,
    redirectUris: ["http://127.0.0.1/callback"],
    ownerPremium: false,
    users: ["ines.cardoso"],
  });
}

describe("the token", () => {
  it.each([
    ["none", undefined, 401, 'error="missing_token", error_description="No token provided"'],
    [
      "an unknown one",
      "Bearer nonsense",
      401,
      'error="invalid_token", error_description="Invalid access token"',
    ],
    ["an empty one", "Bearer ", 400, "invalid_request"],
    ["another scheme", "Basic abc", 400, "invalid_request"],
  ])("%s is refused, the header saying why", async (_, authorization, status, challenge) => {
    const answer = await callerWith(stillEmulator(), authorization)("GET", "/me");
    expect(answer.status).toBe(status);
    expect(answer.headers.get("www-authenticate")).toContain(challenge);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("content-type")).toBe("application/json");
    if (status === 401) {
      expect(answer.json).toEqual({
        error: { status: 401, message: "Missing/invalid/expired access token" },
      });
    }
  });
});

describe("the order of the gates", () => {
  it("is token, owner, user, quota, rate, tier, scope, parameters, object, ownership", async () => {
    const emulator = stillEmulator();
    const { world } = emulator;
    const { accessToken } = await logIn(emulator, { scope: "playlist-modify-public" });
    const call = callerWith(emulator, `Bearer ${accessToken}`);
    // Everything is wrong at once; one thing after another is then put right.
    lapse(emulator);
    emulator.limits.useUp("quota", 86_207);
    emulator.limits.useUp("rate", 7);
    expect((await callerWith(emulator, "Bearer x")("GET", TRACKS)).status).toBe(401);

    const owner = await call("GET", TRACKS);
    expect(owner.status).toBe(403);
    expect(owner.headers.get("content-type")).toMatch(/^text\/plain/);
    expect(owner.text).toHaveLength(159);

    const app = { clientId: EMULATOR_CLIENT_ID, clientSecret: EMULATOR_CLIENT_SECRET, redirectUris: [] };
    emulator.registerApp({ ...app, users: [] });
    expect((await call("GET", TRACKS)).text).toBe("User not registered in the Developer Dashboard");

    emulator.registerApp(app);
    const quota = await call("GET", TRACKS);
    expect(quota.json).toEqual({
      error: { status: 429, message: "Too many requests", reason: "QUOTA_EXCEEDED" },
    });
    expect(quota.headers.get("retry-after")).toBe("86207");
    expect(quota.headers.get("access-control-allow-origin")).toBeNull();

    emulator.limits.useUp("quota", 0);
    const rate = await call("GET", TRACKS);
    expect([rate.status, rate.headers.get("retry-after")]).toEqual([429, "7"]);

    emulator.limits.useUp("rate", 0);
    expect((await call("GET", TRACKS)).json).toEqual({ error: { status: 403, message: "Forbidden" } });

    const scope = await call("GET", "/me/top/nonsense?limit=0");
    expect(scope.json).toEqual({ error: { status: 403, message: "Insufficient client scope" } });

    const foreign = [...world.playlists.values()].find(({ owner: by }) => by === "yuki.tanabe");
    const parameters = await call("POST", `/playlists/${"0".repeat(22)}/items`, {});
    expect(parameters.json).toEqual({ error: { status: 400, message: "Missing required field: uris" } });
    const uris = [`spotify:track:${world.catalogue.idOf("track", 0)}`];
    const object = await call("POST", `/playlists/${"0".repeat(22)}/items`, { uris });
    expect(object.json).toEqual({ error: { status: 404, message: "Resource not found" } });
    expect((await call("POST", `/playlists/${foreign?.id}/items`, { uris })).status).toBe(403);
    expect(emulator.ledger.entries().flatMap(({ rule }) => rule ?? [])).toEqual(
      "token owner-premium user-list quota rate tier scope parameters object ownership".split(" "),
    );
  });

  it("passes over owner, users and quota for extended apps", async () => {
    const emulator = stillEmulator({ tier: "extended" });
    const call = await guest(emulator, { person: "sunniva" });
    lapse(emulator);
    emulator.limits.useUp("quota", 10);
    expect((await call("GET", "/me")).status).toBe(200);
  });

  it("keeps out whom the app's list does not have, though the login succeeds", async () => {
    const call = await guest(stillEmulator(), { person: "sunniva" });
    expect((await call("GET", "/me")).text).toBe("User not registered in the Developer Dashboard");
  });
});

describe("tiers", () => {
  it.each(TIERS)("%s apps reach exactly the operations that the contract leaves them", async (tier) => {
    const emulator = stillEmulator({ tier });
    const call = await guest(emulator);
    for (const { row } of table()) {
      const path = row.path.replaceAll(/\{\w+\}/g, "x");
      const removal = removalFor(row.life, tier);
      const answer = await call(row.method, path);
      if (removal === undefined) expect(answer.at("error", "message")).not.toBe("Forbidden");
      else expect(answer.status).toBe(removal.status);
    }
  });

  it.each(TIERS)("%s apps see the members of a track that are theirs", async (tier) => {
    const emulator = stillEmulator({ tier });
    const track = emulator.world.catalogue.idOf("track", 5);
    const { json } = await (await guest(emulator))("GET", `/tracks/${track}`);
    expect(Object.hasOwn(Object(json), "popularity")).toBe(tier !== "development");
    expect(json).toMatchObject({ external_ids: { isrc: "QZEMU0000005" }, id: track });
  });
});

describe("parameters", () => {
  it.each([
    ["/me/top/tracks?limit=51", "Invalid limit"],
    ["/me/top/tracks?limit=0", "Invalid limit"],
    ["/me/top/tracks?limit=ten", "Invalid limit"],
    ["/me/top/tracks?offset=-1", "Invalid offset"],
    ["/me/top/tracks?time_range=forever", "Invalid time_range"],
    ["/me/top/albums", "Invalid type"],
    ["/search?type=track", "Missing required field: q"],
    ["/search?q=a&type=track&limit=11", "Invalid limit"],
    ["/search?q=a&type=track&offset=1001", "Invalid offset"],
    ["/tracks/not-base-62", "Invalid base62 id"],
    ["/tracks/short", "invalid id"],
    [`/tracks/${"0".repeat(22)}?market=xx`, "Invalid market"],
    ["/me/library/contains", "Missing required field: uris"],
    [
      `/me/library/contains?uris=${Array(41)
        .fill(`spotify:track:${"0".repeat(22)}`)
        .join(",")}`,
      "Too many uris requested",
    ],
    ["/me/library/contains?uris=spotify:chapter:abc", "Invalid uri"],
  ])("%s is refused as %s", async (path, message) => {
    const answer = await (await guest(stillEmulator()))("GET", path);
    expect(answer.json).toEqual({ error: { status: 400, message } });
  });

  it("takes fifty results of a search for legacy apps", async () => {
    const call = await guest(stillEmulator({ tier: "legacy" }));
    expect((await call("GET", "/search?q=a&type=track&limit=50")).status).toBe(200);
  });

  it("refuses a body that is no JSON object", async () => {
    const call = await guest(stillEmulator());
    for (const body of ["{", "[]", "null", '"text"']) {
      expect((await call("POST", "/me/playlists", body)).at("error", "message")).toBe("Malformed json");
    }
  });

  it("needs user-read-private for market=from_token", async () => {
    const emulator = stillEmulator();
    const call = await guest(emulator, { scope: "user-top-read" });
    const path = `/tracks/${emulator.world.catalogue.idOf("track", 1)}?market=from_token`;
    expect((await call("GET", path)).at("error", "message")).toBe("Insufficient client scope");
  });
});

describe("routes", () => {
  it("answers 405 to another method and 404 to another path", async () => {
    const call = await guest(stillEmulator());
    const method = await call("GET", "/me/library");
    expect(method.status).toBe(405);
    expect(method.headers.get("allow")).toContain("PUT");
    expect((await call("GET", "/nowhere")).status).toBe(404);
    expect((await call("GET", "/me/top/tracks/more")).status).toBe(404);
  });

  it("lets pages ask first, without a token", async () => {
    const answer = await callerWith(stillEmulator(), undefined)("OPTIONS", "/me");
    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-headers")).toContain("Authorization");
  });

  it("has nobody behind an app's own token", async () => {
    const emulator = stillEmulator();
    const { body } = await askToken(emulator, { grant_type: "client_credentials" });
    const call = callerWith(emulator, `Bearer ${body.access_token}`);
    expect((await call("GET", "/me")).status).toBe(403);
    expect((await call("GET", `/tracks/${emulator.world.catalogue.idOf("track", 3)}`)).status).toBe(200);
    expect((await call("POST", `/playlists/${"0".repeat(22)}/items`, {})).at("error", "message")).toBe(
      "Insufficient client scope",
    );
  });
});
