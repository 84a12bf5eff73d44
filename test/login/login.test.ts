import { describe, expect, test } from "vitest";
import { ACCESS_TOKEN, CODE, fakeAccounts, isOpen, startLogin } from "./bench.js";

describe("a login on this machine", () => {
  test("comes back with the token, the port freed, the code exchanged once", async () => {
    const { app, requests } = fakeAccounts();
    const started = await startLogin(app, { scope: "user-top-read" });
    const response = await fetch(started.callback());
    const token = await started.token;
    expect(token.accessToken).toBe(ACCESS_TOKEN);
    expect(new URL(response.url).pathname).toBe("/done");
    expect(await response.text()).toContain("You’re in");
    expect(requests).toHaveLength(1);
    const body = new URLSearchParams(String(requests[0]?.body));
    expect(body.get("code")).toBe(CODE);
    expect(body.get("redirect_uri")).toBe(started.redirectUri.href);
    expect(await isOpen(started.port)).toBe(false);
  });
});
