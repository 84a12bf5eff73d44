import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { CHROMIUM, skipsChromium } from "./components.js";

/**
 * Tests in Debian's Chromium without a window; what it would fetch by itself is switched off.
 *
 * @param tests is given what gives the browser, once the tests run
 */
export function describeInChromium(name: string, tests: (browser: () => Browser) => void): void {
  describe.skipIf(skipsChromium)(name, () => {
    let running: Browser | undefined;

    beforeAll(async () => {
      running = await chromium.launch({
        executablePath: CHROMIUM,
        args: [
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
        ],
      });
    }, 30_000);

    afterAll(async () => {
      await running?.close();
    });

    tests(() => {
      if (running === undefined) throw new Error("The browser is there only while tests run.");
      return running;
    });
  });
}
