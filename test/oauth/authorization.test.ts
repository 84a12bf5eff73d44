import fc from "fast-check";
import { calculatePKCECodeChallenge } from "oauth4webapi";
import { describe, expect, it } from "vitest";
import { MINUTE } from "../../src/base/clock.js";
import {
  beginLogin,
  checkRedirectUri,
  completeLogin,
  createApp,
  parseImplicitCallback,
  parsePendingLogin,
  readCallback,
} from "../../src/oauth/index.js";
import { manualClock } from "../support/clock.js";
import { fakeSend } from "../support/fake-send.js";

const REDIRECT = "http://127.0.0.1:8888/cb";
const TOKEN = {
  access_token: "AT1",
  token_type: "Bearer",
  expires_in: 3600,
  refresh_token: "R1",
  scope: "b a",
};

function makeApp(secret?: string) {
  const clock = manualClock();
  const fake = fakeSend(() => ({ body: TOKEN }));
  return {
    app: createApp({ clientId: "CID", clientSecret: secret, send: fake.send, clock }),
    clock,
    ...fake,
  };
}

describe("the authorize URL", () => {
  it("B1 D1 has what it needs, and a challenge that fits the verifier", async () => {
    const { app } = makeApp();
    const scope = ["user-top-read", "user-read-email"];
    const { url, pending } = await beginLogin(app, { redirectUri: REDIRECT, scope, showDialog: true });
    const parsed = new URL(url);
    expect(`${parsed.origin}${parsed.pathname}`).toBe("https://accounts.spotify.com/authorize");
    expect(Object.fromEntries(parsed.searchParams)).toEqual({
      client_id: "CID",
      response_type: "code",
      redirect_uri: REDIRECT,
      state: pending.state,
      scope: "user-read-email user-top-read",
      show_dialog: "true",
      code_challenge_method: "S256",
      code_challenge: await calculatePKCECodeChallenge(pending.verifier ?? ""),
    });
    expect(url).toContain("scope=user-read-email+user-top-read");
  });

  it("B2 says nothing about what was not asked for", async () => {
    const { url } = await beginLogin(makeApp("SEC").app, { redirectUri: REDIRECT, pkce: false });
    expect([...new URL(url).searchParams.keys()].sort()).toEqual([
      "client_id",
      "redirect_uri",
      "response_type",
      "state",
    ]);
  });

  it("C2 CR-05 makes a fresh state and verifier each time, long enough to be unguessable", async () => {
    const { app } = makeApp();
    const logins = await Promise.all(
      Array.from({ length: 500 }, () => beginLogin(app, { redirectUri: REDIRECT })),
    );
    for (const values of [
      logins.map((login) => login.pending.state),
      logins.map((login) => login.pending.verifier),
    ]) {
      expect(new Set(values).size).toBe(500);
      for (const value of values) expect(value).toMatch(/^[A-Za-z0-9_.~-]{43,128}$/);
    }
  });

  it("CR-04 makes the challenge of RFC 7636 appendix B", async () => {
    expect(await calculatePKCECodeChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")).toBe(
      "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    );
  });

  it("passes extra parameters on, but none of its own", async () => {
    const { app } = makeApp();
    const { url } = await beginLogin(app, { redirectUri: REDIRECT, parameters: { locale: "de" } });
    expect(new URL(url).searchParams.get("locale")).toBe("de");
    for (const name of ["state", "client_id", "code_challenge", "redirect_uri"]) {
      await expect(
        beginLogin(app, { redirectUri: REDIRECT, parameters: { [name]: "x" } }),
      ).rejects.toMatchObject({
        code: "argument-invalid",
      });
    }
  });

  it("goes without PKCE only for a client that has a secret", async () => {
    await expect(beginLogin(makeApp().app, { redirectUri: REDIRECT, pkce: false })).rejects.toMatchObject({
      code: "client-secret-missing",
    });
  });
});

describe("a pending login", () => {
  it("survives a cookie: it is plain JSON", async () => {
    const { pending } = await beginLogin(makeApp().app, { redirectUri: REDIRECT, scope: "a" });
    expect(parsePendingLogin(JSON.stringify(pending))).toEqual(pending);
    expect(Object.keys(pending).sort()).toEqual(
      ["clientId", "createdAt", "issuer", "redirectUri", "scopes", "state", "verifier"].sort(),
    );
  });

  it.each(["", "{}", "[]", '{"state":5}', '{"state":"short"}'])("is not %j", (text) => {
    expect(() => parsePendingLogin(text)).toThrow(expect.objectContaining({ code: "callback-invalid" }));
  });
});

describe("completing a login", () => {
  it("D7 exchanges the code of the right callback for a token with the granted scopes", async () => {
    const { app, requests, clock } = makeApp("SEC");
    const { pending } = await beginLogin(app, { redirectUri: REDIRECT, scope: "a b c" });
    const token = await completeLogin(app, pending, `${REDIRECT}?code=CODE&state=${pending.state}`);
    expect(token).toMatchObject({
      scopes: ["a", "b"],
      issuer: "https://accounts.spotify.com",
      authorizedAt: clock.now(),
    });
    expect(token.accessToken).toBe("AT1");
    expect(requests).toHaveLength(1);
  });

  it.each([
    ["another state", (state: string) => `code=C&state=${state}x`, "state-mismatch"],
    ["no state", () => "code=C", "state-mismatch"],
    ["the state twice", (state: string) => `code=C&state=${state}&state=${state}`, "state-mismatch"],
    ["an error with another state", () => "error=access_denied&state=x", "state-mismatch"],
    ["two codes", (state: string) => `code=C&code=D&state=${state}`, "callback-invalid"],
    ["an empty code", (state: string) => `code=&state=${state}`, "callback-invalid"],
    ["no code", (state: string) => `state=${state}`, "callback-invalid"],
    ["a code with control characters", (state: string) => `code=a%0d%0ab&state=${state}`, "callback-invalid"],
    [
      "another issuer",
      (state: string) => `code=C&iss=https://evil.example&state=${state}`,
      "callback-invalid",
    ],
    ["a declined consent", (state: string) => `error=access_denied&state=${state}`, "access-denied"],
    [
      "code and error together",
      (state: string) => `code=C&error=access_denied&state=${state}`,
      "access-denied",
    ],
    ["another error", (state: string) => `error=server_error&state=${state}`, "authorization-failed"],
  ])("CB-01 CB-02 CB-04 CB-05 D2 D4 D5 with %s fails before anything is sent", async (_name, query, code) => {
    const { app, requests } = makeApp();
    const { pending } = await beginLogin(app, { redirectUri: REDIRECT });
    await expect(completeLogin(app, pending, `${REDIRECT}?${query(pending.state)}`)).rejects.toMatchObject({
      code,
    });
    expect(requests).toHaveLength(0);
  });

  it.each([
    "http://127.0.0.1:8888/other",
    "http://127.0.0.1:9999/cb",
    "https://127.0.0.1:8888/cb",
    "http://evil.example/cb",
    "CODE",
  ])("E22 refuses the address %s even with the right state", async (address) => {
    const { app, requests } = makeApp();
    const { pending } = await beginLogin(app, { redirectUri: REDIRECT });
    await expect(
      completeLogin(app, pending, `${address}?code=C&state=${pending.state}`),
    ).rejects.toMatchObject({
      code: "callback-invalid",
    });
    expect(requests).toHaveLength(0);
  });

  it("CB-29 refuses to complete at another accounts service what was begun at this one", async () => {
    const { app } = makeApp();
    const other = createApp({
      clientId: "CID",
      accountsUrl: "http://127.0.0.1:4010",
      send: fakeSend(() => ({})).send,
    });
    const { pending } = await beginLogin(app, { redirectUri: REDIRECT });
    await expect(
      completeLogin(other, pending, `${REDIRECT}?code=C&state=${pending.state}`),
    ).rejects.toMatchObject({
      code: "issuer-mismatch",
    });
  });

  it("is too late after half an hour", async () => {
    const { app, clock } = makeApp();
    const { pending } = await beginLogin(app, { redirectUri: REDIRECT });
    clock.advance(31 * MINUTE);
    await expect(
      completeLogin(app, pending, `${REDIRECT}?code=C&state=${pending.state}`),
    ).rejects.toMatchObject({
      code: "login-expired",
    });
  });

  it("D11 sends a code once, also when the exchange fails", async () => {
    const { send, requests } = fakeSend(() => ({ status: 503, body: "busy" }));
    const app = createApp({ clientId: "CID", send });
    const { pending } = await beginLogin(app, { redirectUri: REDIRECT });
    await expect(
      completeLogin(app, pending, `${REDIRECT}?code=C&state=${pending.state}`),
    ).rejects.toMatchObject({
      code: "server-error",
    });
    expect(requests).toHaveLength(1);
  });

  it("repeats nothing secret that a callback brought", async () => {
    const { app } = makeApp();
    const { pending } = await beginLogin(app, { redirectUri: REDIRECT });
    const query = new URLSearchParams({
      error: "odd",
      error_description: `look: ${pending.verifier} ${pending.state}`,
      state: pending.state,
    });
    const result = readCallback(pending, query);
    const cut = {
      error: "odd",
      error_description: `${"x".repeat(180)}${pending.verifier}`,
      state: pending.state,
    };
    const [piece = ""] = /^.{10}/.exec(pending.verifier ?? "") ?? [];
    const late = readCallback(pending, new URLSearchParams(cut));
    expect(late.kind === "refused" && String(late.error)).not.toContain(piece);
    expect(JSON.stringify(result)).not.toContain(pending.verifier);
    expect(result.kind === "refused" && String(result.error)).not.toContain(pending.state);
  });
});

describe("the redirect URI", () => {
  it.each([
    "https://example.com/callback",
    "http://127.0.0.1/callback",
    "http://127.0.0.1:8888/callback",
    "http://[::1]:8888/callback",
    "http://127.0.0.1",
    "myapp://callback",
    "https://example.com/cb?tenant=1",
  ])("may be %s", (uri) => {
    expect(checkRedirectUri(uri)).toBeInstanceOf(URL);
  });

  it.each([
    "http://example.org",
    "http://127.0.0.1.nip.io/",
    "http://0.0.0.0/cb",
    "http://127.1/cb",
    "http://2130706433/cb",
    "http://u@127.0.0.1/cb",
    "https://u:p@example.com/cb",
    "https://example.com/cb#frag",
    "HTTP://127.0.0.1/cb",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://127.0.0.1:99999/cb",
    "/callback",
    "",
    "https://example.com/a\nb",
  ])("CB-26 cannot be %j", (uri) => {
    expect(() => checkRedirectUri(uri)).toThrow(expect.objectContaining({ code: "redirect-uri-invalid" }));
  });

  it.each([
    ["http://localhost:8888/callback", "http://127.0.0.1:8888/callback"],
    ["http://localhost/callback", "http://127.0.0.1/callback"],
    ["https://localhost:3000/cb", "http://127.0.0.1:3000/cb"],
    ["http://LOCALHOST:8888/cb", "http://127.0.0.1:8888/cb"],
  ])("CB-25 cannot be %s, and the text to type instead is given", (uri, replacement) => {
    expect(() => checkRedirectUri(uri)).toThrow(
      expect.objectContaining({
        code: "redirect-uri-invalid",
        hint: expect.stringContaining(`${replacement} `),
      }),
    );
  });

  it("is never one that a browser acts on itself, whatever is tried", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("javascript:", "data:", "file:", "blob:", "about:"),
        fc.string(),
        (scheme, rest) => {
          expect(() => checkRedirectUri(scheme + rest)).toThrow();
        },
      ),
    );
  });
});

describe("the implicit grant, for code that still has it", () => {
  const begin = async () => {
    const { app } = makeApp();
    const { pending } = await beginLogin(app, { redirectUri: "https://example.com/cb", scope: "a" });
    return { app, pending };
  };

  it("reads the token from the fragment", async () => {
    const { app, pending } = await begin();
    const fragment = `access_token=AT9&token_type=Bearer&expires_in=3600&state=${pending.state}`;
    const token = parseImplicitCallback(app, pending, `https://example.com/cb#${fragment}`);
    expect(token.accessToken).toBe("AT9");
    expect(token).toMatchObject({ grant: "implicit", scopes: ["a"], refreshToken: undefined });
  });

  it.each([
    ["another state", "access_token=AT9&token_type=Bearer&state=x", "state-mismatch"],
    ["no state", "access_token=AT9&token_type=Bearer", "state-mismatch"],
  ])("refuses %s", async (_name, fragment, code) => {
    const { app, pending } = await begin();
    expect(() => parseImplicitCallback(app, pending, `https://example.com/cb#${fragment}`)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it("refuses what is no token, and says when the consent was declined", async () => {
    const { app, pending } = await begin();
    const read = (query: string) =>
      parseImplicitCallback(app, pending, `https://example.com/cb#${query}&state=${pending.state}`);
    expect(() => read("token_type=Bearer")).toThrow(expect.objectContaining({ code: "callback-invalid" }));
    expect(() => read("access_token=a%20b&token_type=Bearer")).toThrow(
      expect.objectContaining({ code: "callback-invalid" }),
    );
    expect(() => read("access_token=a&token_type=mac")).toThrow(
      expect.objectContaining({ code: "callback-invalid" }),
    );
    expect(() => read("error=access_denied")).toThrow(expect.objectContaining({ code: "access-denied" }));
  });
});
