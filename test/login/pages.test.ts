import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { page, pageHeaders } from "../../src/login/pages.js";
import { describeInChromium } from "../support/chromium.js";
import { failure, fakeAccounts, isOpen, startLogin } from "./bench.js";

describe("the pages", () => {
  test.each(["success", "denied", "error", "notice"] as const)("CB-35: %s stands alone", (name) => {
    const html = page(name);
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).toContain("prefers-color-scheme: dark");
    expect(html).not.toMatch(/<script|<link|<a |<img|<form|<iframe|http|url\(|@import| on\w+=| style=/i);
  });

  test("are distinct", () => {
    expect(new Set([page("success"), page("denied"), page("error"), page("notice")]).size).toBe(4);
  });

  test("allow their one style by its hash and nothing else", () => {
    const style = /<style>(?<style>[\s\S]*)<\/style>/.exec(page("success"))?.groups?.style ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(pageHeaders()["Content-Security-Policy"]).toContain(`style-src 'sha256-${hash}'`);
  });

  test("CB-34: the callback is answered by 303 to an address without the code, whatever it asks for", async () => {
    const started = await startLogin(fakeAccounts().app);
    const answer = await fetch(`${started.callback()}&next=https%3A%2F%2Fevil.example`, {
      redirect: "manual",
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe("/done");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect(await answer.text()).toBe("");
    const done = await fetch(new URL("/done", started.redirectUri));
    expect(done.status).toBe(200);
    for (const [name, value] of Object.entries(pageHeaders())) {
      if (name !== "Connection") expect(done.headers.get(name)).toBe(value);
    }
    await started.token;
  });

  test("CB-34: a redirect URI at /done has its final page elsewhere", async () => {
    const started = await startLogin(fakeAccounts().app, { redirectUri: "http://127.0.0.1/done" });
    const shown = await fetch(started.callback());
    expect(new URL(shown.url).pathname).toBe("/finished");
    expect(await shown.text()).toContain("You’re in");
    await started.token;
  });

  test("a browser that never asks for its final page does not keep the login from ending", async () => {
    const started = await startLogin(fakeAccounts().app);
    await fetch(started.callback(), { redirect: "manual" });
    await started.token;
    expect(await isOpen(started.port)).toBe(false);
  });
});

// Skipped only where there is no Chromium.
describeInChromium("in a real browser (Chromium at /usr/bin/chromium)", (browser) => {
  test("CB-34, LK-16: a login ends on the success page, with no code in the address or the history", async () => {
    const { app, requests } = fakeAccounts();
    const started = await startLogin(app);
    const tab = await browser().newPage();
    const complaints: string[] = [];
    tab.on("console", (message) => complaints.push(message.text()));
    const asked: string[] = [];
    tab.on("request", (request) => asked.push(request.url()));
    await tab.goto(started.callback());
    await started.token;
    expect(tab.url()).toBe(`http://127.0.0.1:${started.port}/done`);
    expect(await tab.locator("h1").textContent()).toBe("You’re in");
    expect(await tab.title()).toBe("You’re in · stagedoor");
    expect(await tab.evaluate(() => document.referrer)).toBe("");
    // The blank page and this one: the callback address itself has left no entry to go back to.
    expect(await tab.evaluate(() => history.length)).toBeLessThanOrEqual(2);
    expect(await tab.evaluate(() => getComputedStyle(document.body).display)).toBe("grid");
    expect(asked.every((url) => new URL(url).host === started.redirectUri.host)).toBe(true);
    expect(complaints.filter((text) => text.includes("Content Security Policy"))).toEqual([]);
    expect(requests).toHaveLength(1);
    expect(await isOpen(started.port)).toBe(false);
    await tab.close();
  });

  test.each([
    ["light", 390],
    ["dark", 390],
    ["light", 1200],
  ] as const)("a declined consent is readable in %s at %i pixels", async (colorScheme, width) => {
    const started = await startLogin(fakeAccounts().app);
    const ended = failure(started.token);
    const context = await browser().newContext({ colorScheme, viewport: { width, height: 700 } });
    const tab = await context.newPage();
    await tab.goto(started.callback({ error: "access_denied", state: started.state }));
    expect(await tab.locator("h1").textContent()).toBe("Nothing was shared");
    expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(await ended).toMatchObject({ code: "access-denied" });
    await context.close();
  });

  test("CB-11: a page of another site can read nothing and end nothing", async () => {
    const { app, requests } = fakeAccounts();
    const started = await startLogin(app);
    const tab = await browser().newPage();
    // Another origin, though one that even knows the state: worse than any attacker could have it.
    const other = await startLogin(app);
    await tab.goto(other.callback({ state: "x" }));
    const outcome = await tab.evaluate(
      (url) =>
        fetch(url).then(
          () => "read",
          () => "blocked",
        ),
      started.callback(),
    );
    expect(outcome).toBe("blocked");
    expect(requests).toHaveLength(0);
    await Promise.all([fetch(started.callback()), fetch(other.callback())]);
    await Promise.all([started.token, other.token]);
    await tab.close();
  });
});
