import { describe, expect, it } from "vitest";
import { StagedoorError } from "../../../src/base/errors.js";
import {
  detectFormat,
  exportTokens,
  type ImportOptions,
  importTokens,
  type TokenFormat,
} from "../../../src/token/formats/index.js";
import { everythingShown, formsOf } from "../../support/everything.js";
import { CLIENT_ID, changed, changedEntry, makeToken, NOW, OBTAINED, SAMPLES } from "./samples.js";

const take = (text: string, options: Partial<ImportOptions> = {}) =>
  importTokens(text, { clientId: CLIENT_ID, now: NOW, ...options });

/** The error that a text is refused with. */
function refusal(text: string, options: Partial<ImportOptions> = {}): StagedoorError {
  try {
    take(text, options);
  } catch (error) {
    if (error instanceof StagedoorError) return error;
    throw error;
  }
  throw new Error("it was taken");
}

const SECRETS = ["CANARY-AT-1", "CANARY-RT-1"];

function expectNoSecret(error: StagedoorError): void {
  const shown = everythingShown(error);
  for (const secret of SECRETS) for (const form of formsOf(secret)) expect(shown).not.toContain(form);
}

/** Changes of a member, and what the message must say. */
const WRONG: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
  ["no access token", { access_token: undefined }, /"access_token" is missing/],
  ["an access token of null", { access_token: null }, /"access_token" is null/],
  ["an access token that is a list", { access_token: ["CANARY-AT-1"] }, /"access_token" is a list/],
  ["an empty access token", { access_token: "" }, /"access_token" is empty/],
  ["a line break in the access token", { access_token: "CANARY-AT-1\r\nHost: x" }, /"access_token"/],
  ["a null character in the refresh token", { refresh_token: "CANARY-RT-1\u0000" }, /"refresh_token"/],
  ["an empty refresh token", { refresh_token: "" }, /"refresh_token" is empty/],
  ["a refresh token of true", { refresh_token: true }, /"refresh_token" is true or false/],
  ["no token type", { token_type: undefined }, /"token_type" is missing/],
  ["another token type", { token_type: "CANARY-AT-1" }, /"token_type" is not Bearer/],
  ["a truth value for a time", { expires_at: true }, /"expires_at" is true or false, not a number/],
  ["a text for a time", { expires_at: "1795265400" }, /"expires_at" is text/],
  ["a time of null", { expires_at: null }, /"expires_at" is null/],
  ["no time", { expires_at: undefined }, /"expires_at" is missing/],
  ["a negative time", { expires_at: -1 }, /"expires_at" is no time/],
  ["a time of zero", { expires_at: 0 }, /"expires_at" is no time/],
  ["a time in milliseconds", { expires_at: 1_795_265_400_000 }, /"expires_at" is no time/],
  ["no length of life", { expires_in: undefined }, /"expires_in" is missing/],
  ["a truth value for a length", { expires_in: false }, /"expires_in" is true or false/],
  ["a negative length", { expires_in: -3600 }, /"expires_in" is no length/],
  ["a length of zero", { expires_in: 0 }, /"expires_in" is no length/],
  ["a length of a century", { expires_in: 3_155_760_000 }, /"expires_in" is no length/],
  ["a token from the future", { expires_in: 60 }, /"expires_at" and "expires_in" contradict each other/],
  ["scopes that are a number", { scope: 7 }, /"scope" is a number/],
  ["scopes that are an object", { scope: {} }, /"scope" is an object/],
  ["a list of scopes with null in it", { scope: ["a", null] }, /"scope" is a list with something else/],
  ["scopes with control characters", { scope: ["CANARY-AT-1\u001b[2J"] }, /"scope" holds characters/],
];

const TEXTS: [string, string][] = [
  ["a text with spaces", "b a"],
  ["a text with commas", "a,b"],
  ["a text with both", " a, b "],
];

const FILES: readonly (readonly [TokenFormat, (change: Record<string, unknown>) => string])[] = [
  ["spotipy", (change) => changed("spotipy", change)],
  ["spotipie", (change) => changed("spotipie", change)],
  ["spotify-web-api-python", (change) => changedEntry(change)],
];

describe.each(FILES)("a file of %s", (format, file) => {
  it.each(WRONG)("with %s is refused; the member is named and no value", (_name, change, message) => {
    const error = refusal(file(change), { format });
    expect(error).toMatchObject({ code: "token-invalid", message: expect.stringMatching(message) });
    expect(error.hint).toBeTruthy();
    expectNoSecret(error);
  });

  it("says that a time looks like milliseconds", () => {
    expect(refusal(file({ expires_at: 1_795_265_400_000 }), { format }).hint).toContain("milliseconds");
  });

  it.each([
    ...(format === "spotipie" ? [] : TEXTS),
    ["a list", ["b", "a"]],
    ["a list with doubles", ["a", "b", "a"]],
  ])("takes scopes as %s", (_name, scope) => {
    expect(take(file({ scope }), { format }).logins[0]?.token.scopes).toEqual(["a", "b"]);
  });

  it("takes an empty scope for none, also in the list that oauthlib makes of it", () => {
    if (format !== "spotipie")
      expect(take(file({ scope: "" }), { format }).logins[0]?.token.scopes).toEqual([]);
    expect(take(file({ scope: [""] }), { format }).logins[0]?.token.scopes).toEqual([]);
  });

  it("passes a member over that its program does not write, and names it", () => {
    const { logins, notes } = take(file({ id_token: "CANARY-AT-1" }), { format });
    expect(logins).toHaveLength(1);
    expect(notes.join("\n")).toMatch(/the member "id_token", which \w+ does not write/);
    expect(notes.join("\n")).not.toContain("CANARY-AT-1");
  });

  it("shows no name of a member that is too long to be one", () => {
    const { notes } = take(file({ ["BQ".repeat(100)]: 1 }), { format });
    expect(notes.join("\n")).not.toContain("BQBQ");
  });

  it("takes whole and broken seconds", () => {
    const expires_at = 1_795_265_400.7654321;
    expect(take(file({ expires_at }), { format }).logins[0]?.token.expiresAt).toBe(1_795_265_400_765);
    expect(take(file({ expires_at: 1_795_265_400 }), { format }).logins[0]?.token.expiresAt).toBe(
      1_795_265_400_000,
    );
  });
});

describe("a file of spotipie", () => {
  it.each(["user-top-read", ""])(
    "with scopes as the text %j is taken for one of spotipy, and refused",
    (scope) => {
      const error = refusal(changed("spotipie", { scope }), { format: "spotipie" });
      expect(error).toMatchObject({
        code: "token-invalid",
        message: expect.stringContaining('"scope" is text, not a list'),
        hint: expect.stringContaining("--format spotipy"),
      });
      expectNoSecret(error);
    },
  );
});

describe("a file of spotipy", () => {
  const WORDS = "the scopes that it asked for";
  const notes = (options: Partial<ImportOptions>) => take(SAMPLES.spotipy, options).notes.join("\n");

  it("says that its scopes may be more than were granted", () => {
    expect(notes({})).toContain(WORDS);
    expect(notes({ confidential: true })).toContain(WORDS);
  });

  it("says nothing of that where it does not matter: no secret, or a refresh comes first", () => {
    expect(notes({ confidential: false })).not.toContain(WORDS);
    expect(notes({ confidential: true, now: NOW + 7_200_000 })).not.toContain(WORDS);
    expect(take(changed("spotipy", { scope: "" }), { confidential: true }).notes.join("\n")).not.toContain(
      WORDS,
    );
  });
});

describe("a file of AsyncSpotify", () => {
  const format = "async-spotify";
  const scopes = ["user-top-read"];

  it.each([
    ["no time", { activation_time: undefined }, /"activation_time" is missing/],
    ["a truth value for the time", { activation_time: true }, /"activation_time" is true or false/],
    ["a time of null", { activation_time: null }, /"activation_time" is null/],
    ["a time in the future", { activation_time: NOW / 1000 + 3600 }, /"activation_time" cannot be right/],
    ["a negative time", { activation_time: -5 }, /"activation_time" is no time/],
    ["no access token", { access_token: null }, /"access_token" is null/],
  ])("with %s is refused", (_name, change, message) => {
    const error = refusal(changed(format, change), { format, scopes });
    expect(error).toMatchObject({ code: "token-invalid", message: expect.stringMatching(message) });
    expectNoSecret(error);
  });

  it("does not say what was granted: that has to be told, and none is an answer", () => {
    const error = refusal(SAMPLES[format]);
    expect(error).toMatchObject({ code: "token-invalid", hint: expect.stringContaining("--scope") });
    expect(take(SAMPLES[format], { scopes: "b a" }).logins[0]?.token.scopes).toEqual(["a", "b"]);
    expect(take(SAMPLES[format], { scopes: "" }).logins[0]?.token.scopes).toEqual([]);
  });

  it("says that an hour is taken for the life of the token", () => {
    expect(take(SAMPLES[format], { scopes }).notes.join("\n")).toContain("an hour is taken");
  });

  it("is written so that AsyncSpotify never takes an expired token for a good one", () => {
    const short = makeToken({ expiresAt: OBTAINED + 60_000 });
    const { text } = exportTokens([{ profile: "default", token: short }], { format });
    expect(JSON.parse(text).activation_time).toBe(OBTAINED / 1000 + 60 - 3600);
  });
});

describe("any token file", () => {
  it.each([
    ["E29 cut off in a name", '{"trunc', /it ends in the middle/],
    ["E29 cut off in a token", '{"access_token": "CANARY-AT-1', /it ends in the middle/],
    ["E29 cut off after a comma", '{"access_token": "CANARY-AT-1",', /it ends in the middle/],
    ["empty", "", /it is empty/],
    ["of spaces", " \n", /it is empty/],
    ["that is no JSON", "access_token=CANARY-AT-1", /it is not JSON/],
    ["with single quotes, as Python prints a dict", "{'access_token': 'CANARY-AT-1'}", /it is not JSON/],
    ["with two values", `${SAMPLES.spotipy}{}`, /something comes after its end/],
    ["with a comma too many", '{"access_token": "CANARY-AT-1",}', /it is not JSON/],
    ["with NaN", '{"access_token": "CANARY-AT-1", "expires_at": NaN}', /"expires_at" is NaN or Infinity/],
    ["with -Infinity", '{"expires_at": -Infinity}', /"expires_at" is NaN or Infinity/],
    ["with a number that JSON does not have", '{"expires_at": 01}', /it is not JSON/],
    ["with a bare control character", '{"access_token": "CANARY-AT-1\u0001"}', /it is not JSON/],
    ["nested without end", "[".repeat(100_000), /nested too deeply/],
    [
      "with a member twice",
      SAMPLES.spotipy.replace("}", ', "access_token": "CANARY-AT-1"}'),
      /"access_token" is there twice/,
    ],
    ["with a member twice, once escaped", '{"scope": "a", "sc\\u006fpe": "b"}', /"scope" is there twice/],
    ["of another program", '{"token": "CANARY-AT-1"}', /no program that is known/],
    ["of a list", '["CANARY-AT-1"]', /no program that is known/],
    ["of nothing", "{}", /no program that is known/],
  ])("%s is refused", (_name, text, message) => {
    const error = refusal(text);
    expect(error).toMatchObject({ code: "token-invalid", message: expect.stringMatching(message) });
    expect(error.hint).toBeTruthy();
    expectNoSecret(error);
  });

  it("may begin with a byte order mark, which is said", () => {
    const { logins, notes } = take(`\ufeff${SAMPLES.spotipy}`);
    expect(logins).toHaveLength(1);
    expect(notes.join("\n")).toContain("byte order mark");
    expect(detectFormat(`\ufeff${SAMPLES.spotipy}`)).toBe("spotipy");
  });

  it("cannot set what every object inherits", () => {
    const { notes } = take(SAMPLES.spotipy.replace("{", '{"__proto__": {"access_token": "x"}, '));
    expect(notes.join("\n")).toContain('"__proto__"');
  });

  it.each(["spotipy", "spotipie", "async-spotify"] as const)("of %s needs the client id", (format) => {
    const error = refusal(SAMPLES[format], { clientId: undefined, scopes: [] });
    expect(error).toMatchObject({ code: "client-id-missing", hint: expect.stringContaining("--client-id") });
  });

  it("is taken for the app that is named only if that can be a client id", () => {
    expect(refusal(SAMPLES.spotipy, { clientId: "a\nb" })).toMatchObject({ code: "token-invalid" });
  });

  it("that holds an object where another form has a list is refused in that form", () => {
    expect(refusal("[]", { format: "spotipy" }).message).toContain("a list, not a JSON object");
    expect(refusal('{"a": 1}', { format: "spotipy" }).message).toContain('"token_type" is missing');
  });
});

describe("a token without a refresh token", () => {
  const without = { refresh_token: undefined };

  it("of spotipy is an app's own when it has no scopes either", () => {
    const text =
      '{"access_token": "CANARY-AT-1", "token_type": "Bearer", "expires_in": 3600, "expires_at": 1795265400}';
    const { logins, notes } = take(text);
    expect(logins[0]?.token).toMatchObject({
      grant: "client_credentials",
      scopes: [],
      authorizedAt: OBTAINED,
    });
    expect(notes.join("\n")).toContain("client secret");
    expect(
      exportTokens(
        [
          {
            profile: "default",
            token: makeToken({ ...logins[0]?.token, accessToken: "CANARY-AT-1", refreshToken: undefined }),
          },
        ],
        { format: "spotipy" },
      ).text,
    ).toBe(text);
  });

  it("of spotipy or spotipie is of the implicit grant when it has scopes", () => {
    for (const format of ["spotipy", "spotipie"] as const) {
      const { logins, notes } = take(changed(format, without));
      expect(logins[0]?.token).toMatchObject({ grant: "implicit", refreshToken: undefined });
      expect(notes.join("\n")).toContain("works until it runs out");
    }
  });

  it("of spotipy with scopes of null, which it writes when it asked for none, has none", () => {
    expect(take(changed("spotipy", { scope: null })).logins[0]?.token).toMatchObject({
      grant: "authorization_code",
      scopes: [],
    });
  });

  it("of spotipy with a refresh token and no scope at all is refused", () => {
    expect(refusal(changed("spotipy", { scope: undefined })).message).toContain('"scope" is missing');
  });
});

describe("a file of our own", () => {
  it.each([
    ["a member that is not known", { colour: "red" }, /unknown member "colour"/],
    ["a version that is newer", { version: 2 }, /version is not 1/],
    ["a truth value for a time", { expiresAt: true }, /"expiresAt"/],
    ["an end before its beginning", { expiresAt: OBTAINED - 1 }, /"obtainedAt" and "expiresAt" contradict/],
    [
      "a consent after the token",
      { authorizedAt: OBTAINED + 1 },
      /"authorizedAt" and "obtainedAt" contradict/,
    ],
    [
      "a token from the future",
      { obtainedAt: NOW + 3_600_000, expiresAt: NOW + 7_200_000 },
      /"obtainedAt" cannot be/,
    ],
  ])("with %s is refused", (_name, change, message) => {
    const error = refusal(changed("stagedoor", change));
    expect(error).toMatchObject({ code: "token-invalid", message: expect.stringMatching(message) });
    expectNoSecret(error);
  });

  it("is not taken for another app or accounts service", () => {
    expect(refusal(SAMPLES.stagedoor, { clientId: "other" })).toMatchObject({
      code: "argument-invalid",
      hint: expect.stringContaining(`--client-id ${CLIENT_ID}`),
    });
    expect(refusal(SAMPLES.stagedoor, { issuer: "http://127.0.0.1:4010" })).toMatchObject({
      code: "issuer-mismatch",
    });
  });
});
