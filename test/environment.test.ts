import { afterEach, describe, expect, it, vi } from "vitest";
import { readSettings } from "../src/environment.js";
import { createSpotify } from "../src/index.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("the settings", () => {
  it("are Spotify's where nothing is said, and an empty variable says nothing", () => {
    expect(readSettings({ SPOTIFY_CLIENT_ID: " ", SPOTIFY_API_URL: "" })).toEqual({
      clientId: undefined,
      clientSecret: undefined,
      redirectUri: undefined,
      accountsUrl: "https://accounts.spotify.com",
      apiUrl: "https://api.spotify.com/v1",
    });
  });

  it.each([
    { SPOTIFY_API_URL: "http://127.0.0.1:4011/v1" },
    { SPOTIFY_ACCOUNTS_URL: "http://127.0.0.1:4010" },
    { SPOTIFY_API_URL: "http://evil.example/v1", SPOTIFY_ACCOUNTS_URL: "http://127.0.0.1:4010" },
  ])("OR-10 refuse %j", (environment) => {
    expect(() => readSettings(environment)).toThrow(
      expect.objectContaining({ code: "endpoint-url-invalid" }),
    );
  });

  it("are not read at all where the code says everything, as Deno asks a permission for that", () => {
    const env = new Proxy({}, { get: (_target, name) => expect.unreachable(`${String(name)} was read`) });
    vi.stubGlobal("process", { env });
    const code = { clientId: "id", accountsUrl: "http://127.0.0.1:4010", apiUrl: "http://127.0.0.1:4011/v1" };
    const { app } = createSpotify(code);
    vi.unstubAllGlobals();
    expect(app.accountsUrl).toBe("http://127.0.0.1:4010");
  });

  it("count less than what the code says, before they are judged", () => {
    vi.stubEnv("SPOTIFY_API_URL", "http://127.0.0.1:4011/v1");
    const both = { accountsUrl: "https://accounts.spotify.com", apiUrl: "https://api.spotify.com/v1" };
    expect(createSpotify({ clientId: "CID", ...both }).app.issuer).toBe("https://accounts.spotify.com");
    expect(() => createSpotify({ clientId: "CID" })).toThrow(
      expect.objectContaining({ code: "endpoint-url-invalid" }),
    );
  });

  it("give a client secret only together with their client id", () => {
    vi.stubEnv("SPOTIFY_CLIENT_ID", "CID");
    vi.stubEnv("SPOTIFY_CLIENT_SECRET", "SEC");
    expect(createSpotify().app.clientSecret?.reveal()).toBe("SEC");
    expect(createSpotify({ clientId: "OTHER" }).app.clientSecret).toBeUndefined();
  });
});
