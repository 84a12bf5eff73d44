import { describe, expect, it } from "vitest";
import {
  beginLogin,
  clientCredentials,
  completeLogin,
  createApp,
  exchangeBareCode,
  OAuthError,
  refresh,
} from "../../src/oauth/index.js";
import { everythingShown, formsOf } from "../support/everything.js";
import { type FakeAnswer, fakeSend } from "../support/fake-send.js";

const REDIRECT = "http://127.0.0.1:8888/cb";
const TOKEN = { access_token: "AT2", token_type: "Bearer", expires_in: 3600 };

function setUp(secret: string | undefined, answer: FakeAnswer = { body: TOKEN }, clientId = "CID") {
  const fake = fakeSend(() => answer);
  return { app: createApp({ clientId, clientSecret: secret, send: fake.send }), ...fake };
}

const form = (body: unknown) => Object.fromEntries(new URLSearchParams(String(body)));

describe("the wire form of", () => {
  it("A1 A2 E4 D14 client credentials: Basic and exactly one field", async () => {
    const { app, requests } = setUp("SEC");
    await clientCredentials(app);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: "POST", url: "https://accounts.spotify.com/api/token" });
    expect(requests[0]?.body).toBe("grant_type=client_credentials");
    expect(requests[0]?.headers).toMatchObject({
      authorization: "Basic Q0lEOlNFQw==",
      "content-type": "application/x-www-form-urlencoded",
      accept: "application/json",
    });
  });

  it("A7 B4 C7 a code exchange by a confidential client: Basic, no client_id", async () => {
    const { app, requests } = setUp("SEC");
    const { pending } = await beginLogin(app, { redirectUri: REDIRECT, pkce: false });
    await completeLogin(app, pending, `${REDIRECT}?code=C&state=${pending.state}`);
    expect(requests[0]?.headers.authorization).toBe("Basic Q0lEOlNFQw==");
    expect(form(requests[0]?.body)).toEqual({
      grant_type: "authorization_code",
      code: "C",
      redirect_uri: REDIRECT,
    });
  });

  it("E2 a code exchange by a confidential client with PKCE: Basic and the verifier", async () => {
    const { app, requests } = setUp("SEC");
    const { pending } = await beginLogin(app, { redirectUri: REDIRECT });
    await completeLogin(app, pending, `${REDIRECT}?code=C&state=${pending.state}`);
    expect(requests[0]?.headers.authorization).toBe("Basic Q0lEOlNFQw==");
    expect(form(requests[0]?.body)).toEqual({
      grant_type: "authorization_code",
      code: "C",
      redirect_uri: REDIRECT,
      code_verifier: pending.verifier,
    });
  });

  it("B5 E22 a code exchange by a public client: no Authorization, client_id and verifier", async () => {
    const { app, requests } = setUp(undefined);
    const { pending } = await beginLogin(app, { redirectUri: REDIRECT });
    await exchangeBareCode(app, pending, " C\n");
    expect(requests[0]?.headers).not.toHaveProperty("authorization");
    expect(form(requests[0]?.body)).toEqual({
      grant_type: "authorization_code",
      code: "C",
      redirect_uri: REDIRECT,
      client_id: "CID",
      code_verifier: pending.verifier,
    });
  });

  it("B8 D8 E5 a refresh by a confidential client: Basic, no client_id, no scope", async () => {
    const { app, requests } = setUp("SEC");
    await refresh(app, "R1");
    expect(requests[0]?.headers.authorization).toBe("Basic Q0lEOlNFQw==");
    expect(form(requests[0]?.body)).toEqual({ grant_type: "refresh_token", refresh_token: "R1" });
  });

  it("E5 a refresh by a public client: client_id, no Authorization", async () => {
    const { app, requests } = setUp(undefined);
    await refresh(app, "R1");
    expect(requests[0]?.headers).not.toHaveProperty("authorization");
    expect(form(requests[0]?.body)).toEqual({
      grant_type: "refresh_token",
      refresh_token: "R1",
      client_id: "CID",
    });
  });

  it("CR-08 D02 Basic: form-encoded first, so that any character arrives", async () => {
    const secret = "a:b%+ ~/?=&";
    const { app, requests } = setUp(secret, { body: TOKEN }, "id:with colon");
    await clientCredentials(app);
    const [, encoded = ""] = (requests[0]?.headers.authorization ?? "").split(" ");
    const [id = "", password = ""] = Buffer.from(encoded, "base64").toString().split(":");
    const decode = (text: string) => decodeURIComponent(text.replaceAll("+", " "));
    expect([decode(id), decode(password)]).toEqual(["id:with colon", secret]);
  });

  it.each(["", "  \n", "a\u0000b", "☃"])("CB-04 nothing that cannot be a code: %j", async (code) => {
    const { app, requests } = setUp(undefined);
    const { pending } = await beginLogin(app, { redirectUri: REDIRECT });
    await expect(exchangeBareCode(app, pending, code)).rejects.toMatchObject({ code: "callback-invalid" });
    expect(requests).toHaveLength(0);
  });

  it("B7 neither secret nor verifier: nothing is sent", async () => {
    const { app, requests } = setUp(undefined);
    const pending = {
      state: "s".repeat(43),
      redirectUri: REDIRECT,
      issuer: app.issuer,
      clientId: "CID",
      scopes: [],
      createdAt: Date.now(),
    };
    await expect(exchangeBareCode(app, pending, "C")).rejects.toMatchObject({
      code: "client-secret-missing",
    });
    await expect(clientCredentials(app)).rejects.toMatchObject({
      code: "client-secret-missing",
      hint: expect.stringContaining("SPOTIFY_CLIENT_SECRET"),
    });
    expect(requests).toHaveLength(0);
  });
});

describe("an app", () => {
  it("A5 says which variable to set when there is no client id", () => {
    expect(() => createApp({ clientId: undefined })).toThrow(
      expect.objectContaining({
        code: "client-id-missing",
        hint: expect.stringMatching(/SPOTIFY_CLIENT_ID.*dashboard/),
      }),
    );
  });

  it.each(["a\r\nb", "\u0000", "ï", "x".repeat(600)])("OR-14 cannot have the client id %j", (clientId) => {
    expect(() => createApp({ clientId })).toThrow(expect.objectContaining({ code: "argument-invalid" }));
  });

  it.each([
    "http://evil.example",
    "http://127.0.0.1.evil.example",
    "http://localhost:4010",
    "http://0.0.0.0:4010",
    "http://127.1:4010",
    "ftp://127.0.0.1",
    "https://user@accounts.spotify.com",
    "not an address",
  ])("OR-10 cannot have the accounts service %s", (accountsUrl) => {
    expect(() => createApp({ clientId: "CID", accountsUrl })).toThrow(
      expect.objectContaining({ code: "endpoint-url-invalid", hint: expect.stringContaining("127.0.0.1") }),
    );
  });

  it("LK-02 shows no secret", () => {
    const shown = everythingShown(createApp({ clientId: "CID", clientSecret: "CANARY-SEC-1" }));
    for (const formOfIt of formsOf("CANARY-SEC-1")) expect(shown).not.toContain(formOfIt);
  });
});

describe("an answer of the token endpoint", () => {
  const refreshWith = (answer: FakeAnswer) => refresh(setUp(undefined, answer).app, "CANARY-RT-1");

  it.each([
    ["no access token", { token_type: "Bearer" }],
    ["an empty access token", { ...TOKEN, access_token: "" }],
    ["a number for an access token", { ...TOKEN, access_token: 5 }],
    ["a list for an access token", { ...TOKEN, access_token: ["x"] }],
    ["an access token of 100 kB", { ...TOKEN, access_token: "x".repeat(50_000) }],
    ["spaces in the access token", { ...TOKEN, access_token: "a b" }],
    ["a line break in the access token", { ...TOKEN, access_token: "a\r\nx-evil: 1" }],
    ["a snowman in the access token", { ...TOKEN, access_token: "☃" }],
    ["no token type", { access_token: "AT", expires_in: 3600 }],
    ["a token type that is not bearer", { ...TOKEN, token_type: "mac" }],
    ["the token type DPoP", { ...TOKEN, token_type: "DPoP" }],
    ["a negative life", { ...TOKEN, expires_in: -5 }],
    ["a life that is a word", { ...TOKEN, expires_in: "abc" }],
    ["a life of null", { ...TOKEN, expires_in: null }],
    ["a life of true", { ...TOKEN, expires_in: true }],
    ["a scope that is a list", { ...TOKEN, scope: ["a"] }],
    ["an empty refresh token", { ...TOKEN, refresh_token: "" }],
    ["a list", []],
    ["null", null],
    ["a text", "hello"],
    ["nothing", ""],
    ["an endless number", '{"access_token":"AT","token_type":"Bearer","expires_in":1e999}'],
    ["half of JSON", '{"access_token":"AT","tok'],
  ])("TR-01 TR-02 TR-04 TR-05 TR-10 with %s is refused", async (_name, body) => {
    await expect(refreshWith({ body })).rejects.toMatchObject({ code: "response-invalid" });
  });

  it("TR-10 nested a hundred thousand deep is refused, not a crash", async () => {
    const body = `{"access_token":${"[".repeat(30_000)}${"]".repeat(30_000)}}`;
    await expect(refreshWith({ body })).rejects.toMatchObject({ code: "response-invalid" });
  });

  it.each([
    [3600, 3600],
    ["3600", 3600],
    [0, 0],
    [0.5, 0],
    [1e308, 86_400],
    [undefined, 300],
  ])("TR-04 with a life of %j counts as %j seconds", async (given, expected) => {
    const answer = await refreshWith({ body: { ...TOKEN, expires_in: given } });
    expect(answer.expiresInSeconds).toBe(expected);
  });

  it.each(["bearer", "BEARER", "Bearer"])("D19 may call the type %s", async (type) => {
    expect((await refreshWith({ body: { ...TOKEN, token_type: type } })).accessToken).toBe("AT2");
  });

  it("D12 may have fifty members that nobody knows", async () => {
    const extra = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`extra_${index}`, { deep: index }]),
    );
    expect((await refreshWith({ body: { ...TOKEN, ...extra, id_token: "x" } })).accessToken).toBe("AT2");
  });

  it("TR-07 NW-10 that is a page, whatever its status, is refused", async () => {
    const headers = { "content-type": "text/html" };
    await expect(refreshWith({ headers, body: "<html>log in to the hotel</html>" })).rejects.toMatchObject({
      code: "response-invalid",
    });
    await expect(refreshWith({ headers, body: TOKEN })).rejects.toMatchObject({ code: "response-invalid" });
    for (const status of [204, 206, 304]) {
      await expect(refreshWith({ status, body: TOKEN })).rejects.toMatchObject({ code: "response-invalid" });
    }
  });

  it("TR-02 that is not UTF-8 is refused", async () => {
    const bytes = new Uint8Array([
      ...new TextEncoder().encode('{"access_token":"'),
      0xff,
      ...new TextEncoder().encode('"}'),
    ]);
    const app = createApp({
      clientId: "CID",
      send: async () => ({ status: 200, header: () => null, body: bytes }),
    });
    await expect(refresh(app, "R")).rejects.toMatchObject({ code: "response-invalid" });
  });

  it.each([
    [400, { error: "invalid_grant", error_description: "Refresh token revoked" }, "invalid-grant"],
    [400, { error: "invalid_grant" }, "invalid-grant"],
    [400, { error: "invalid_client", error_description: "Invalid client" }, "invalid-client"],
    [401, { error: "invalid_client" }, "invalid-client"],
    [400, { error: "unsupported_grant_type" }, "oauth-error"],
  ])(
    "A13 C8 with status %d and %j is an error with both texts",
    async (status, body: { error: string; error_description?: string }, code) => {
      const error = await refreshWith({ status, body }).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(OAuthError);
      expect(error).toMatchObject({ code, status, error: body.error, description: body.error_description });
      expect(String(error)).toContain(body.error);
      expect(String(error)).toContain(body.error_description ?? "");
    },
  );

  it.each([
    [502, "<html>bad gateway</html>", "server-error"],
    [503, { error: "server_error" }, "server-error"],
    [429, "Too many requests", "rate-limited"],
    [400, "Bad Request", "response-invalid"],
    [400, { error: { status: 400, message: "odd" } }, "response-invalid"],
  ])("TR-08 with status %d and %j is %s", async (status, body, code) => {
    await expect(refreshWith({ status, body })).rejects.toMatchObject({ code });
  });

  it("TR-16 cannot forge a line, drive a terminal or fill a screen", async () => {
    const body = {
      error: "invalid_grant",
      error_description: `\u001b[2J\r\nERROR all is lost ${"x".repeat(1_000_000)}`,
    };
    const error = await refreshWith({ status: 400, body }).catch((caught: unknown) => caught);
    expect(String(error)).not.toMatch(/\p{Cc}/u);
    expect(String(error).length).toBeLessThan(2200);
  });

  it("LK-02 cannot make an error repeat the code and the client secret that it echoes", async () => {
    const { app, requests } = setUp("CANARY-SEC-1", {
      status: 400,
      body: { error: "invalid_grant", error_description: "CANARY-CODE-1 CANARY-SEC-1" },
    });
    const { pending } = await beginLogin(app, { redirectUri: REDIRECT });
    const error = await exchangeBareCode(app, pending, "CANARY-CODE-1").catch((caught: unknown) => caught);
    expect(requests).toHaveLength(1);
    expect(everythingShown(error)).not.toMatch(/CANARY-CODE-1|CANARY-SEC-1/);
  });

  it("LK-02 cannot make an error repeat the refresh token that it echoes", async () => {
    const body = { error: "invalid_grant", error_description: "unknown token CANARY-RT-1" };
    const error = await refreshWith({ status: 400, body }).catch((caught: unknown) => caught);
    expect(everythingShown(error)).not.toContain("CANARY-RT-1");
  });
});
