import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { createSpotify } from "../../src/index.js";
import { login } from "../../src/login/index.js";
import { describeInChromium } from "../support/chromium.js";
import { EMULATOR_CLIENT_ID, withEmulator } from "../support/emulated.js";

describeInChromium("a person with a browser (Chromium at /usr/bin/chromium)", (browser) => {
  /** Logs in at an emulator, the person doing what `act` does with the page. */
  async function logIn(
    act: (page: Page) => Promise<void>,
    use: (outcome: PromiseSettledResult<unknown>, page: Page) => Promise<void>,
  ) {
    await withEmulator(async ({ accounts: accountsUrl, api: apiUrl }) => {
      const spotify = createSpotify({ clientId: EMULATOR_CLIENT_ID, accountsUrl, apiUrl });
      const page = await browser().newPage();
      const openBrowser = async (url: string) => {
        await page.goto(url);
        await act(page);
      };
      const scope = "user-top-read user-read-private";
      const work = login(spotify.app, { scope, openBrowser }).then(async (token) => {
        await spotify.session.adopt(token);
        return {
          token,
          me: await spotify.me.profile(),
          top: await spotify.me.top({ type: "tracks", limit: 3 }).catch((error) => error),
        };
      });
      const [outcome] = await Promise.allSettled([work]);
      // The token is there a moment before the tab shows where it was sent; a page that never comes fails here.
      await page.waitForURL((url) => url.pathname === "/done");
      if (outcome !== undefined) await use(outcome, page);
      await page.close();
    });
  }

  const press = (decision: string) => (page: Page) => page.locator(`button[value="${decision}"]`).click();

  it("reads the consent page, agrees, ends on the success page and is logged in", async () => {
    await logIn(press("allow"), async (outcome, page) => {
      expect(outcome).toMatchObject({
        status: "fulfilled",
        value: { me: { type: "user" }, top: { limit: 3 } },
      });
      expect(await page.locator("h1").textContent()).toBe("You’re in");
      expect(page.url()).not.toMatch(/code|state/);
    });
  });

  it("declines, and is shown that nothing was given", async () => {
    await logIn(press("deny"), async (outcome, page) => {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "access-denied" } });
      expect(await page.locator("h1").textContent()).toBe("Nothing was shared");
    });
  });

  it("E14 agrees to less than was asked for: the token is kept with what was granted", async () => {
    const untickOne = async (page: Page) => {
      await page.locator('input[type="checkbox"][value="user-top-read"]').uncheck();
      await press("allow")(page);
    };
    await logIn(untickOne, async (outcome) => {
      expect(outcome).toMatchObject({
        status: "fulfilled",
        value: { token: { scopes: ["user-read-private"] }, top: { code: "scope-missing" } },
      });
    });
  });
});
