import { describe, expect, test } from "vitest";
import { HOUR } from "../../src/base/clock.js";
import { createSpotify } from "../../src/index.js";
import { redisStore } from "../../src/stores/redis.js";
import { skipsRedis } from "../support/components.js";
import { emulated } from "../support/emulated.js";
import { connectForTest, redisForTest } from "./redis-clients.js";

describe.skipIf(skipsRedis)("a session over Redis", () => {
  test("ST-10 ST-14 serves a token that is good while Redis hangs, and refreshes none that could not be kept", async () => {
    const server = await redisForTest();
    const { command } = await connectForTest(server);
    const store = redisStore({ command, timeoutMs: 1500 });
    const { spotify, clock, refreshes } = await emulated({ client: { store }, refresh: "rotate-strict" });
    await spotify.me.profile();
    await server.kill("SIGSTOP");
    const { id } = await spotify.me.profile();
    expect(id).toBeTruthy();
    clock.advance(2 * HOUR);
    await expect(spotify.me.profile()).rejects.toMatchObject({ code: "store-unavailable" });
    expect(refreshes()).toBe(0);
    await server.kill("SIGCONT");
    expect((await spotify.me.profile()).id).toBe(id);
    expect(refreshes()).toBe(1);
  });

  test("RF-02 I1 clients with connections of their own refresh once together", async () => {
    const server = await redisForTest();
    const storeOf = async () => redisStore({ command: (await connectForTest(server)).command });
    const { spotify, emulator, clock, refreshes } = await emulated({
      client: { store: await storeOf() },
      refresh: "rotate-family-revoke",
    });
    const { accountsUrl, clientId } = spotify.app;
    const others = await Promise.all(
      Array.from({ length: 7 }, async () =>
        createSpotify({
          clientId,
          accountsUrl,
          apiUrl: emulator.urls.api,
          fetch: (url, init) => emulator.fetch(url, init),
          clock,
          store: await storeOf(),
        }),
      ),
    );
    for (let generation = 1; generation <= 5; generation++) {
      clock.advance(2 * HOUR);
      const people = await Promise.all([spotify, ...others].map((one) => one.me.profile()));
      expect(new Set(people.map(({ id }) => id)).size).toBe(1);
      expect(refreshes()).toBe(generation);
    }
  });
});
