import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { buildSync } from "esbuild";
import type { BrowserContext, Page } from "playwright-core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { describeInChromium } from "../support/chromium.js";
import type { PageTools } from "./web-storage-page.js";

declare const tools: PageTools;

const script = buildSync({
  entryPoints: [resolve(import.meta.dirname, "web-storage-page.ts")],
  bundle: true,
  write: false,
  format: "iife",
  platform: "browser",
}).outputFiles[0]?.text;

describeInChromium("tokens in a browser (Chromium at /usr/bin/chromium)", (browser) => {
  let server: Server;
  let context: BrowserContext;
  let url: string;

  beforeEach(async () => {
    server = createServer((_request, response) => {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end(`<!doctype html><title>test</title><script>${script}</script>`);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    context = await browser().newContext();
  });
  afterEach(async () => {
    await context.close();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  async function openTab(): Promise<Page> {
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  const openTabs = (count: number) => Promise.all(Array.from({ length: count }, openTab));

  it.each(["lock", "swap"] as const)("I1 I2 loses no increment of three tabs, by %s", async (way) => {
    const tabs = await openTabs(3);
    const add = (way: "lock" | "swap") => tools.increment(tools.stores.local(), 60, way);
    await Promise.all(tabs.map((tab) => tab.evaluate(add, way)));
    const [tab] = tabs;
    const seen = await tab?.evaluate(() => {
      const store = tools.stores.local();
      return store.withLock(tools.KEY, () => tools.text(store));
    });
    expect(seen).toBe("180");
  });

  it("I2 FS-11 loses no increment of two tabs through encryption", async () => {
    const tabs = await openTabs(2);
    await Promise.all(
      tabs.map((tab) => tab.evaluate(() => tools.increment(tools.stores.sealed(), 40, "lock"))),
    );
    const [tab] = tabs;
    const [seen, stored] = (await tab?.evaluate(async () => {
      const store = tools.stores.sealed();
      const text = await store.withLock(tools.KEY, () => tools.text(store));
      return [text, JSON.stringify({ ...localStorage })] as const;
    })) ?? ["", ""];
    expect(seen).toBe("80");
    expect(stored).not.toContain("CANARY");
  });

  it("LK-19 keeps nothing anywhere by default, and nothing after a reload", async () => {
    const tab = await openTab();
    const kept = await tab.evaluate(async () => {
      const store = tools.stores.memory();
      await tools.put(store, "1");
      const databases = await indexedDB.databases();
      const cached = await caches.keys();
      const text = await tools.text(store);
      return {
        text,
        local: localStorage.length,
        session: sessionStorage.length,
        databases,
        cached,
        cookie: document.cookie,
      };
    });
    expect(kept).toEqual({ text: "1", local: 0, session: 0, databases: [], cached: [], cookie: "" });
    await tab.reload();
    expect(await tab.evaluate(() => tools.text(tools.stores.memory()))).toBeNull();
  });

  it("keeps what was stored in local storage over a reload and for another tab, until it is removed", async () => {
    const [tab, other] = [await openTab(), await openTab()];
    await tab.evaluate(() => tools.put(tools.stores.local(), "1"));
    await tab.reload();
    const under = () => {
      const store = tools.stores.local();
      return store.withLock(tools.KEY, () => tools.text(store));
    };
    expect(await tab.evaluate(under)).toBe("1");
    expect(await other.evaluate(under)).toBe("1");
    await other.evaluate(() => tools.remove(tools.stores.local()));
    expect(await tab.evaluate(under)).toBeNull();
    expect(await tab.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain("CANARY");
  });

  it("keeps what was stored in session storage for its tab alone, and the tabs do not wait for each other", async () => {
    const [tab, other] = [await openTab(), await openTab()];
    await tab.evaluate(() => tools.increment(tools.stores.session(), 5, "lock"));
    await other.evaluate(() => tools.increment(tools.stores.session(), 2, "lock"));
    await tab.reload();
    expect(await tab.evaluate(() => tools.text(tools.stores.session()))).toBe("5");
    expect(await other.evaluate(() => tools.text(tools.stores.session()))).toBe("2");
  });

  it("LO-01 frees the lock of a tab that is closed while it holds it", async () => {
    const [tab, other] = [await openTab(), await openTab()];
    await tab.evaluate(
      () =>
        new Promise<void>((held) => {
          void tools.stores.local().withLock(tools.KEY, () => new Promise(() => held()));
        }),
    );
    await other.evaluate(() => {
      const state = { outcome: "waiting" };
      const done = tools.stores.local().withLock(tools.KEY, async () => {
        state.outcome = "got it";
      });
      Object.assign(globalThis, { state, done });
    });
    // The browser knows of both: the one that holds and the one that waits.
    await other.waitForFunction(async () => (await navigator.locks.query()).pending?.length === 1);
    expect(await other.evaluate("state.outcome")).toBe("waiting");
    await tab.close();
    await other.evaluate("done");
    expect(await other.evaluate("state.outcome")).toBe("got it");
  });

  it("says to a holder that the lock was stolen", async () => {
    const tab = await openTab();
    const seen = await tab.evaluate(() =>
      tools.stores.local().withLock(tools.KEY, async (lock) => {
        const before = lock.isHeld();
        const name = (await navigator.locks.query()).held?.[0]?.name ?? "";
        await navigator.locks.request(name, { steal: true }, () => undefined);
        return [before, lock.isHeld()];
      }),
    );
    expect(seen).toEqual([true, false]);
  });

  it("ST-01 refuses a write where the storage is full, and keeps what was there", async () => {
    const tab = await openTab();
    const seen = await tab.evaluate(async () => {
      const store = tools.stores.local();
      await tools.put(store, "1");
      for (let size = 2 ** 22; size >= 1; size = Math.floor(size / 2)) {
        try {
          localStorage.setItem(`fill-${size}`, "x".repeat(size));
        } catch {
          // As much as there is room for.
        }
      }
      const failure = await tools.failure(tools.put(store, "a longer text than before"));
      return [failure[0], await tools.text(store)];
    });
    expect(seen).toEqual(["store-unwritable", "1"]);
  });

  it("goes on after the page has cleared the storage, with a generation that was never there", async () => {
    const [tab, other] = [await openTab(), await openTab()];
    const first = await tab.evaluate(() => tools.put(tools.stores.local(), "1"));
    await tab.evaluate(() => localStorage.clear());
    await other.waitForFunction(() => localStorage.length === 0);
    const second = await other.evaluate(() => tools.put(tools.stores.local(), "2"));
    expect(second).toBeGreaterThan(first ?? Number.NaN);
  });

  it("LO-04 fails typed in a sandboxed frame, which has neither storage nor locks", async () => {
    const tab = await openTab();
    await tab.setContent(`<iframe sandbox="allow-scripts" src="${url}"></iframe>`);
    const frame = tab.frames().find((one) => one !== tab.mainFrame());
    await frame?.waitForLoadState();
    const failures = await frame?.evaluate(async () => {
      const store = tools.stores.local();
      const codes = [
        store.read(tools.KEY),
        store.list(),
        tools.put(store, "1"),
        store.withLock(tools.KEY, async () => 1),
      ];
      return Promise.all(codes.map(async (work) => (await tools.failure(work))[0]));
    });
    expect(failures).toEqual([
      "store-unavailable",
      "store-unavailable",
      "store-unavailable",
      "store-lock-unavailable",
    ]);
  });
});
