import { describe, expect, it } from "vitest";
import { SCOPES } from "../src/contract/index.js";
import { createEmulator, EMULATOR_CLIENT_ID } from "../src/emulator/index.js";
import { serveEmulator } from "../src/emulator/serve.js";
import { createSpotify, type Spotify } from "../src/index.js";
import { emulatedSpotify, logInAt } from "../src/testing.js";

const nameOf = async (spotify: Spotify) => (await spotify.me.profile()).id;

describe("an emulated Spotify with a person logged in", () => {
  it("is one call, with the default person and every scope", async () => {
    const { emulator, spotify, person, scopes } = await emulatedSpotify();
    expect(await nameOf(spotify)).toBe(emulator.world.defaultPerson);
    expect(person).toBe(emulator.world.defaultPerson);
    expect(scopes).toEqual(SCOPES);
  });

  it("takes what the emulator and the login take", async () => {
    const { emulator, spotify, scopes } = await emulatedSpotify({
      seed: 7,
      tier: "extended",
      person: "zoë&the_moths",
      scope: "user-top-read",
    });
    expect(await nameOf(spotify)).toBe("zoë&the_moths");
    expect(scopes).toEqual(["user-top-read"]);
    expect(await spotify.browse.genreSeeds()).toContain("ambient");
    expect(emulator.world.key).toEqual(createEmulator({ seed: 7 }).world.key);
    await expect(spotify.me.playlists()).rejects.toMatchObject({ code: "scope-missing" });
  });

  it("has one clock on both sides", async () => {
    const { emulator, spotify } = await emulatedSpotify();
    await spotify.me.profile();
    expect(emulator.ledger.tokenRequests()).toHaveLength(1);
    emulator.advance(60 * 60 * 1000);
    await spotify.me.profile();
    expect(emulator.ledger.tokenRequests().map(({ grant }) => grant)).toEqual([
      "authorization_code",
      "refresh_token",
    ]);
    expect(emulator.ledger.count(({ status }) => status === 401)).toBe(0);
  });

  it("has room for several people, who may log in at once", async () => {
    const { emulator } = await emulatedSpotify();
    const people = [...emulator.world.people.keys()].filter((id) => id !== "sunniva");
    const clients = await Promise.all(people.map((person) => emulatedSpotify({ emulator, person })));
    expect(await Promise.all(clients.map(({ spotify }) => nameOf(spotify)))).toEqual(people);
  });
});

describe("a login at an emulator", () => {
  it.each(["ask", "allow", "deny"] as const)(
    "is agreed to where the world says %s, and leaves it so",
    async (consent) => {
      const emulator = createEmulator();
      emulator.world.consent = consent;
      const before = emulator.world.defaultPerson;
      await emulatedSpotify({ emulator, person: "ines.cardoso" });
      expect(emulator.world).toMatchObject({ consent, defaultPerson: before });
    },
  );

  it("goes the whole way: authorize, code, token", async () => {
    const { emulator } = await emulatedSpotify({ person: "yuki.tanabe" });
    expect(emulator.ledger.entries()).toMatchObject([
      { method: "GET", path: "/authorize", person: "yuki.tanabe", status: 303, committed: true },
      { method: "POST", path: "/api/token", person: "yuki.tanabe", status: 200, committed: true },
    ]);
  });

  it("asks for less than it may where the person unticks something", async () => {
    const emulator = createEmulator();
    emulator.world.consentScopes = ["user-top-read"];
    const { scopes } = await emulatedSpotify({ emulator, scope: "user-top-read user-library-read" });
    expect(scopes).toEqual(["user-top-read"]);
  });

  it("works over HTTP too", async () => {
    const emulator = createEmulator();
    const served = await serveEmulator(emulator);
    try {
      const { accounts: accountsUrl, api: apiUrl } = served;
      const spotify = createSpotify({ clientId: EMULATOR_CLIENT_ID, accountsUrl, apiUrl });
      await logInAt(emulator, spotify, { person: "tobias.k" });
      expect(await nameOf(spotify)).toBe("tobias.k");
    } finally {
      await served.close();
    }
  });

  it("of somebody who does not exist names those who do", async () => {
    await expect(emulatedSpotify({ person: "ines.cardozo" })).rejects.toMatchObject({
      code: "argument-invalid",
      message: expect.stringContaining('"ines.cardozo"'),
      hint: expect.stringMatching(/Did you mean ines\.cardoso\? There are: marlow\.finch, .*sunniva/),
    });
  });

  it("of an app that it does not know says how to register it", async () => {
    const client = { clientId: "0123456789abcdef0123456789abcdef" };
    await expect(emulatedSpotify({ client })).rejects.toMatchObject({
      code: "argument-invalid",
      hint: expect.stringContaining("registerApp"),
    });
  });

  it("with a scope that does not exist says what Spotify's page says", async () => {
    await expect(emulatedSpotify({ scope: "user-top-reed" })).rejects.toMatchObject({
      code: "authorization-failed",
      message: expect.stringContaining("Illegal scope"),
    });
  });

  it("of a client at another Spotify sends nothing there", async () => {
    const emulator = createEmulator();
    const spotify = createSpotify({
      clientId: EMULATOR_CLIENT_ID,
      fetch: () => Promise.reject(new Error("something was sent")),
    });
    await expect(logInAt(emulator, spotify)).rejects.toThrow(
      "no service of the emulator is at https://accounts",
    );
    expect(emulator.ledger.entries()).toEqual([]);
  });
});
