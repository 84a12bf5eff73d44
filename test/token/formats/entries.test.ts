import { describe, expect, it } from "vitest";
import {
  type ExportOptions,
  exportTokens,
  type ImportOptions,
  importTokens,
} from "../../../src/token/formats/index.js";
import { CLIENT_ID, changedEntry, makeToken, NOW, SAMPLES } from "./samples.js";

const FORMAT = "spotify-web-api-python";
const APP = { refreshToken: undefined, scopes: [], grant: "client_credentials" } as const;

const entry = (change: object = {}) => ({
  access_token: "CANARY-AT-1",
  expires_at: 1795265400.125,
  expires_in: 3600,
  refresh_token: "CANARY-RT-1",
  scope: ["user-top-read"],
  token_type: "Bearer",
  ...change,
});
const own = { refresh_token: undefined, scope: undefined };

/** What SpotifyWebApiPython itself could have in one file. */
const MANY = JSON.stringify({
  [`SpotifyWebApiAuthCodePkce/${CLIENT_ID}/Shared`]: entry({ title: "Desktop", username: "mia" }),
  [`SpotifyWebApiAuthCode/${CLIENT_ID}/u2`]: entry(),
  "SpotifyWebApiOAuth2Token/other-app/Shared": entry(),
  [`Prov/${CLIENT_ID}/u3`]: entry(),
  "SpotifyWebPlayerCookieCredentials/Shared/mia": { sp_dc: "CANARY-DC", sp_key: "CANARY-KEY" },
});

const take = (text: string, options: Partial<ImportOptions> = {}) =>
  importTokens(text, { now: NOW, ...options });
const keys = (text: string, options: Partial<ImportOptions> = {}) =>
  take(text, options).logins.map(({ key }) => `${key.clientId.slice(0, 9)}/${key.profile}`);

describe("a file of SpotifyWebApiPython with many entries", () => {
  it("gives all logins; what it calls Shared is our default profile", () => {
    expect(keys(MANY)).toEqual(["012345678/default", "012345678/u2", "other-app/default"]);
  });

  it("names what is passed over and why, without a value of it", () => {
    const notes = take(MANY, { clientId: CLIENT_ID, profile: "u2" }).notes.join("\n");
    expect(notes).toMatch(/SpotifyWebPlayerCookieCredentials\/Shared\/mia", because it holds cookies/);
    expect(notes).toMatch(/Prov\/\w+\/u3", because it is none of the four kinds/);
    expect(notes).toMatch(/other-app\/Shared", because it belongs to another app/);
    expect(notes).toMatch(/Pkce\/\w+\/Shared", because it belongs to another profile/);
    expect(notes).not.toContain("CANARY");
  });

  it("gives the entries of one app or profile only, where they are named", () => {
    expect(keys(MANY, { clientId: CLIENT_ID })).toEqual(["012345678/default", "012345678/u2"]);
    expect(keys(MANY, { clientId: CLIENT_ID, profile: "u2" })).toEqual(["012345678/u2"]);
    expect(keys(MANY, { clientId: CLIENT_ID, profile: "default" })).toEqual(["012345678/default"]);
  });

  it("gives one entry, of whatever provider, under the name that is wished", () => {
    const { logins } = take(MANY, { entry: `Prov/${CLIENT_ID}/u3`, profile: "mine" });
    expect(logins).toHaveLength(1);
    expect(logins[0]).toMatchObject({ key: { profile: "mine" }, entry: `Prov/${CLIENT_ID}/u3` });
    expect(logins[0]?.token.grant).toBe("authorization_code");
  });

  it.each([
    ["E8 an entry that is not there", { entry: "a/b/c" }, /no entry "a\/b\/c"/],
    ["E8 an app that is not there", { clientId: "nobody" }, /no login of the app nobody/],
    ["E8 a profile that is not there", { profile: "u9" }, /with the profile "u9"/],
  ])("E8 refuses %s and says what there is", (_name, options, message) => {
    expect(() => take(MANY, options)).toThrow(
      expect.objectContaining({
        code: "argument-invalid",
        message: expect.stringMatching(message),
        hint: expect.stringContaining(`SpotifyWebApiAuthCode/${CLIENT_ID}/u2`),
      }),
    );
  });

  it("gives the grant by the provider", () => {
    const grantOf = (provider: string, change: object = {}) =>
      take(changedEntry({ ...change }, `${provider}/${CLIENT_ID}/Shared`)).logins[0]?.token.grant;
    expect(grantOf("SpotifyWebApiAuthCode")).toBe("authorization_code");
    expect(grantOf("SpotifyWebApiAuthCodePkce")).toBe("authorization_code");
    expect(grantOf("SpotifyWebApiClientCredentials", own)).toBe("client_credentials");
    expect(grantOf("SpotifyWebApiOAuth2Token")).toBe("authorization_code");
    expect(grantOf("SpotifyWebApiOAuth2Token", { refresh_token: null })).toBe("implicit");
  });

  it.each([
    ["SpotifyWebApiAuthCode", { refresh_token: undefined }, /"refresh_token" is missing/],
    ["SpotifyWebApiClientCredentials", {}, /"refresh_token" is there/],
    ["SpotifyWebApiAuthCodePkce", { scope: null }, /"scope" is null/],
    ["SpotifyWebApiAuthCodePkce", { scope: undefined }, /"scope" is missing/],
  ])("refuses an entry of %s that contradicts its provider", (provider, change, message) => {
    const key = `${provider}/${CLIENT_ID}/Shared`;
    expect(() => take(changedEntry(change, key))).toThrow(
      expect.objectContaining({ code: "token-invalid", message: expect.stringMatching(message) }),
    );
    expect(() => take(changedEntry(change, key))).toThrow(key);
  });

  it("refuses two entries that would become one login", () => {
    const both = JSON.stringify({
      [`SpotifyWebApiAuthCode/${CLIENT_ID}/Shared`]: entry(),
      [`SpotifyWebApiClientCredentials/${CLIENT_ID}/Shared`]: entry(own),
    });
    expect(() => take(both)).toThrow(
      expect.objectContaining({ code: "argument-invalid", hint: expect.stringContaining("--entry") }),
    );
  });

  it("needs the client id for an entry without one", () => {
    const text = changedEntry({}, "SpotifyWebApiOAuth2Token/Shared/Shared");
    expect(() => take(text)).toThrow(expect.objectContaining({ code: "client-id-missing" }));
    expect(keys(text, { clientId: CLIENT_ID })).toEqual(["012345678/default"]);
  });

  it("refuses the entry that is named when it belongs to another app", () => {
    expect(() =>
      take(MANY, { entry: "SpotifyWebApiOAuth2Token/other-app/Shared", clientId: CLIENT_ID }),
    ).toThrow(
      expect.objectContaining({
        code: "token-invalid",
        hint: expect.stringContaining("--client-id other-app"),
      }),
    );
  });
});

describe("writing a file of SpotifyWebApiPython", () => {
  it("E7 keeps the logins of profiles and of the app apart", () => {
    const { text } = exportTokens(
      [
        { profile: "u2", token: makeToken() },
        { profile: "default", token: makeToken() },
        { profile: "default", token: makeToken(APP) },
      ],
      { format: FORMAT },
    );
    expect(Object.keys(JSON.parse(text))).toEqual([
      `SpotifyWebApiAuthCodePkce/${CLIENT_ID}/Shared`,
      `SpotifyWebApiAuthCodePkce/${CLIENT_ID}/u2`,
      `SpotifyWebApiClientCredentials/${CLIENT_ID}/Shared`,
    ]);
  });

  it("files the login of an app with a secret where the program looks for it then", () => {
    const { text } = exportTokens([{ profile: "default", token: makeToken() }], {
      format: FORMAT,
      confidential: true,
    });
    expect(Object.keys(JSON.parse(text))).toEqual([`SpotifyWebApiAuthCode/${CLIENT_ID}/Shared`]);
  });

  it("leaves the other entries as they are, to the last digit, and sorts", () => {
    const into = `{
    "SpotifyWebPlayerCookieCredentials/Shared/mia": {
        "sp_dc": "x",
        "weird": [
            1.50,
            1e3,
            12345678901234567890,
            {},
            [],
            null,
            true,
            "\\u00e9\\ud834\\udd1e"
        ]
    }
}`;
    const added = exportTokens([{ profile: "default", token: makeToken() }], { format: FORMAT, into }).text;
    const [first = "", second = ""] = added.split('    "SpotifyWebPlayer');
    expect(first).toContain("SpotifyWebApiAuthCodePkce");
    expect(`{\n    "SpotifyWebPlayer${second}`).toBe(into);
  });

  it("replaces an entry only when told to", () => {
    const into = SAMPLES[FORMAT];
    const logins = [{ profile: "default", token: makeToken({ accessToken: "NEW" }) }];
    expect(() => exportTokens(logins, { format: FORMAT, into })).toThrow(
      expect.objectContaining({ code: "argument-invalid", hint: expect.stringContaining("--force") }),
    );
    const { text } = exportTokens(logins, { format: FORMAT, into, replace: true });
    expect(Object.keys(JSON.parse(text))).toHaveLength(1);
    expect(text).toContain("NEW");
  });

  describe("that has the login already", () => {
    const AT = (provider: string) => `${provider}/${CLIENT_ID}/marlow`;
    const give = (into: Record<string, unknown>, options: Partial<ExportOptions> = {}) =>
      exportTokens([{ profile: "marlow", token: makeToken({ accessToken: "NEW" }) }], {
        format: FORMAT,
        into: JSON.stringify(into),
        ...options,
      });
    const CODE = AT("SpotifyWebApiAuthCode");
    const PKCE = AT("SpotifyWebApiAuthCodePkce");

    it.each(["SpotifyWebApiAuthCode", "SpotifyWebApiAuthCodePkce", "SpotifyWebApiOAuth2Token"])(
      "replaces the one entry of the app and the profile under %s, when told to",
      (provider) => {
        const others = {
          [`SpotifyWebApiAuthCode/${CLIENT_ID}/Shared`]: entry(),
          [`${provider}/other/marlow`]: entry(),
        };
        const into = { ...others, [AT(provider)]: entry() };
        expect(() => give(into)).toThrow(
          expect.objectContaining({ code: "argument-invalid", hint: expect.stringContaining("--force") }),
        );
        for (const confidential of [true, false]) {
          const { text, notes } = give(into, { replace: true, confidential });
          expect(JSON.parse(text)).toMatchObject({ ...others, [AT(provider)]: { access_token: "NEW" } });
          expect(Object.keys(JSON.parse(text))).toHaveLength(3);
          expect(notes.join("\n")).toContain(AT(provider));
        }
      },
    );

    it("leaves an entry of the app's own token alone", () => {
      const own = { [AT("SpotifyWebApiClientCredentials")]: entry({ refresh_token: undefined }) };
      expect(Object.keys(JSON.parse(give(own).text))).toEqual([PKCE, AT("SpotifyWebApiClientCredentials")]);
    });

    it("names several, and writes the one that is chosen", () => {
      const into = { [CODE]: entry(), [PKCE]: entry() };
      for (const replace of [false, true]) {
        expect(() => give(into, { replace })).toThrow(
          expect.objectContaining({
            code: "argument-invalid",
            message: expect.stringMatching(`"${CODE}", "${PKCE}"`),
            hint: expect.stringContaining(`--entry ${CODE}`),
          }),
        );
      }
      expect(() => give(into, { entry: CODE })).toThrow(/holds the entry/);
      expect(JSON.parse(give(into, { entry: CODE, replace: true }).text)).toMatchObject({
        [CODE]: { access_token: "NEW" },
        [PKCE]: { access_token: "CANARY-AT-1" },
      });
    });

    it("writes the entry that is named, under another profile or a provider of another program's", () => {
      const shared = `SpotifyWebApiAuthCode/${CLIENT_ID}/Shared`;
      expect(Object.keys(JSON.parse(give({}, { entry: shared }).text))).toEqual([shared]);
      const theirs = AT("Prov");
      expect(JSON.parse(give({ [theirs]: entry() }, { entry: theirs, replace: true }).text)).toMatchObject({
        [theirs]: { access_token: "NEW" },
      });
      const unnamed = "SpotifyWebApiOAuth2Token/Shared/Shared";
      expect(
        Object.keys(JSON.parse(give({ [unnamed]: entry() }, { entry: unnamed, replace: true }).text)),
      ).toEqual([unnamed]);
    });

    it.each([
      ["of another app", "SpotifyWebApiAuthCode/other/marlow", /of another app/],
      ["of no form that there is", "marlow", /not PROVIDER\/CLIENT_ID\/PROFILE/],
      ["of an app's own token", AT("SpotifyWebApiClientCredentials"), /no login of this kind/],
      ["of a provider that is not there", AT("Prov"), /no login of this kind/],
      ["with cookies", "SpotifyWebPlayerCookieCredentials/Shared/mia", /no login of this kind/],
    ])("refuses an entry %s", (_name, wanted, message) => {
      const into = { "SpotifyWebPlayerCookieCredentials/Shared/mia": { sp_dc: "x" } };
      expect(() => give(into, { entry: wanted, replace: true })).toThrow(
        expect.objectContaining({ code: "argument-invalid", message: expect.stringMatching(message) }),
      );
    });
  });

  it.each([
    ["E29 a file that was cut off", '{"trunc'],
    ["a file with an entry twice", '{"a/b/c": {}, "a/b/c": {}}'],
    ["a list", "[]"],
  ])("does not write over %s", (_name, into) => {
    expect(() =>
      exportTokens([{ profile: "default", token: makeToken() }], { format: FORMAT, into, replace: true }),
    ).toThrow(expect.objectContaining({ code: "token-invalid" }));
  });

  it("begins a file that is empty", () => {
    const logins = [{ profile: "default", token: makeToken() }];
    expect(exportTokens(logins, { format: FORMAT, into: "" }).text).toBe(
      exportTokens(logins, { format: FORMAT }).text,
    );
  });

  it.each([
    ["a profile that would be read back as another", "Shared", {}],
    ["a client id that would be cut in two", "default", { clientId: "a/b" }],
    ["a client id that means none", "default", { clientId: "None" }],
  ])("refuses %s", (_name, profile, change) => {
    expect(() => exportTokens([{ profile, token: makeToken(change) }], { format: FORMAT })).toThrow(
      expect.objectContaining({ code: "argument-invalid" }),
    );
  });
});

describe("a form without entries", () => {
  it.each(["spotipy", "spotipie", "async-spotify", "stagedoor"] as const)("%s holds one login", (format) => {
    const login = { profile: "default", token: makeToken() };
    for (const logins of [[], [login, login]]) {
      expect(() => exportTokens(logins, { format })).toThrow(
        expect.objectContaining({ code: "argument-invalid" }),
      );
    }
    expect(() => exportTokens([login], { format, entry: "a/b/c" })).toThrow(/has no entries/);
    expect(() => exportTokens([login], { format, into: "{}" })).toThrow(/holds a token already/);
    expect(exportTokens([login], { format, into: "{}", replace: true }).text).toBe(
      exportTokens([login], { format }).text,
    );
  });
});
