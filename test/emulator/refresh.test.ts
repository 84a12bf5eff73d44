import { describe, expect, it } from "vitest";
import { sixMonthsAfter } from "../../src/emulator/accounts/grants.js";
import { EMULATOR_CLIENT_ID, type Emulator, type RefreshMode } from "../../src/emulator/index.js";
import { askToken, callerWith, logIn, START, stillEmulator } from "./guest.js";

const SECOND = 1000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function refresh(emulator: Emulator, token: unknown) {
  return askToken(emulator, { grant_type: "refresh_token", refresh_token: String(token) });
}

async function loggedIn(mode: RefreshMode) {
  const emulator = stillEmulator({ refresh: mode });
  return { emulator, first: (await logIn(emulator)).refreshToken };
}

const revoked = { error: "invalid_grant", error_description: "Refresh token revoked" };

describe("refresh modes", () => {
  it("keep: the answer has no member refresh_token and the token goes on to work", async () => {
    const { emulator, first } = await loggedIn("keep");
    for (let round = 0; round < 3; round++) {
      const { status, body } = await refresh(emulator, first);
      expect(status).toBe(200);
      expect(Object.keys(body)).toEqual(["access_token", "token_type", "expires_in", "scope"]);
    }
  });

  it("keep-repeat: the answer repeats the token", async () => {
    const { emulator, first } = await loggedIn("keep-repeat");
    expect((await refresh(emulator, first)).body.refresh_token).toBe(first);
  });

  it("rotate-strict: a new token comes and the old one is dead at once", async () => {
    const { emulator, first } = await loggedIn("rotate-strict");
    const { body } = await refresh(emulator, first);
    expect(body.refresh_token).not.toBe(first);
    expect((await refresh(emulator, first)).body).toEqual(revoked);
    expect((await refresh(emulator, body.refresh_token)).status).toBe(200);
  });

  it.each([
    ["rotate-grace", 30],
    [{ mode: "rotate-grace", seconds: 5 }, 5],
  ] as const)("%j: the old token works for %i seconds more", async (mode, seconds) => {
    const { emulator, first } = await loggedIn(mode);
    await refresh(emulator, first);
    emulator.advance(seconds * SECOND - 1);
    const again = await refresh(emulator, first);
    expect(again.status).toBe(200);
    emulator.advance(1);
    expect((await refresh(emulator, first)).body).toEqual(revoked);
    expect((await refresh(emulator, again.body.refresh_token)).status).toBe(200);
  });

  it("rotate-family-revoke: an old token ends all of its family, and no other", async () => {
    const { emulator, first } = await loggedIn("rotate-family-revoke");
    const other = (await logIn(emulator)).refreshToken;
    const { body } = await refresh(emulator, first);
    expect((await refresh(emulator, first)).body).toEqual(revoked);
    expect((await refresh(emulator, body.refresh_token)).body).toEqual(revoked);
    expect((await refresh(emulator, other)).status).toBe(200);
  });

  it("can be changed while tokens are out, until the reset", async () => {
    const { emulator, first } = await loggedIn("keep");
    emulator.setRefreshMode("rotate-strict");
    expect((await refresh(emulator, first)).body.refresh_token).toBeTypeOf("string");
    emulator.reset();
    const again = (await logIn(emulator)).refreshToken;
    expect((await refresh(emulator, again)).body).not.toHaveProperty("refresh_token");
  });
});

describe("the life of a refresh token", () => {
  it("ends six months after the consent, however often it was used", async () => {
    const { emulator, first } = await loggedIn("keep");
    const life = sixMonthsAfter(START) - START;
    for (let month = 0; month < 5; month++) {
      emulator.advance(30 * DAY);
      expect((await refresh(emulator, first)).status).toBe(200);
    }
    emulator.advance(life - 150 * DAY - 1);
    expect((await refresh(emulator, first)).status).toBe(200);
    emulator.advance(1);
    const expired = { error: "invalid_grant", error_description: "Refresh token expired" };
    expect((await refresh(emulator, first)).body).toEqual(expired);
  });

  it("is not prolonged by rotation, and begins anew with a new consent", async () => {
    const { emulator, first } = await loggedIn("rotate-strict");
    emulator.advance(100 * DAY);
    const next = (await refresh(emulator, first)).body.refresh_token;
    emulator.advance(100 * DAY);
    expect((await refresh(emulator, next)).body.error_description).toBe("Refresh token expired");
    expect((await refresh(emulator, (await logIn(emulator)).refreshToken)).status).toBe(200);
  });

  it("counts calendar months and stays within a short one", () => {
    expect(new Date(sixMonthsAfter(Date.UTC(2026, 7, 31))).toISOString()).toBe("2027-02-28T00:00:00.000Z");
    expect(new Date(sixMonthsAfter(Date.UTC(2026, 0, 15, 6))).toISOString()).toBe("2026-07-15T06:00:00.000Z");
  });

  it("ends when the person removes the app", async () => {
    const { emulator, first } = await loggedIn("keep");
    emulator.revoke({ clientId: "another app" });
    expect((await refresh(emulator, first)).status).toBe(200);
    emulator.revoke({ person: emulator.world.defaultPerson });
    expect((await refresh(emulator, first)).body).toEqual(revoked);
  });
});

describe("who may refresh", () => {
  const id = { client_id: EMULATOR_CLIENT_ID };

  it("nobody with a token that was never given", async () => {
    expect((await refresh(stillEmulator(), "nonsense")).body).toEqual({
      error: "invalid_grant",
      error_description: "Invalid refresh token",
    });
  });

  it("no other client", async () => {
    const { emulator, first } = await loggedIn("keep");
    emulator.registerApp({ clientId: "other", clientSecret: "emu_other", redirectUris: [] });
    const form = { grant_type: "refresh_token", refresh_token: first };
    const { body } = await askToken(emulator, form, { authorization: `Basic ${btoa("other:emu_other")}` });
    expect(body.error_description).toBe("Invalid refresh token");
  });

  it("a public client by its id alone, a confidential one only with its secret", async () => {
    const emulator = stillEmulator({ refresh: "rotate-family-revoke" });
    const grant = async (pkce: boolean) => ({
      grant_type: "refresh_token",
      refresh_token: (await logIn(emulator, { pkce })).refreshToken,
      ...id,
    });
    expect((await askToken(emulator, await grant(true), {})).status).toBe(200);
    const confidential = await grant(false);
    expect((await askToken(emulator, confidential, {})).body).toEqual({ error: "invalid_client" });
    expect((await askToken(emulator, confidential)).status).toBe(200);
  });
});

describe("access tokens", () => {
  it("live one hour, and a refresh does not end them sooner", async () => {
    const emulator = stillEmulator();
    const { accessToken, refreshToken } = await logIn(emulator);
    await refresh(emulator, refreshToken);
    const call = callerWith(emulator, `Bearer ${accessToken}`);
    emulator.advance(HOUR - 1);
    expect((await call("GET", "/me")).status).toBe(200);
    emulator.advance(1);
    expect((await call("GET", "/me")).status).toBe(401);
  });
});

describe("the refresh mode", () => {
  /** Whether the answer to a refresh names a refresh token. */
  async function rotates(emulator: Emulator, person: string): Promise<boolean> {
    const { refreshToken } = await logIn(emulator, { person });
    return "refresh_token" in (await refresh(emulator, refreshToken)).body;
  }

  it("can be one of a person, an app, or both, and the most precise one holds", async () => {
    const emulator = stillEmulator({ refresh: "keep" });
    const both = { person: "marlow.finch", clientId: EMULATOR_CLIENT_ID };
    const seen = async () => [
      await rotates(emulator, "marlow.finch"),
      await rotates(emulator, "ines.cardoso"),
    ];
    emulator.setRefreshMode("rotate-strict", { person: "marlow.finch" });
    expect(await seen()).toEqual([true, false]);
    emulator.setRefreshMode("rotate-strict", { clientId: EMULATOR_CLIENT_ID });
    expect(await seen()).toEqual([true, true]);
    emulator.setRefreshMode("keep", both);
    expect(await seen()).toEqual([false, true]);
    emulator.setRefreshMode(null, both);
    emulator.setRefreshMode("keep", { person: "ines.cardoso" });
    expect(await seen()).toEqual([true, false]);
    emulator.setRefreshMode(null, { person: "ines.cardoso" });
    emulator.setRefreshMode(null, { clientId: EMULATOR_CLIENT_ID });
    expect(await seen()).toEqual([true, false]);
  });

  it("is for all the one of the start again after a reset, or when it is taken away", async () => {
    const emulator = stillEmulator({ refresh: "rotate-strict" });
    emulator.setRefreshMode("keep");
    expect(await rotates(emulator, "marlow.finch")).toBe(false);
    emulator.setRefreshMode(null);
    expect(await rotates(emulator, "marlow.finch")).toBe(true);
    emulator.setRefreshMode("keep", { person: "marlow.finch" });
    emulator.reset();
    expect(await rotates(emulator, "marlow.finch")).toBe(true);
  });
});

describe("the scopes of a refresh", () => {
  it("are all that the person has granted the app, in this login and others", async () => {
    const emulator = stillEmulator();
    const { refreshToken, body } = await logIn(emulator, { scope: "user-top-read" });
    await logIn(emulator, { scope: "user-read-email" });
    await logIn(emulator, { scope: "streaming", person: "ines.cardoso" });
    expect(body.scope).toBe("user-top-read");
    const refreshed = (await refresh(emulator, refreshToken)).body;
    expect(String(refreshed.scope).split(" ").sort()).toEqual(["user-read-email", "user-top-read"]);
    const call = callerWith(emulator, `Bearer ${refreshed.access_token}`);
    expect((await call("GET", "/me/top/tracks")).status).toBe(200);
  });
});
