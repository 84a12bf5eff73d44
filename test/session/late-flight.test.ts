import { describe, expect, it } from "vitest";
import { HOUR } from "../../src/base/clock.js";
import { memoryStore } from "../../src/stores/memory.js";
import type { TokenStore } from "../../src/token/index.js";
import { failure, gate, rotating, settle, setUp } from "./session-under-test.js";

/** A memory store whose lock is given back slowly, as one in a server is when that hangs. */
async function setUpSlowRelease() {
  const inner = memoryStore();
  const written = gate<void>();
  const release = gate<void>();
  let isSlow = false;
  const store: TokenStore = {
    ...inner,
    withLock: (key, action, signal) =>
      inner.withLock(
        key,
        async (lock) => {
          const slow = isSlow;
          const result = await action(lock);
          if (slow) written.open();
          if (slow) await release.promise;
          return result;
        },
        signal,
      ),
  };
  const place = await setUp(rotating, {}, { store });
  place.clock.advance(2 * HOUR);
  isSlow = true;
  const refreshed = place.session.token();
  await written.promise;
  isSlow = false;
  return { ...place, refreshed, release };
}

describe("a refresh that is stored, and whose lock is not given back yet", () => {
  it("RF-14 is forgotten with the login when that ends", async () => {
    const { session, refreshed, release, stored } = await setUpSlowRelease();
    expect(await session.logout()).toBe(true);
    release.open();
    expect((await refreshed).accessToken).toBe("AT2");
    expect(await stored()).toBeUndefined();
    expect(await failure(session.token())).toMatchObject({ code: "login-required" });
  });

  it("RF-14 is nothing that a call after the logout gets", async () => {
    const { session, refreshed, release } = await setUpSlowRelease();
    await session.logout();
    const late = failure(session.token());
    await settle();
    release.open();
    await refreshed;
    expect(await late).toMatchObject({ code: "login-required" });
  });
});

describe("a login while a refresh is under way", () => {
  it("counts for more than the refresh, in the store and in memory", async () => {
    const { session, token, clock, stored } = await setUp(rotating);
    clock.advance(2 * HOUR);
    const refreshed = session.token();
    const login = token.with({
      accessToken: "AT9",
      refreshToken: "R9",
      authorizedAt: clock.now(),
      obtainedAt: clock.now(),
      expiresAt: clock.now() + HOUR,
    });
    await session.adopt(login);
    await refreshed;
    expect((await stored())?.refreshToken).toBe("R9");
    expect((await session.token()).accessToken).toBe("AT9");
  });
});
