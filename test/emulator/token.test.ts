import { describe, expect, it } from "vitest";
import { EMULATOR_CLIENT_ID, EMULATOR_CLIENT_SECRET } from "../../src/emulator/index.js";
import { askToken, BASIC, codeFor, logIn, REDIRECT_URI, stillEmulator, VERIFIER } from "./guest.js";

const MINUTE = 60_000;
const id = { client_id: EMULATOR_CLIENT_ID };

describe("client credentials", () => {
  it("gives a token without refresh token and scope", async () => {
    const { status, body, headers } = await askToken(stillEmulator(), { grant_type: "client_credentials" });
    expect(status).toBe(200);
    expect(body).toEqual({ access_token: expect.any(String), token_type: "Bearer", expires_in: 3600 });
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.getSetCookie()).not.toHaveLength(0);
    expect(headers.get("access-control-allow-origin")).toBe("*");
  });

  it("takes the secret in the body too", async () => {
    const form = { grant_type: "client_credentials", ...id, client_secret: EMULATOR_CLIENT_SECRET };
    expect((await askToken(stillEmulator(), form, {})).status).toBe(200);
  });

  it("refuses a client that shows no secret", async () => {
    const { body } = await askToken(stillEmulator(), { grant_type: "client_credentials", ...id }, {});
    expect(body.error).toBe("invalid_client");
  });
});

describe("client authentication", () => {
  const form = { grant_type: "client_credentials" };
  const invalid = { error: "invalid_client", error_description: "Invalid client" };

  it("decodes both halves of Basic as form values", async () => {
    const emulator = stillEmulator();
    emulator.registerApp({ clientId: "odd+id", clientSecret: "emu_:+%ü&", redirectUris: [] });
    const encode = (text: string) => encodeURIComponent(text).replaceAll("%20", "+");
    const authorization = `Basic ${btoa(`${encode("odd+id")}:${encode("emu_:+%ü&")}`)}`;
    expect((await askToken(emulator, form, { authorization })).status).toBe(200);
  });

  it.each([
    ["a wrong secret", `Basic ${btoa(`${EMULATOR_CLIENT_ID}:emu_wrong`)}`],
    ["an unknown client", `Basic ${btoa("nobody:emu_secret")}`],
    ["Basic without a colon", `Basic ${btoa("nobody")}`],
    ["Basic that is no base64", "Basic ***"],
    ["Basic with a broken escape", `Basic ${btoa(`${EMULATOR_CLIENT_ID}:%zz`)}`],
    ["another scheme", "Bearer token"],
  ])("refuses %s", async (_, authorization) => {
    const { status, body } = await askToken(stillEmulator(), form, { authorization });
    expect(status).toBe(400);
    expect(body).toEqual(invalid);
  });

  it("says no more than invalid_client to a request without any credentials", async () => {
    expect((await askToken(stillEmulator(), form, {})).body).toEqual({ error: "invalid_client" });
  });

  it("takes a parameter without a value as left out, as some clients send a secret that they do not have", async () => {
    const emulator = stillEmulator();
    const code = await codeFor(emulator, { pkce: true });
    const form = {
      grant_type: "authorization_code",
      code,
      redirect_uri: REDIRECT_URI,
      code_verifier: VERIFIER,
    };
    const { status, body } = await askToken(emulator, { ...form, ...id, client_secret: "" }, {});
    expect(status).toBe(200);
    const refresh = {
      grant_type: "refresh_token",
      refresh_token: String(body.refresh_token),
      client_secret: "",
    };
    expect((await askToken(emulator, { ...refresh, ...id }, {})).status).toBe(200);
    // A client that has a secret and used it does not get round it in this way.
    const { refreshToken } = await logIn(emulator);
    const without = await askToken(emulator, { ...refresh, ...id, refresh_token: refreshToken }, {});
    expect(without.body.error).toBe("invalid_client");
  });

  it("refuses a secret in header and body at once, and two ids that differ", async () => {
    const both = await askToken(stillEmulator(), { ...form, ...id, client_secret: EMULATOR_CLIENT_SECRET });
    expect(both.body.error).toBe("invalid_request");
    expect((await askToken(stillEmulator(), { ...form, client_id: "other" })).body.error).toBe(
      "invalid_request",
    );
  });
});

describe("the authorization code", () => {
  const exchange = (code: string, more: Record<string, string> = {}) => ({
    grant_type: "authorization_code",
    code,
    redirect_uri: REDIRECT_URI,
    ...more,
  });

  it("is exchanged for tokens with the granted scopes as one text", async () => {
    const { body } = await logIn(stillEmulator(), { scope: "user-top-read user-read-email" });
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: "Bearer",
      expires_in: 3600,
      refresh_token: expect.any(String),
      scope: "user-read-email user-top-read",
    });
  });

  it("is exchanged by a public client with PKCE, and by a confidential one with both", async () => {
    const emulator = stillEmulator();
    const code = await codeFor(emulator, { pkce: true });
    const form = exchange(code, { ...id, code_verifier: VERIFIER });
    expect((await askToken(emulator, form, {})).status).toBe(200);
    const other = await codeFor(emulator, { pkce: true });
    expect((await askToken(emulator, exchange(other, { code_verifier: VERIFIER }))).status).toBe(200);
  });

  it("works once", async () => {
    const emulator = stillEmulator();
    const code = await codeFor(emulator);
    await askToken(emulator, exchange(code));
    expect((await askToken(emulator, exchange(code))).body).toEqual({
      error: "invalid_grant",
      error_description: "Invalid authorization code",
    });
  });

  it("works once even when it is sent twice at the same time", async () => {
    const emulator = stillEmulator();
    const form = exchange(await codeFor(emulator, { pkce: true }), { ...id, code_verifier: VERIFIER });
    const answers = await Promise.all([1, 2, 3].map(() => askToken(emulator, form, {})));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it.each([
    ["that nobody gave", "nonsense", {}, "Invalid authorization code"],
    [
      "with another redirect URI",
      undefined,
      { redirect_uri: "http://127.0.0.1:8124/callback" },
      "Invalid redirect URI",
    ],
    [
      "with a verifier though no challenge was sent",
      undefined,
      { code_verifier: VERIFIER },
      "code_verifier was incorrect",
    ],
  ])("is refused %s", async (_, given, more, description) => {
    const emulator = stillEmulator();
    const code = given ?? (await codeFor(emulator));
    const { status, body } = await askToken(emulator, exchange(code, more));
    expect(status).toBe(400);
    expect(body).toEqual({ error: "invalid_grant", error_description: description });
  });

  it.each([
    ["a wrong verifier", { code_verifier: "x".repeat(43) }],
    ["a verifier that is too short", { code_verifier: "short" }],
    ["no verifier", {}],
  ])("is refused for %s", async (_, more) => {
    const emulator = stillEmulator();
    const code = await codeFor(emulator, { pkce: true });
    const { body } = await askToken(emulator, exchange(code, { ...id, ...more }), {});
    expect(body).toEqual({ error: "invalid_grant", error_description: "code_verifier was incorrect" });
  });

  it("lives ten minutes", async () => {
    const emulator = stillEmulator();
    const [early, late] = [await codeFor(emulator), await codeFor(emulator)];
    emulator.advance(10 * MINUTE - 1);
    expect((await askToken(emulator, exchange(early))).status).toBe(200);
    emulator.advance(1);
    expect((await askToken(emulator, exchange(late))).body.error_description).toBe(
      "Authorization code expired",
    );
  });

  it("belongs to the client that asked for it", async () => {
    const emulator = stillEmulator();
    emulator.registerApp({ clientId: "other", clientSecret: "emu_other", redirectUris: [] });
    const code = await codeFor(emulator);
    const authorization = `Basic ${btoa("other:emu_other")}`;
    const { body } = await askToken(emulator, exchange(code), { authorization });
    expect(body.error_description).toBe("Invalid authorization code");
  });

  it("without PKCE needs the secret", async () => {
    const emulator = stillEmulator();
    const { body } = await askToken(emulator, exchange(await codeFor(emulator), id), {});
    expect(body).toEqual({ error: "invalid_client" });
  });
});

describe("the request itself", () => {
  it("must name a grant type that exists", async () => {
    const emulator = stillEmulator();
    expect((await askToken(emulator, {})).body.error).toBe("unsupported_grant_type");
    expect((await askToken(emulator, { grant_type: "password" })).body.error).toBe("unsupported_grant_type");
    expect((await askToken(emulator, { grant_type: "toString" })).body.error).toBe("unsupported_grant_type");
  });

  it("must be a form, sent by POST", async () => {
    const emulator = stillEmulator();
    const url = `${emulator.urls.accounts}/api/token`;
    expect((await emulator.fetch(url)).status).toBe(405);
    const headers = { authorization: BASIC, "content-type": "application/json" };
    const json = await emulator.fetch(url, {
      method: "POST",
      headers,
      body: '{"grant_type":"client_credentials"}',
    });
    expect(json.status).toBe(400);
  });

  it("may not repeat a parameter", async () => {
    const emulator = stillEmulator();
    const response = await emulator.fetch(`${emulator.urls.accounts}/api/token`, {
      method: "POST",
      headers: { authorization: BASIC },
      body: new URLSearchParams("grant_type=client_credentials&grant_type=client_credentials"),
    });
    expect(await response.json()).toMatchObject({ error: "invalid_request" });
  });

  it("may not be longer than a megabyte", async () => {
    const { status } = await stillEmulator().fetch("https://accounts.emulator.test/api/token", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "a".repeat(1_048_577),
    });
    expect(status).toBe(413);
  });

  it("may come from a page", async () => {
    const emulator = stillEmulator();
    const preflight = await emulator.fetch(`${emulator.urls.accounts}/api/token`, { method: "OPTIONS" });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
  });
});
