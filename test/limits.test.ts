import { describe, expect, it } from "vitest";
import { SECOND } from "../src/base/clock.js";
import type { LimitMet, LimitWait } from "../src/base/limits.js";
import { createEmulator } from "../src/emulator/index.js";
import { createSpotify } from "../src/index.js";
import { fileStore } from "../src/stores/file.js";
import { emulatedSpotify, logInAt } from "../src/testing.js";
import { failure } from "./client/bench.js";
import { temporaryDirectory } from "./stores/temporary-directory.js";
import { manualClock } from "./support/clock.js";
import { EMULATOR_CLIENT_ID } from "./support/emulated.js";

const ANY_30_SECONDS = { ratePer30s: 5 };

describe("an app at its limit", () => {
  it("RL-08 is told so once, asks for nothing until its time, and is not told so again", async () => {
    const clock = manualClock();
    const met: LimitMet[] = [];
    const client = { onLimit: (limit: LimitMet) => met.push(limit), maxWaitMs: 0 };
    const { emulator, spotify } = await emulatedSpotify({ clock, limits: ANY_30_SECONDS, client });
    const asked = () => emulator.ledger.entries().filter(({ service }) => service === "api");
    for (let call = 0; call < 5; call++) await spotify.me.profile();

    const refused = await failure(spotify.me.profile());
    expect(refused).toMatchObject({ code: "rate-limited", status: 429, retryAt: clock.now() + 30 * SECOND });
    expect(met).toEqual([expect.objectContaining({ kind: "rate" })]);
    const unsent = await failure(spotify.me.playlists());
    expect(unsent).toMatchObject({ code: "rate-limited", status: 0, retryAt: expect.any(Number) });
    expect(asked()).toHaveLength(6);

    emulator.advance(31 * SECOND);
    for (let call = 0; call < 5; call++) await spotify.me.profile();
    // It knows now how many there are: the sixth is not even tried.
    expect(await failure(spotify.me.profile())).toMatchObject({ code: "rate-limited", status: 0 });
    expect(asked().filter(({ status }) => status === 429)).toHaveLength(1);
  });

  it("goes on by itself when its time has come, and tells that it waits", async () => {
    const waits: LimitWait[] = [];
    const { emulator, spotify } = await emulatedSpotify({ client: { onWait: (wait) => waits.push(wait) } });
    emulator.faults.add({ kind: "retry-after", seconds: 1, times: 1, match: { service: "api" } });
    const all = await Promise.all([
      spotify.me.profile(),
      spotify.me.playlists(),
      spotify.player.next().catch(() => "no device"),
    ]);
    expect(all).toEqual([
      expect.objectContaining({ id: "marlow.finch" }),
      expect.anything(),
      expect.anything(),
    ]);
    expect(waits).toEqual([{ kind: "rate", until: expect.any(Number), waiting: expect.any(Number) }]);
  });

  it("RS-01 lets go at once of a call that is held back, and says that nothing was done", async () => {
    const { emulator, spotify } = await emulatedSpotify();
    emulator.faults.add({ kind: "retry-after", seconds: 20, times: 1, match: { service: "api" } });
    const controller = new AbortController();
    const first = failure(spotify.me.profile({}, { signal: controller.signal }));
    while (emulator.faults.list().length > 0) await new Promise(setImmediate);
    const second = failure(spotify.player.next({}, { signal: controller.signal }));
    await new Promise(setImmediate);
    controller.abort();
    expect(await first).toMatchObject({ code: "aborted" });
    const error = await second;
    expect(error).toMatchObject({ code: "aborted" });
    expect(error).not.toHaveProperty("mayBeDone");
    expect(emulator.ledger.entries().filter(({ path }) => path.endsWith("/next"))).toEqual([]);
  });

  it("lets those go at once who would wait in vain, and the others wait for their turn", async () => {
    const clock = manualClock();
    const waits: LimitWait[] = [];
    const client = { maxWaitMs: 40 * SECOND, onWait: (wait: LimitWait) => waits.push(wait) };
    const { emulator, spotify } = await emulatedSpotify({ clock, limits: { ratePer30s: 10 }, client });
    const ended: unknown[] = [];
    const all = Array.from({ length: 40 }, () =>
      spotify.me.profile().then(
        () => ended.push("ok"),
        (error: unknown) => ended.push(error),
      ),
    );
    for (let turn = 0; turn < 500; turn++) await new Promise(setImmediate);
    // Ten went, about ten can go within 40 s, and the rest would have to wait for a minute or longer.
    expect(ended.filter((one) => one === "ok")).toHaveLength(10);
    expect(ended).toHaveLength(30);
    for (const error of ended.filter((one) => one !== "ok")) {
      expect(error).toMatchObject({
        code: "rate-limited",
        message: expect.stringContaining("longer than it may wait"),
      });
    }
    expect(waits).toHaveLength(1);
    // A clock that is put forward is seen by those who wait.
    emulator.advance(32 * SECOND);
    await Promise.all(all);
    expect(ended.filter((one) => one === "ok")).toHaveLength(20);
  });

  it("tells each client once whose calls are held back, also one that comes later", async () => {
    const { emulator, spotify } = await emulatedSpotify();
    const waits: LimitWait[] = [];
    const onWait = (wait: LimitWait) => waits.push(wait);
    const later = await emulatedSpotify({ emulator, person: "ines.cardoso", client: { onWait } });
    emulator.faults.add({ kind: "retry-after", seconds: 1, times: 1, match: { service: "api" } });
    const first = spotify.me.profile();
    while (emulator.faults.list().length > 0) await new Promise(setImmediate);
    await Promise.all([first, later.spotify.me.profile(), later.spotify.me.playlists()]);
    expect(waits).toHaveLength(1);
  });

  it.each([
    [{ maxWaitMs: Number.NaN }, "maxWaitMs"],
    [{ maxWaitMs: -1 }, "maxWaitMs"],
    [{ timeoutMs: 0 }, "timeoutMs"],
    [{ priority: "low" }, "priority"],
  ])("is asked for nothing by a call with the option %j, which is refused", async (option, named) => {
    const { emulator, spotify } = await emulatedSpotify();
    const before = emulator.ledger.entries().length;
    const error = await failure(spotify.me.profile({}, option as object));
    expect(error).toMatchObject({ code: "argument-invalid", message: expect.stringContaining(named) });
    const misplaced = await failure(spotify.me.profile(option as never));
    expect(misplaced).toMatchObject({ code: "argument-invalid", hint: expect.stringContaining("option") });
    expect(emulator.ledger.entries()).toHaveLength(before);
  });

  it("RL-05 is known to be at the end of its quota by all who share the store, for that endpoint alone", async () => {
    const emulator = createEmulator();
    const { accounts: accountsUrl, api: apiUrl } = emulator.urls;
    const directory = temporaryDirectory();
    // Another `fetch` and another store object: what another process would have.
    const open = () =>
      createSpotify({
        clientId: EMULATOR_CLIENT_ID,
        accountsUrl,
        apiUrl,
        store: fileStore({ directory }),
        fetch: (url, init) => emulator.fetch(url, init),
      });
    const first = open();
    await logInAt(emulator, first);
    const id = emulator.world.catalogue.idOf("artist", 0);
    emulator.faults.add({
      kind: "retry-after",
      seconds: 80_000,
      body: "quota",
      times: 1,
      match: { service: "api" },
    });
    expect(await failure(first.artists.albums({ id }))).toMatchObject({
      code: "quota-exceeded",
      status: 429,
    });
    const asked = emulator.ledger.entries().length;
    for (const spotify of [first, open()]) {
      expect(await failure(spotify.artists.albums({ id }))).toMatchObject({
        code: "quota-exceeded",
        status: 0,
        retryAt: expect.any(Number),
        hint: expect.stringContaining("Try again"),
      });
    }
    expect(emulator.ledger.entries()).toHaveLength(asked);
    expect(await open().artists.get({ id })).toMatchObject({ id });
  });

  it("is kept apart from other apps in the same process", async () => {
    const one = await emulatedSpotify({ limits: { ratePer30s: 1 }, client: { maxWaitMs: 0 } });
    const other = await emulatedSpotify({ client: { maxWaitMs: 0 } });
    await one.spotify.me.profile();
    expect(await failure(one.spotify.me.profile())).toMatchObject({ code: "rate-limited" });
    expect(await other.spotify.me.profile()).toMatchObject({ id: "marlow.finch" });
  });

  it("is one for all clients of the app in a process", async () => {
    const { emulator, spotify } = await emulatedSpotify({ limits: ANY_30_SECONDS, client: { maxWaitMs: 0 } });
    const second = await emulatedSpotify({ emulator, person: "ines.cardoso", client: { maxWaitMs: 0 } });
    expect(second.spotify.governor).toBe(spotify.governor);
    for (let call = 0; call < 5; call++) await spotify.me.profile();
    expect(await failure(spotify.me.profile())).toMatchObject({ status: 429 });
    expect(await failure(second.spotify.me.profile())).toMatchObject({ code: "rate-limited", status: 0 });
  });
});
