import { copyFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { HOUR } from "../../src/base/clock.js";
import { Session } from "../../src/session/index.js";
import { fileStore } from "../../src/stores/file.js";
import { tokenFileName } from "../../src/stores/file-name.js";
import { temporaryDirectory } from "../stores/temporary-directory.js";
import { failure, rotating, setUp } from "./session-under-test.js";

async function setUpWithBackup() {
  const store = fileStore({ directory: temporaryDirectory() });
  const place = await setUp(rotating, {}, { store });
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

  it("counts again after a logout: what was removed here and put back is a login", async () => {
    const { session, backUp, restore } = await setUpWithBackup();
    backUp();
    await session.logout();
    restore();
    expect((await session.token()).accessToken).toBe("AT1");
  });
});
