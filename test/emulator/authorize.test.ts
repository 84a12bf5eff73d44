import { describe, expect, it } from "vitest";
import { EMULATOR_CLIENT_ID } from "../../src/emulator/index.js";
import {
  askToken,
  authorizeUrl,
  CHALLENGE,
  formOf,
  parametersOf,
  press,
  REDIRECT_URI,
  stillEmulator,
} from "./guest.js";

const MINUTE = 60_000;

describe("what must not redirect", () => {
  it.each([
    ["an unknown client", { client_id: "f".repeat(32) }, "INVALID_CLIENT: Invalid client"],
    ["no client", { client_id: undefined }, "INVALID_CLIENT: Invalid client"],
    [
      "a redirect URI that is not registered",
      { redirect_uri: "https://example.com/other" },
      "redirect_uri: Not matching configuration",
    ],
    [
      "a slash too many",
      { redirect_uri: "https://example.com/callback/" },
      "redirect_uri: Not matching configuration",
    ],
    [
      "another case",
      { redirect_uri: "https://example.com/Callback" },
      "redirect_uri: Not matching configuration",
    ],
    ["no redirect URI", { redirect_uri: undefined }, "redirect_uri: Not matching configuration"],
    [
      "a port where one is registered without loopback",
      { redirect_uri: "https://example.com:444/callback" },
      "redirect_uri: Not matching configuration",
    ],
    [
      "a port that does not exist",
      { redirect_uri: "http://127.0.0.1:70000/callback" },
      "redirect_uri: Not matching configuration",
    ],
    [
      "another spelling of the loopback address",
      { redirect_uri: "http://127.1:8123/callback" },
      "redirect_uri: Insecure",
    ],
    [
      "a host that only looks like loopback",
      { redirect_uri: "http://127.0.0.1.example.com/callback" },
      "redirect_uri: Insecure",
    ],
    ["localhost", { redirect_uri: "http://localhost:8123/callback" }, "redirect_uri: Insecure"],
    ["plain http elsewhere", { redirect_uri: "http://example.com/callback" }, "redirect_uri: Insecure"],
    ["an unknown scope", { scope: "user-top-read playlist-read" }, "Illegal scope"],
    ["a scope of OpenID", { scope: "openid" }, "Illegal scope"],
  ])("answers %s with a page", async (_, changes, text) => {
    const emulator = stillEmulator();
    const response = await emulator.fetch(authorizeUrl(emulator, changes));
    expect(response.status).toBe(400);
    expect(response.headers.get("location")).toBeNull();
    expect(await response.text()).toContain(text);
  });

  it("answers repeated parameters with a page", async () => {
    const emulator = stillEmulator();
    const response = await emulator.fetch(
      `${authorizeUrl(emulator)}&redirect_uri=https://example.com/callback`,
    );
    expect(response.status).toBe(400);
  });
});

describe("what the app is told", () => {
  it.each([
    ["the implicit grant", { response_type: "token" }, "unsupported_response_type"],
    ["another response type", { response_type: "id_token" }, "unsupported_response_type"],
    ["no response type", { response_type: undefined }, "unsupported_response_type"],
    ["plain PKCE", { code_challenge: CHALLENGE, code_challenge_method: "plain" }, "invalid_request"],
    ["a challenge without its method", { code_challenge: CHALLENGE }, "invalid_request"],
    ["a method without a challenge", { code_challenge_method: "S256" }, "invalid_request"],
    [
      "a challenge that is no SHA-256",
      { code_challenge: "short", code_challenge_method: "S256" },
      "invalid_request",
    ],
  ])("refuses %s by a redirect with the state", async (_, changes, error) => {
    const emulator = stillEmulator();
    const response = await emulator.fetch(authorizeUrl(emulator, changes));
    expect(response.status).toBe(303);
    expect(parametersOf(response).get("error")).toBe(error);
    expect(parametersOf(response).get("state")).toBe("st&te");
  });

  it("says access_denied with the state when the person cancels", async () => {
    const emulator = stillEmulator();
    const answer = await press(emulator, await emulator.fetch(authorizeUrl(emulator)), "deny");
    expect(answer.headers.get("location")).toMatch(
      new RegExp(`^${REDIRECT_URI}\\?error=access_denied&state=st%26te$`),
    );
  });

  it("gives a code and the state when the person agrees", async () => {
    const emulator = stillEmulator();
    const answer = await press(emulator, await emulator.fetch(authorizeUrl(emulator)), "allow");
    expect([...parametersOf(answer).keys()]).toEqual(["code", "state"]);
  });

  it("leaves the state out where none was sent", async () => {
    const emulator = stillEmulator();
    const page = await emulator.fetch(authorizeUrl(emulator, { state: undefined }));
    expect([...parametersOf(await press(emulator, page, "allow")).keys()]).toEqual(["code"]);
  });

  it("gives a token in the fragment to a legacy implicit client", async () => {
    const emulator = stillEmulator({ legacy: true });
    const page = await emulator.fetch(authorizeUrl(emulator, { response_type: "token" }));
    const location = new URL((await press(emulator, page, "allow")).headers.get("location") ?? "");
    expect(location.search).toBe("");
    expect(new URLSearchParams(location.hash.slice(1)).get("token_type")).toBe("Bearer");
  });
});

describe("redirect URIs", () => {
  it.each(["http://127.0.0.1:1/callback", "http://127.0.0.1/callback", "http://[::1]:49152/callback"])(
    "takes %s, as a loopback literal registered without a port takes any",
    async (redirectUri) => {
      const emulator = stillEmulator();
      const page = await emulator.fetch(authorizeUrl(emulator, { redirect_uri: redirectUri }));
      expect(page.status).toBe(200);
    },
  );

  it("takes a scheme of the app's own", async () => {
    const emulator = stillEmulator();
    emulator.registerApp({ clientId: "native", clientSecret: "emu_native", redirectUris: ["myapp://cb"] });
    const url = authorizeUrl(emulator, { client_id: "native", redirect_uri: "myapp://cb" });
    const answer = await press(emulator, await emulator.fetch(url), "allow");
    expect(answer.headers.get("location")).toMatch(/^myapp:\/\/cb\?code=/);
  });

  it("keeps a loopback URI that was registered with a port to that port", async () => {
    const emulator = stillEmulator();
    emulator.registerApp({
      clientId: "fixed",
      clientSecret: "emu_fixed",
      redirectUris: ["http://127.0.0.1:7000/cb"],
    });
    const url = authorizeUrl(emulator, { client_id: "fixed", redirect_uri: "http://127.0.0.1:7001/cb" });
    expect((await emulator.fetch(url)).status).toBe(400);
  });

  it("registers neither insecure URIs nor secrets that could be real", () => {
    const emulator = stillEmulator();
    const app = { clientId: "a", clientSecret: "emu_a", redirectUris: ["http://localhost/cb"] };
    expect(() => emulator.registerApp(app)).toThrow("not secure");
    const real = { clientId: "a", clientSecret: "0123456789abcdef0123456789abcdef", redirectUris: [] };
    expect(() => emulator.registerApp(real)).toThrow("could be a real one");
    expect(emulator.registerApp({ ...real, allowAnySecret: true }).clientId).toBe("a");
  });
});

describe("the consent page", () => {
  it("can be sent back by a program that knows only forms", async () => {
    const emulator = stillEmulator();
    const page = await emulator.fetch(authorizeUrl(emulator));
    const { action, fields } = formOf(await page.text());
    fields.set("decision", "allow");
    const answer = await emulator.fetch(new URL(action, emulator.urls.accounts), {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: fields.toString(),
    });
    expect(answer.status).toBe(303);
    expect(parametersOf(answer).get("code")).toBeTruthy();
  });

  it("runs no script and lets itself be framed by nobody", async () => {
    const emulator = stillEmulator();
    const page = await emulator.fetch(authorizeUrl(emulator));
    const policy = page.headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("form-action 'self' http://127.0.0.1:8123");
    expect(await page.text()).not.toContain("<script");
  });

  it("escapes what the app sent", async () => {
    const emulator = stillEmulator();
    const evil = 'https://evil.test/"><script>';
    emulator.registerApp({ clientId: "evil", clientSecret: "emu_evil", redirectUris: [evil] });
    const page = await emulator.fetch(authorizeUrl(emulator, { client_id: "evil", redirect_uri: evil }));
    expect(page.status).toBe(200);
    expect(await page.text()).not.toContain("<script>");
  });

  it("grants only the boxes that stay ticked when a browser sends it", async () => {
    const emulator = stillEmulator();
    const page = await (await emulator.fetch(authorizeUrl(emulator))).text();
    const ticked = /formaction="([^"]*)"/.exec(page)?.[1] ?? "";
    const { fields } = formOf(page);
    fields.set("decision", "allow");
    const answer = await emulator.fetch(new URL(ticked, emulator.urls.accounts), {
      method: "POST",
      body: fields,
    });
    expect(parametersOf(answer).get("code")).toBeTruthy();
    const again = await emulator.fetch(authorizeUrl(emulator), { headers: { cookie: cookieOf(answer) } });
    expect(again.status, "nothing was ticked, so there is still something to ask").toBe(200);
  });

  it("works once, and not after half an hour", async () => {
    const emulator = stillEmulator();
    const page = await (await emulator.fetch(authorizeUrl(emulator))).text();
    const { action, fields } = formOf(page);
    fields.set("decision", "deny");
    const send = () =>
      emulator.fetch(new URL(action, emulator.urls.accounts), { method: "POST", body: fields });
    expect((await send()).status).toBe(303);
    expect((await send()).status).toBe(400);
    const late = await emulator.fetch(authorizeUrl(emulator));
    emulator.advance(31 * MINUTE);
    expect((await press(emulator, late, "allow")).status).toBe(400);
  });

  it("lets nobody log in who has no account", async () => {
    const emulator = stillEmulator();
    const answer = await press(emulator, await emulator.fetch(authorizeUrl(emulator)), "allow", [
      ["person", "spotify"],
    ]);
    expect(answer.status).toBe(400);
  });
});

describe("a remembered login", () => {
  async function agreed() {
    const emulator = stillEmulator();
    const answer = await press(emulator, await emulator.fetch(authorizeUrl(emulator)), "allow");
    const headers = { cookie: cookieOf(answer) };
    return { emulator, open: (changes = {}) => emulator.fetch(authorizeUrl(emulator, changes), { headers }) };
  }

  it("goes straight back for the same or fewer scopes", async () => {
    const { open } = await agreed();
    expect((await open()).status).toBe(303);
    expect((await open({ scope: "user-top-read" })).status).toBe(303);
    expect((await open({ scope: undefined })).status).toBe(303);
  });

  it("asks again for more scopes, with show_dialog, and after the person removed the app", async () => {
    const { emulator, open } = await agreed();
    expect((await open({ scope: "user-top-read user-read-email" })).status).toBe(200);
    expect((await open({ show_dialog: "true" })).status).toBe(200);
    emulator.revoke({ person: emulator.world.defaultPerson, clientId: EMULATOR_CLIENT_ID });
    expect((await open()).status).toBe(200);
  });
});

describe("an automatic answer", () => {
  it("redirects at once, for the default person, with what the world is told to say", async () => {
    const emulator = stillEmulator();
    emulator.world.consent = "allow";
    expect(parametersOf(await emulator.fetch(authorizeUrl(emulator))).has("code")).toBe(true);
    emulator.world.consent = "deny";
    expect(parametersOf(await emulator.fetch(authorizeUrl(emulator))).get("error")).toBe("access_denied");
    expect(emulator.ledger.entries().map(({ person }) => person)).toEqual(["marlow.finch", "marlow.finch"]);
  });
});

function cookieOf(response: Response): string {
  return response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

describe("a person who is not asked", () => {
  it("can leave fewer scopes ticked than the app asks for", async () => {
    const emulator = stillEmulator();
    emulator.world.consent = "allow";
    emulator.world.consentScopes = ["user-top-read"];
    const answer = await emulator.fetch(authorizeUrl(emulator));
    const form = {
      grant_type: "authorization_code",
      code: parametersOf(answer).get("code") ?? "",
      redirect_uri: REDIRECT_URI,
    };
    expect((await askToken(emulator, form)).body.scope).toBe("user-top-read");
  });
});
