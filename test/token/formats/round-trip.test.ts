import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  detectFormat,
  exportTokens,
  importTokens,
  TOKEN_FORMATS,
  type TokenFormat,
} from "../../../src/token/formats/index.js";
import { normalizeScopes, serializeToken, type Token } from "../../../src/token/index.js";
import { skipsPython } from "../../support/components.js";
import { CLIENT_ID, makeToken, NOW, OBTAINED, SAMPLES } from "./samples.js";

const SCOPES = ["user-library-read", "user-top-read"];

const take = (text: string, format?: TokenFormat) =>
  importTokens(text, {
    format,
    clientId: CLIENT_ID,
    now: NOW,
    ...(format === "async-spotify" && { scopes: SCOPES }),
  });

const give = (token: Token, format: TokenFormat, profile = "default") =>
  exportTokens([{ profile, token }], { format });

/** The only login of a file. */
function only(text: string, format: TokenFormat) {
  const { logins } = take(text, format);
  expect(logins).toHaveLength(1);
  const [login] = logins;
  if (login === undefined) throw new Error("no login");
  return login;
}

describe.each(TOKEN_FORMATS)("a file of %s", (format) => {
  it("is recognized", () => {
    expect(detectFormat(SAMPLES[format])).toBe(format);
  });

  it("A7 comes back byte for byte when it is imported and exported", () => {
    const { token, key } = only(SAMPLES[format], format);
    expect(key).toEqual({ provider: "spotify", clientId: CLIENT_ID, profile: "default" });
    expect(give(token, format).text).toBe(SAMPLES[format]);
  });

  it("A8 gives the token, the scopes and the times that are in it", () => {
    const { token } = only(SAMPLES[format], format);
    const fraction = SAMPLES[format].includes(".125") ? 125 : 0;
    expect(token.accessToken).toBe("CANARY-AT-1");
    expect(token).toMatchObject({
      refreshToken: "CANARY-RT-1",
      expiresAt: OBTAINED + 3_600_000 + fraction,
      obtainedAt: OBTAINED + fraction,
      scopes: SCOPES,
      grant: "authorization_code",
      issuer: "https://accounts.spotify.com",
      clientId: CLIENT_ID,
      status: { state: "active" },
    });
    expect(token.isExpired(NOW)).toBe(false);
  });

  it("keeps whatever its form can hold, for any token", () => {
    const scope = fc.stringMatching(/^[a-z][a-z-]{0,20}$/);
    const person = fc.record({
      accessToken: fc.stringMatching(/^[!-~]{1,200}$/),
      refreshToken: fc.stringMatching(/^[!-~]{1,200}$/),
      scopes: fc.array(scope).map((names) => normalizeScopes(names)),
      obtainedAt: fc.integer({ min: Date.UTC(2020, 0, 1), max: NOW }),
      life: fc.integer({ min: 1000, max: 86_400_000 }),
    });
    fc.assert(
      fc.property(person, ({ life, ...fields }) => {
        const { obtainedAt } = fields;
        const token = makeToken({ ...fields, authorizedAt: obtainedAt, expiresAt: obtainedAt + life });
        const { text } = give(token, format);
        expect(detectFormat(text)).toBe(format);
        const back = only(text, format).token;
        expect(back.accessToken).toBe(token.accessToken);
        expect(back.refreshToken).toBe(token.refreshToken);
        if (format !== "async-spotify") expect(back.scopes).toEqual(token.scopes);
        const inSeconds = ["spotipy", "async-spotify"].includes(format);
        // Never later than it was: a token that has run out must not look good.
        expect(back.expiresAt).toBeLessThanOrEqual(token.expiresAt);
        // AsyncSpotify takes every life for an hour.
        const known = format === "async-spotify" ? Math.min(life, 3_600_000) : life;
        expect(obtainedAt + known - back.expiresAt).toBeLessThan(inSeconds ? 1000 : 1);
        expect(give(back, format).text).toBe(text);
        if (format === "stagedoor") expect(serializeToken(back)).toBe(serializeToken(token));
      }),
    );
  });

  it("names what it cannot hold", () => {
    const ended = { state: "reauthorization-required", reason: "revoked", at: NOW } as const;
    const notes = give(makeToken({ status: ended, issuer: "http://127.0.0.1:4010" }), format).notes.join(
      "\n",
    );
    if (format === "stagedoor") {
      expect(notes).toBe("");
      return;
    }
    expect(notes).toContain("the day of the consent");
    expect(notes.includes("the client id")).toBe(format !== "spotify-web-api-python");
    expect(notes.includes("the scopes")).toBe(format === "async-spotify");
    expect(notes).toContain("This login has ended");
    expect(notes).toContain("http://127.0.0.1:4010");
  });

  it("keeps an app's own token, which has no refresh token", () => {
    const app = makeToken({ refreshToken: undefined, scopes: [], grant: "client_credentials" });
    const { text } = give(app, format);
    const { token } = only(text, format);
    expect(token).toMatchObject({ grant: "client_credentials", refreshToken: undefined });
    expect(token.refreshExpiresAt).toBeUndefined();
    expect(give(token, format).text).toBe(text);
  });
});

describe("a login of another program", () => {
  const foreign = TOKEN_FORMATS.filter((format) => format !== "stagedoor");

  it.each(foreign)(
    "of %s is promised no time of life, because no file says when the person consented",
    (format) => {
      const { logins, notes } = take(SAMPLES[format], format);
      const [{ token } = { token: makeToken() }] = logins;
      expect(token.refreshExpiresAt).toBeLessThanOrEqual(token.obtainedAt);
      expect(notes.join("\n")).toContain("does not say when the person consented");
      expect(notes.join("\n")).toContain("2027-05-21");
    },
  );

  it.each(foreign)("of %s lives six months from the consent where that is known", (format) => {
    const authorizedAt = Date.UTC(2026, 8, 1);
    const { logins, notes } = importTokens(SAMPLES[format], {
      clientId: CLIENT_ID,
      scopes: SCOPES,
      authorizedAt,
      now: NOW,
    });
    expect(logins[0]?.token.authorizedAt).toBe(authorizedAt);
    expect(logins[0]?.token.refreshExpiresAt).toBe(Date.UTC(2027, 2, 1));
    expect(notes.join("\n")).not.toContain("consented");
  });

  it("cannot have been agreed to after its token was obtained", () => {
    const options = { clientId: CLIENT_ID, authorizedAt: NOW, now: NOW };
    expect(() => importTokens(SAMPLES.spotipy, options)).toThrow(
      expect.objectContaining({ code: "argument-invalid", message: expect.stringContaining("2026-11-21") }),
    );
  });

  it("is said to be over when its token is older than any login can be", () => {
    const { notes } = importTokens(SAMPLES.spotipy, { clientId: CLIENT_ID, now: Date.UTC(2027, 5, 1) });
    expect(notes.join("\n")).toContain("a new one is needed");
  });

  it("A11 keeps scopes that spotipy wrote with commas, and says that they are those that were asked for", () => {
    const text = SAMPLES.spotipy.replace("read user", "read,user");
    const { logins, notes } = take(text);
    expect(logins[0]?.token.scopes).toEqual(SCOPES);
    expect(notes.join("\n")).toContain("asked for");
  });
});

/** What Python makes of a text: read and written again by `statement`. */
function python(statement: string, text: string): string {
  const program = `import json, sys\ntext = sys.stdin.read()\n${statement}`;
  return execFileSync("python3", ["-c", program], { input: text, encoding: "utf8" });
}

describe.skipIf(skipsPython)("Python", () => {
  /** How each program reads its file and writes it again. */
  const PROGRAMS: Readonly<Record<Exclude<TokenFormat, "stagedoor">, string>> = {
    spotipy: `
info = json.loads(text)
assert type(info["expires_at"]) is int and type(info["expires_in"]) is int and type(info["scope"]) is str
sys.stdout.write(json.dumps(info))`,
    "spotify-web-api-python": `
tokens = json.loads(text)
for token in tokens.values():
    assert type(token["expires_at"]) is float and type(token["scope"]) is list
json.dump(tokens, sys.stdout, indent=4, sort_keys=True)`,
    "async-spotify": `
class Token:
    def __init__(self, refresh_token=None, activation_time=None, access_token=None):
        self.activation_time = activation_time
        self.refresh_token = refresh_token
        self.access_token = access_token
token = Token(**json.loads(text))
assert type(token.activation_time) is int
sys.stdout.write(json.dumps(vars(token)))`,
    spotipie: `
def token(access_token, expires_in, scope, state=None, token_type="Bearer", expires_at=None, refresh_token=None):
    assert type(expires_at) is float
    return dict(access_token=access_token, expires_in=expires_in, scope=sorted(scope), state=state, token_type=token_type, expires_at=expires_at, refresh_token=refresh_token)
sys.stdout.write(json.dumps(token(**json.loads(text)), indent=2))`,
  };
  const cases = Object.entries(PROGRAMS).flatMap(([format, statement]) =>
    [0, 1, 999].map((ms) => [format as TokenFormat, ms, statement] as const),
  );

  it.each(cases)(
    "reads what is written for %s (%i ms past the second) and writes the same",
    (format, ms, statement) => {
      const times = { obtainedAt: OBTAINED + ms, expiresAt: OBTAINED + 3_600_000 + ms };
      const text = give(makeToken(times), format).text;
      expect(python(statement, text)).toBe(text);
    },
  );

  it("sorts and escapes names as SpotifyWebApiPython's file does", () => {
    const profiles = ["é", "𝄞", "\uffee", "a/b", 'quote"', "default", "\u007f"];
    const token = makeToken();
    const { text } = exportTokens(
      profiles.map((profile) => ({ profile, token })),
      { format: "spotify-web-api-python" },
    );
    expect(python(PROGRAMS["spotify-web-api-python"], text)).toBe(text);
    const { logins } = take(text);
    expect(logins.map(({ key }) => key.profile).sort()).toEqual([...profiles].sort());
  });
});
