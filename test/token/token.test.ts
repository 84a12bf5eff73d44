import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOUR, MINUTE } from "../../src/base/clock.js";
import {
  mergeRefresh,
  normalizeScopes,
  parseToken,
  serializeToken,
  Token,
  type TokenFields,
  tokenKey,
} from "../../src/token/index.js";
import { everythingShown, formsOf } from "../support/everything.js";

const NOW = Date.UTC(2026, 10, 21, 12);

function makeToken(change: Partial<TokenFields> = {}): Token {
  return new Token({
    accessToken: "CANARY-AT-1",
    refreshToken: "CANARY-RT-1",
    expiresAt: NOW + HOUR,
    scopes: ["user-top-read"],
    issuer: "https://accounts.spotify.com",
    clientId: "CID",
    grant: "authorization_code",
    authorizedAt: NOW,
    obtainedAt: NOW,
    ...change,
  });
}

describe("a token", () => {
  it("C13 expires a margin before its end, which can be set", () => {
    const token = makeToken();
    expect(token.isExpired(NOW)).toBe(false);
    expect(token.isExpired(NOW + HOUR - MINUTE - 1)).toBe(false);
    expect(token.isExpired(NOW + HOUR - MINUTE)).toBe(true);
    expect(token.isExpired(NOW + HOUR - MINUTE, 0)).toBe(false);
    expect(token.isExpired(NOW + HOUR, 0)).toBe(true);
  });

  it("C13 takes a life of 120 seconds as it is, not as an hour", () => {
    const token = makeToken({ expiresAt: NOW + 2 * MINUTE });
    expect(token.isExpired(NOW + MINUTE - 1)).toBe(false);
    expect(token.isExpired(NOW + MINUTE)).toBe(true);
  });

  it("is usable for half of its life when that is shorter than the margin", () => {
    const token = makeToken({ expiresAt: NOW + 30_000 });
    expect(token.isExpired(NOW + 14_999)).toBe(false);
    expect(token.isExpired(NOW + 15_000)).toBe(true);
  });

  it("ends six months after the consent, on the last day of a month that is shorter", () => {
    const end = (authorizedAt: number) =>
      new Date(makeToken({ authorizedAt }).refreshExpiresAt ?? 0).toISOString();
    expect(end(Date.UTC(2026, 0, 15))).toBe("2026-07-15T00:00:00.000Z");
    expect(end(Date.UTC(2026, 7, 31))).toBe("2027-02-28T00:00:00.000Z");
  });

  it("has no end of its own without a refresh token", () => {
    expect(makeToken({ refreshToken: undefined }).refreshExpiresAt).toBeUndefined();
  });

  it("LK-02 shows no secret when it is logged, printed, cloned or written as JSON", () => {
    const shown = everythingShown(makeToken());
    for (const secret of ["CANARY-AT-1", "CANARY-RT-1"]) {
      for (const form of formsOf(secret)) expect(shown).not.toContain(form);
    }
  });
});

describe("merging a refresh", () => {
  it("B11 keeps the old refresh token when the answer has none", () => {
    expect(mergeRefresh(makeToken(), { accessToken: "AT2", expiresInSeconds: 3600 }, NOW).refreshToken).toBe(
      "CANARY-RT-1",
    );
  });

  it("B10 C11 takes the new refresh token when the answer has one", () => {
    const answer = { accessToken: "AT2", refreshToken: "R2", expiresInSeconds: 3600 };
    expect(mergeRefresh(makeToken(), answer, NOW).refreshToken).toBe("R2");
  });

  it("B13 keeps the granted scopes when the answer names none", () => {
    expect(mergeRefresh(makeToken(), { accessToken: "AT2", expiresInSeconds: 3600 }, NOW).scopes).toEqual([
      "user-top-read",
    ]);
  });

  it("takes wider scopes when the answer names them", () => {
    const answer = { accessToken: "AT2", expiresInSeconds: 3600, scopes: ["a", "b"] };
    expect(mergeRefresh(makeToken(), answer, NOW).scopes).toEqual(["a", "b"]);
  });

  it("never moves the time of consent", () => {
    const later = mergeRefresh(makeToken(), { accessToken: "AT2", expiresInSeconds: 60 }, NOW + HOUR);
    expect(later.authorizedAt).toBe(NOW);
    expect(later.obtainedAt).toBe(NOW + HOUR);
    expect(later.expiresAt).toBe(NOW + HOUR + 60_000);
  });
});

describe("a token as JSON", () => {
  it("comes back as it was", () => {
    const tokens = fc.record({
      accessToken: fc.stringMatching(/^[!-~]{1,200}$/),
      refreshToken: fc.option(fc.stringMatching(/^[!-~]{1,200}$/), { nil: undefined }),
      scopes: fc.array(fc.stringMatching(/^[a-z-]{1,20}$/)),
      expiresAt: fc.integer({ min: 0, max: 2 ** 43 }),
      grant: fc.constantFrom(
        "authorization_code" as const,
        "client_credentials" as const,
        "implicit" as const,
      ),
      status: fc.constantFrom(
        { state: "active" } as const,
        { state: "uncertain", at: 5 } as const,
        { state: "reauthorization-required", reason: "revoked", at: 5 } as const,
      ),
    });
    fc.assert(
      fc.property(tokens, (change) => {
        const token = makeToken(change);
        const back = parseToken(serializeToken(token), { unknownKeys: "refuse" });
        expect(serializeToken(back)).toBe(serializeToken(token));
        expect(back.accessToken).toBe(change.accessToken);
        expect(back.refreshToken).toBe(change.refreshToken);
        expect(back.status).toEqual(change.status);
      }),
    );
  });

  it("D16 ignores unknown members, or refuses them when asked to", () => {
    const text = JSON.stringify({ ...JSON.parse(serializeToken(makeToken())), colour: "red" });
    expect(parseToken(text).accessToken).toBe("CANARY-AT-1");
    expect(() => parseToken(text, { unknownKeys: "refuse" })).toThrow(/unknown member "colour"/);
  });

  it.each([
    ["nothing", ""],
    ["half a record", '{"version":1,"accessTo'],
    ["a list", "[]"],
    ["null", "null"],
    ["a newer version", '{"version":2}'],
  ])("refuses %s with a code and a next step", (_name, text) => {
    expect(() => parseToken(text)).toThrow(
      expect.objectContaining({ code: "token-invalid", hint: expect.any(String) }),
    );
  });

  it.each([
    ["accessToken", 5],
    ["accessToken", "two words"],
    ["accessToken", "line\r\nbreak"],
    ["accessToken", "snow☃"],
    ["accessToken", ""],
    ["refreshToken", "a\nb"],
    ["scopes", "a b"],
    ["issuer", ""],
    ["expiresAt", "soon"],
    ["expiresAt", null],
    ["grant", "password"],
    ["status", { state: "odd" }],
  ])("LK-04 refuses a wrong %s (%j) without repeating it", (key, value) => {
    const text = JSON.stringify({ ...JSON.parse(serializeToken(makeToken())), [key]: value });
    try {
      parseToken(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "token-invalid" });
      expect(String(error)).toContain(key);
      if (typeof value === "string" && value.length > 3) expect(String(error)).not.toContain(value);
    }
  });
});

describe("scopes", () => {
  it.each([
    ["b a", ["a", "b"]],
    ["a,b", ["a", "b"]],
    [
      ["b", "a", "a"],
      ["a", "b"],
    ],
    [
      ["a b", "c"],
      ["a", "b", "c"],
    ],
    [undefined, []],
    ["", []],
    ["a-scope-of-2030", ["a-scope-of-2030"]],
  ])("D17 A11 are brought into one form from %j", (input, expected) => {
    expect(normalizeScopes(input)).toEqual(expected);
  });

  it.each(['a"b', "a\\b", "ä", `${"x".repeat(101)}`])("D33 cannot be %j", (input) => {
    expect(() => normalizeScopes(input)).toThrow(expect.objectContaining({ code: "argument-invalid" }));
  });
});

describe("the key of a token", () => {
  it("names Spotify, and keeps every emulator apart from it and from each other", () => {
    expect(tokenKey("https://accounts.spotify.com", "CID")).toEqual({
      provider: "spotify",
      clientId: "CID",
      profile: "default",
    });
    expect(tokenKey("http://127.0.0.1:4010", "CID", "u2").provider).toBe("127.0.0.1:4010");
  });
});
