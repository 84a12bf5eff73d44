import { copyFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { HOUR } from "../../src/base/clock.js";
import { StagedoorError } from "../../src/base/errors.js";
import { Session } from "../../src/session/index.js";
import { fallback } from "../../src/stores/fallback.js";
import { fileStore } from "../../src/stores/file.js";
import { tokenFileName } from "../../src/stores/file-name.js";
import { memoryStore } from "../../src/stores/memory.js";
import type { TokenFields, TokenStore } from "../../src/token/index.js";
import { NetworkError } from "../../src/transport/index.js";
import { temporaryDirectory } from "../stores/temporary-directory.js";
import { type Answer, failure, refused, rotating, setUp } from "./session-under-test.js";

async function setUpWithBackup(answer: Answer = rotating) {
  const store = fileStore({ directory: temporaryDirectory() });
  const place = await setUp(answer, {}, { store });
  const file = join(store.directory, tokenFileName(place.session.key));
  return {
    ...place,
    store,
    file,
    backUp: () => copyFileSync(file, `${file}.backup`),
    restore: () => copyFileSync(`${file}.backup`, file),
  };
}

describe("a backup that is put back under a running program", () => {
  it("I2 does not bring a used-up refresh token back: the program stores its newer one again", async () => {
    const { session, clock, sent, stored, backUp, restore } = await setUpWithBackup();
    backUp();
    clock.advance(2 * HOUR);
    await session.token();
    restore();
    expect((await stored())?.refreshToken).toBe("R1");
    clock.advance(2 * HOUR);
    expect((await session.token()).accessToken).toBe("AT3");
    expect(sent()).toEqual(["R1", "R2"]);
    expect((await stored())?.refreshToken).toBe("R3");
  });

  it("I2 is mended for all others too, as soon as one program that knows better has looked", async () => {
    const { session, app, store, clock, sent, backUp, restore } = await setUpWithBackup();
    backUp();
    clock.advance(2 * HOUR);
    await session.token();
    restore();
    expect(
      (
        await session.replace(
          await new Session({ app, store }).stored().then((one) => one?.token ?? expect.unreachable()),
        )
      ).accessToken,
    ).toBe("AT2");
    clock.advance(2 * HOUR);
    await session.token();
    expect((await new Session({ app, store }).token()).accessToken).toBe("AT3");
    expect(sent()).toEqual(["R1", "R2"]);
  });

  it("ST-16 is no different from a file that was damaged: what the program holds takes its place", async () => {
    const { session, store, file, clock, sent, stored } = await setUpWithBackup();
    clock.advance(2 * HOUR);
    await session.token();
    writeFileSync(file, "{");
    clock.advance(2 * HOUR);
    expect((await session.token()).accessToken).toBe("AT3");
    expect(sent()).toEqual(["R1", "R2"]);
    expect((await stored())?.refreshToken).toBe("R3");
    expect(readdirSync(store.directory).filter((name) => name.includes(".corrupt-"))).toHaveLength(1);
  });

  it("is not done for a login that somebody ended after the damage", async () => {
    const { session, app, store, file, clock } = await setUpWithBackup();
    await session.token();
    writeFileSync(file, "{");
    expect((await session.stored())?.token.refreshToken).toBe("R1");
    await new Session({ app, store }).logout();
    clock.advance(2 * HOUR);
    expect(await failure(session.token())).toMatchObject({ code: "login-required" });
  });

  it("I2 costs nobody the login that a program without our lock has made in the same moment", async () => {
    const { session, store, token, clock, events, backUp, restore } = await setUpWithBackup();
    backUp();
    clock.advance(2 * HOUR);
    await session.token();
    restore();
    clock.advance(2 * HOUR);
    const swap = store.compareAndSwap.bind(store);
    const login = token.with({
      accessToken: "AT9",
      refreshToken: "R9",
      obtainedAt: clock.now(),
      expiresAt: clock.now() + HOUR,
    });
    store.compareAndSwap = async (key, expected, written) => {
      store.compareAndSwap = swap;
      await swap(key, expected, login);
      return swap(key, expected, written);
    };
    expect((await session.token()).accessToken).toBe("AT9");
    expect(events).not.toContain("removed");
  });

  it("I2 while a refresh is under way, whose answer is lost, does not have the old refresh token sent", async () => {
    const place = await setUpWithBackup((index, form) => {
      if (index === 0) return rotating(index, form);
      if (index === 1) place.restore();
      throw new NetworkError("accounts.spotify.com", "ECONNRESET");
    });
    place.backUp();
    place.clock.advance(2 * HOUR);
    await place.session.token();
    place.clock.advance(2 * HOUR);
    expect(await failure(place.session.token())).toMatchObject({ code: "network-failed" });
    expect(place.sent()).toEqual(["R1", "R2", "R2"]);
  });

  it("counts again after a logout: what was removed here and put back is a login", async () => {
    const { session, backUp, restore } = await setUpWithBackup();
    backUp();
    await session.logout();
    restore();
    expect((await session.token()).accessToken).toBe("AT1");
  });
});

describe("a generation that is lower, of a record that is not older", () => {
  /** A store whose generations never come back, and are in no order: nobody has promised one. */
  function unorderedStore(): TokenStore {
    const inner = memoryStore();
    const other = (generation: number) => (generation === 0 ? 0 : 1_000_000 - generation);
    return {
      ...inner,
      read: async (key) => {
        const stored = await inner.read(key);
        return stored && { ...stored, generation: other(stored.generation) };
      },
      compareAndSwap: async (key, expected, token) => {
        const generation = await inner.compareAndSwap(key, other(expected), token);
        return generation === null ? null : other(generation);
      },
    };
  }

  it("I2 is a refresh of another process, which is taken over and not written over", async () => {
    const { session, app, store, clock, sent, stored } = await setUp(
      rotating,
      {},
      { store: unorderedStore() },
    );
    await session.token();
    clock.advance(2 * HOUR);
    await new Session({ app, store }).token();
    expect((await session.token()).accessToken).toBe("AT2");
    expect((await stored())?.refreshToken).toBe("R2");
    expect(sent()).toEqual(["R1"]);
  });

  it("I2 is a login in the other store of two, of which the first is out of reach", async () => {
    const [first, second] = [memoryStore(), memoryStore()];
    let isReachable = true;
    const unreachable = () => Promise.reject(new StagedoorError("store-unavailable", "Down."));
    const switched: TokenStore = {
      ...first,
      read: (key) => (isReachable ? first.read(key) : unreachable()),
      compareAndSwap: (...words) => (isReachable ? first.compareAndSwap(...words) : unreachable()),
    };
    const { session, app, token, clock, stored } = await setUp(
      rotating,
      {},
      {
        store: fallback(switched, second),
      },
    );
    clock.advance(2 * HOUR);
    await session.refresh();
    isReachable = false;
    clock.advance(2 * HOUR);
    const now: Partial<TokenFields> = {
      authorizedAt: clock.now(),
      obtainedAt: clock.now(),
      expiresAt: clock.now() + HOUR,
    };
    const login = token.with({ accessToken: "AT9", refreshToken: "R9", ...now });
    await new Session({ app, store: fallback(switched, second) }).adopt(login);
    expect((await session.token()).accessToken).toBe("AT9");
    expect((await stored())?.refreshToken).toBe("R9");
  });
});

describe("a backup that is put back after a login has ended", () => {
  it("RF-06 is tried: what it holds cannot be worse", async () => {
    const { session, clock, sent, backUp, restore } = await setUpWithBackup((index, form) =>
      index === 1 ? refused() : rotating(index, form),
    );
    backUp();
    clock.advance(2 * HOUR);
    await session.token();
    clock.advance(2 * HOUR);
    expect(await failure(session.token())).toMatchObject({ code: "reauthorization-required" });
    restore();
    expect((await session.token()).accessToken).toBe("AT4");
    expect(sent()).toEqual(["R1", "R2", "R1"]);
  });
});

describe("a record that is damaged", () => {
  it("ST-16 is put back also when it happens just before the announcement, and then refreshed", async () => {
    const inner = memoryStore();
    let isDamaged = false;
    const store: TokenStore = {
      ...inner,
      compareAndSwap: async (key, expected, token) => {
        if (!isDamaged) return inner.compareAndSwap(key, expected, token);
        isDamaged = false;
        await inner.compareAndSwap(key, expected, null);
        throw new StagedoorError("store-corrupt", "It was damaged, and set aside.");
      },
    };
    const { session, clock, sent, stored } = await setUp(rotating, {}, { store });
    clock.advance(2 * HOUR);
    isDamaged = true;
    expect((await session.token()).accessToken).toBe("AT2");
    expect(sent()).toEqual(["R1"]);
    expect((await stored())?.refreshToken).toBe("R2");
  });
});
