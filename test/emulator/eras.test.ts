import { describe, expect, it } from "vitest";
import { HOUR } from "../../src/base/clock.js";
import { askToken, authorizeUrl, callerWith, guest, stillEmulator } from "./guest.js";

const ERAS = ["classic", "current"] as const;

describe("the words of an era", () => {
  it("tell the kinds of 401 apart in the body, and later in a header", async () => {
    const emulator = stillEmulator({ era: "classic" });
    const call = await guest(emulator);
    emulator.advance(HOUR);
    const seen = [];
    for (const era of ERAS) {
      emulator.configure({ era });
      for (const caller of [callerWith(emulator, undefined), callerWith(emulator, "Bearer x"), call]) {
        const { status, headers, at } = await caller("GET", "/me");
        expect(status).toBe(401);
        seen.push([
          at("error", "message"),
          /error_description="([^"]*)"/.exec(headers.get("www-authenticate") ?? "")?.[1],
        ]);
      }
    }
    const now = "Missing/invalid/expired access token";
    expect(seen).toEqual([
      ["No token provided", undefined],
      ["Invalid access token", undefined],
      ["The access token expired", undefined],
      [now, "No token provided"],
      [now, "Invalid access token"],
      [now, "The access token expired"],
    ]);
  });

  it.each([
    ["http://example.com/callback", "INVALID_CLIENT: Insecure redirect URI", "redirect_uri: Insecure"],
    [
      "https://example.com/other",
      "INVALID_CLIENT: Invalid redirect URI",
      "redirect_uri: Not matching configuration",
    ],
  ])("say on a page what is wrong with %s", async (redirect_uri, classic, current) => {
    for (const [era, words] of [
      ["classic", classic],
      ["current", current],
    ] as const) {
      const emulator = stillEmulator({ era });
      const page = await emulator.fetch(authorizeUrl(emulator, { redirect_uri }));
      expect(page.status).toBe(400);
      expect(await page.text()).toContain(`>${words}<`);
    }
  });

  it("name a wrong secret", async () => {
    const headers = { authorization: `Basic ${btoa("57a6ed00257a6ed00257a6ed00257a6e:wrong")}` };
    const seen = [];
    for (const era of ERAS) {
      const { body } = await askToken(stillEmulator({ era }), { grant_type: "client_credentials" }, headers);
      seen.push(body.error_description);
    }
    expect(seen).toEqual(["Invalid client secret", "Invalid client"]);
  });

  it("say that there were too many requests, and to pages too only in the classic one", async () => {
    const seen = [];
    for (const era of ERAS) {
      for (const limit of ["quota", "rate"] as const) {
        const emulator = stillEmulator({ era });
        const call = await guest(emulator);
        emulator.limits.useUp(limit, 9);
        const { text, headers } = await call("GET", "/me");
        expect(headers.get("retry-after")).toBe("9");
        seen.push([text, headers.get("access-control-allow-origin")]);
      }
    }
    expect(seen).toEqual([
      ["Too many requests", "*"],
      ['{"error":{"status":429,"message":"API rate limit exceeded"}}', "*"],
      ['{"error":{"status":429,"message":"Too many requests","reason":"QUOTA_EXCEEDED"}}', null],
      ['{"error":{"status":429,"message":"Too many requests"}}', null],
    ]);
  });

  it("is the one of the start again after a reset", async () => {
    const emulator = stillEmulator();
    emulator.configure({ era: "classic", tier: "extended" });
    emulator.reset();
    const { at } = await callerWith(emulator, undefined)("GET", "/me");
    expect(at("error", "message")).toBe("Missing/invalid/expired access token");
  });
});

describe("HEAD and OPTIONS", () => {
  it("answer a HEAD as a GET without its body", async () => {
    const call = await guest(stillEmulator());
    const [head, get] = [await call("HEAD", "/me"), await call("GET", "/me")].map(({ status, headers }) => [
      status,
      headers.get("content-type"),
    ]);
    expect(head).toEqual(get);
  });

  it("let pages of any origin call the Web API, a preflight first", async () => {
    const { status, headers } = await callerWith(stillEmulator(), undefined)("OPTIONS", "/me");
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("access-control-allow-methods")).toContain("DELETE");
    expect(headers.get("access-control-allow-headers")).toContain("Authorization");
    expect(headers.get("access-control-max-age")).toBe("604800");
  });
});
