import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../../src/base/clock.js";
import type { RefreshMode } from "../../src/emulator/index.js";
import { emulated } from "../support/emulated.js";

const MODES = [
  "keep",
  "keep-repeat",
  "rotate-strict",
  "rotate-grace",
  "rotate-family-revoke",
] satisfies RefreshMode[];
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

describe("a session at the emulator", () => {
  it.each([50, 1000])("RF-01 makes one token request for %d calls on an expired token", async (calls) => {
    const { spotify, clock, refreshes } = await emulated();
    clock.advance(2 * HOUR);
    const answers = await Promise.all(Array.from({ length: calls }, () => spotify.me.profile()));
    expect(answers).toHaveLength(calls);
    expect(refreshes()).toBe(1);
  });

  it.each([50, 1000])(
    "RF-01 RF-11 makes one token request for %d calls whose 401s come one after another",
    async (calls) => {
      // The token dies at Spotify while it looks good here, and each answer takes its own time: many a 401 comes when the new token is long
      // there.
      let dead = "none";
      let rejections = 0;
      const { spotify, refreshes } = await emulated({
        intercept: (authorization) => (authorization === dead ? reject() : undefined),
      });
      const reject = async () => {
        const turns = rejections++ % 40;
        for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
        return Response.json(
          { error: { status: 401, message: "Missing/invalid/expired access token" } },
          { status: 401 },
        );
      };
      dead = `Bearer ${(await spotify.session.token()).accessToken}`;
      const answers = await Promise.all(Array.from({ length: calls }, () => spotify.me.profile()));
      expect(answers).toHaveLength(calls);
      expect(rejections).toBe(calls);
      expect(refreshes()).toBe(1);
    },
  );

  it.each(MODES)(
    "lives for three hours with a call a minute when refresh tokens are treated as %s",
    async (refresh) => {
      const { spotify, clock, refreshes } = await emulated({ refresh });
      for (let minute = 0; minute < 180; minute++) {
        clock.advance(MINUTE);
        await spotify.me.profile();
        await new Promise((resolve) => setImmediate(resolve));
      }
      // The first hour is the login's own token; each further one needs a refresh, some minutes early.
      expect(refreshes()).toBe(3);
    },
  );

  it.each(MODES)(
    "ends six months after the consent, not before, when refresh tokens are treated as %s",
    async (refresh) => {
      const { spotify, clock, refreshes } = await emulated({ refresh });
      const { refreshExpiresAt = 0 } = await spotify.session.token();
      let lastGood = 0;
      let failed: unknown;
      for (let day = 0; day < 7 * 31 && failed === undefined; day++) {
        clock.advance(DAY);
        await spotify.me.profile().then(
          () => {
            lastGood = clock.now();
          },
          (error: unknown) => {
            failed = error;
          },
        );
      }
      expect(failed).toMatchObject({
        code: "reauthorization-required",
        hint: expect.stringContaining("stagedoor login"),
      });
      expect(String(failed)).toContain("older than six months");
      expect(lastGood).toBeLessThanOrEqual(refreshExpiresAt);
      expect(lastGood).toBeGreaterThan(refreshExpiresAt - 2 * DAY);
      const spent = refreshes();
      expect(await failure(spotify.me.profile())).toMatchObject({ code: "reauthorization-required" });
      expect(refreshes()).toBe(spent);
    },
  );

  it("begins a new six months with a new login", async () => {
    const { spotify, clock, logIn } = await emulated();
    clock.advance(200 * DAY);
    await failure(spotify.me.profile());
    await logIn();
    clock.advance(150 * DAY);
    expect((await spotify.me.profile()).type).toBe("user");
  });

  it("is over when the person removes the app", async () => {
    const { spotify, emulator, clock } = await emulated();
    emulator.revoke();
    clock.advance(HOUR);
    const error = await failure(spotify.me.profile());
    expect(error).toMatchObject({ code: "reauthorization-required" });
  });

  it("RF-10 keeps the login through an outage of the accounts service", async () => {
    const { spotify, emulator, clock } = await emulated();
    clock.advance(2 * HOUR);
    emulator.faults.add({ kind: "status", status: 503, body: "busy", match: { service: "accounts" } });
    expect(await failure(spotify.me.profile())).toMatchObject({ code: "server-error" });
    emulator.faults.clear();
    expect((await spotify.me.profile()).type).toBe("user");
  });

  it("D29 refuses a call whose scope was not granted, unsent", async () => {
    const { spotify, emulator, logIn } = await emulated();
    await logIn(spotify, "user-read-private");
    const before = emulator.ledger.entries().length;
    expect(await failure(spotify.me.top({ type: "tracks" }))).toMatchObject({
      code: "scope-missing",
      missingScopes: ["user-top-read"],
    });
    expect(emulator.ledger.entries()).toHaveLength(before);
  });
});
