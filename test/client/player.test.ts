import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Send } from "../../src/base/http.js";
import { pickDevice } from "../../src/client/device-name.js";
import { connect, PartialWriteError, playerHelpers } from "../../src/client/index.js";
import type { Device } from "../../src/contract/index.js";
import { fetchSender } from "../../src/transport/index.js";
import { emulated } from "../support/emulated.js";
import { toResponse } from "../support/fake-send.js";

const SCOPES =
  "user-library-read user-modify-playback-state user-read-currently-playing user-read-playback-state";

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

async function stage() {
  const { emulator, spotify, clock, logIn } = await emulated();
  await logIn(spotify, SCOPES);
  emulator.world.playerAnswers = "empty";
  const send = fetchSender({ fetch: (url, init) => emulator.fetch(url, init) });
  const connection = connect({ source: spotify.session, apiUrl: emulator.urls.api, send, clock });
  const { world } = emulator;
  const [me] = world.people.values();
  if (me === undefined) throw new Error("Nobody is there.");
  const track = (index: number) => `spotify:track:${world.catalogue.idOf("track", index)}`;
  const episode = (index: number) => `spotify:episode:${world.catalogue.idOf("episode", index)}`;
  const commands = () =>
    emulator.ledger.count(({ method, service }) => service === "api" && method !== "GET");
  return { ...playerHelpers(connection), emulator, world, me, spotify, clock, track, episode, commands };
}

describe("deviceNamed", () => {
  it("takes the exact name before one in other letters, and that before a beginning", async () => {
    const { deviceNamed, me } = await stage();
    const [first, second, third] = me.devices;
    if (!first || !second || !third) throw new Error("Three devices are needed.");
    me.devices = [
      { ...first, name: "Kitchen speaker" },
      { ...second, name: "kitchen" },
      { ...third, name: "Kitchen" },
    ];
    expect((await deviceNamed("Kitchen")).id).toBe(third.id);
    expect((await deviceNamed("kitchen")).id).toBe(second.id);
    expect((await deviceNamed("KITCHEN SPEAKER")).id).toBe(first.id);
    expect((await deviceNamed("kitchen s")).id).toBe(first.id);
  });

  it("names what is there when nothing fits", async () => {
    const { deviceNamed, me } = await stage();
    expect(await failureOf(deviceNamed("Garage"))).toMatchObject({
      code: "not-found",
      message: expect.stringContaining("Garage"),
      hint: expect.stringContaining('"Marlow\'s laptop", "Kitchen speaker"'),
    });
    me.devices = [];
    expect(await failureOf(deviceNamed("Garage"))).toMatchObject({
      hint: "Open Spotify on a device first.",
    });
  });

  it("says so when several devices fit, and how to tell them apart", async () => {
    const { deviceNamed, me } = await stage();
    expect(await failureOf(deviceNamed("marlow"))).toMatchObject({
      code: "argument-invalid",
      hint: expect.stringMatching(/Marlow's laptop.*Marlow's phone/),
    });
    me.devices = me.devices.map((device) => ({ ...device, name: "Echo" }));
    const same = await failureOf(deviceNamed("Echo"));
    expect(same).toMatchObject({ code: "argument-invalid", message: '"Echo" fits 3 devices.' });
    for (const { id } of me.devices)
      expect(same).toMatchObject({ hint: expect.stringContaining(String(id)) });
    expect(await failureOf(deviceNamed(" "))).toMatchObject({ code: "argument-invalid" });
  });

  it("gives only a device that is there, never one that cannot be addressed, for any names", () => {
    const names = fc.array(fc.tuple(fc.string({ maxLength: 4 }), fc.boolean()), { maxLength: 5 });
    fc.assert(
      fc.property(names, fc.string({ maxLength: 4 }), (drawn, name) => {
        const devices = drawn.map(
          ([own, addressable], index): Device => ({
            id: addressable ? String(index) : null,
            is_active: false,
            is_private_session: false,
            is_restricted: false,
            name: own,
            type: "Speaker",
            volume_percent: 5,
            supports_volume: true,
          }),
        );
        try {
          const found = pickDevice(devices, name);
          expect(devices).toContain(found);
          expect(found.id).not.toBeNull();
          const exact = devices.filter((device) => device.id !== null && device.name === name);
          if (exact.length > 0) expect(exact).toEqual([found]);
        } catch (error) {
          expect(["not-found", "argument-invalid"]).toContain(Object(error).code);
        }
      }),
    );
  });
});

describe("seekBy", () => {
  it("goes forward and back, and no further back than the beginning", async () => {
    const { seekBy, spotify, track, clock } = await stage();
    await spotify.player.play({ uris: [track(0)] });
    clock.advance(20_000);
    expect(await seekBy(15_000)).toBe(35_000);
    expect((await spotify.player.state())?.progress_ms).toBe(35_000);
    expect(await seekBy(-5000)).toBe(30_000);
    expect(await seekBy(-90_000)).toBe(0);
  });

  it("does the same within an episode", async () => {
    const { seekBy, spotify, episode } = await stage();
    await spotify.player.play({ uris: [episode(0)] });
    expect(await seekBy(300_000)).toBe(300_000);
  });

  it("refuses to leave the item, and changes nothing then", async () => {
    const { seekBy, spotify, track, world, commands } = await stage();
    await spotify.player.play({ uris: [track(0), track(1)] });
    const before = commands();
    const { durationMs } = world.catalogue.track(0);
    expect(await failureOf(seekBy(durationMs))).toMatchObject({
      code: "argument-invalid",
      message: `Only ${durationMs} ms of what is playing are left.`,
    });
    expect(commands()).toBe(before);
    expect(await seekBy(durationMs - 1)).toBe(durationMs - 1);
  });

  it("says so when nothing is playing or the milliseconds are none", async () => {
    const { seekBy } = await stage();
    expect(await failureOf(seekBy(5))).toMatchObject({ code: "not-found", message: "Nothing is playing." });
    expect(await failureOf(seekBy(0.5))).toMatchObject({ code: "argument-invalid" });
  });
});

describe("playSaved", () => {
  it("plays as many as one call takes, the latest first", async () => {
    const { playSaved, spotify, world, me, track, clock } = await stage();
    for (let index = 0; index < 130; index++) {
      clock.advance(1000);
      world.libraryOf(me.id).set(track(index), world.now());
    }
    expect(await playSaved()).toBe(100);
    expect((await spotify.player.state())?.item?.uri).toBe(track(129));
    expect((await spotify.player.state())?.shuffle_state).toBe(false);
    expect(await playSaved({ limit: 1 })).toBe(1);
  });

  it("plays them in any order on the device that was asked for, all of them", async () => {
    const { playSaved, spotify, me } = await stage();
    const deviceId = String(me.devices[1]?.id);
    const count = await playSaved({ deviceId, shuffle: true, limit: 15 });
    const state = await spotify.player.state();
    expect(state).toMatchObject({ shuffle_state: true, is_playing: true, device: { id: deviceId } });
    const saved = (await spotify.me.tracks({ limit: 15 })).items.map((entry) => entry.track.uri);
    expect(count).toBe(15);
    const { currently_playing, queue } = await spotify.player.queue();
    const heard = [currently_playing?.uri, ...queue.map(({ uri }) => uri)];
    expect(heard.sort()).toEqual([...saved].sort());
  });

  it("passes over gaps, files of the person's own and what cannot be had", async () => {
    const { spotify, emulator, track, clock } = await stage();
    const saved = [
      null,
      { track: { uri: "spotify:local:a:b:c:1", is_local: true } },
      { track: { uri: track(5), is_local: false, is_playable: false } },
      { track: { uri: track(6), is_local: false } },
      { track: { uri: track(7), is_local: false, is_playable: true } },
    ];
    const sender = fetchSender({ fetch: (url, init) => emulator.fetch(url, init) });
    const send: Send = async (request) =>
      request.url.includes("/me/tracks")
        ? toResponse({ body: { items: saved, next: null, total: 5, limit: 50, offset: 0 } })
        : sender(request);
    const connection = connect({ source: spotify.session, apiUrl: emulator.urls.api, send, clock });
    expect(await playerHelpers(connection).playSaved()).toBe(2);
    expect((await spotify.player.state())?.item?.uri).toBe(track(6));
  });

  it("refuses other limits, and says so when nothing is saved", async () => {
    const { playSaved, world, me } = await stage();
    for (const limit of [0, 101, 1.5]) {
      expect(await failureOf(playSaved({ limit }))).toMatchObject({ code: "argument-invalid" });
    }
    world.libraryOf(me.id).clear();
    expect(await failureOf(playSaved())).toMatchObject({ code: "not-found" });
  });
});

describe("queueMany", () => {
  it("queues tracks and episodes in their order, one after another", async () => {
    const { queueMany, spotify, track, episode } = await stage();
    await spotify.player.play({ uris: [track(0)] });
    const uris = Array.from({ length: 15 }, (_, index) => (index % 3 === 2 ? episode(index) : track(index)));
    expect(await queueMany({ uris })).toBe(15);
    expect((await spotify.player.queue()).queue.map(({ uri }) => uri)).toEqual(uris);
    expect(await queueMany({ uris: [] })).toBe(0);
  });

  it("says how many were queued when a later one fails", async () => {
    const { queueMany, spotify, track } = await stage();
    const missing = `spotify:track:${"0".repeat(22)}`;
    const error = await failureOf(queueMany({ uris: [track(1), track(2), missing, track(3)] }));
    expect(error).toBeInstanceOf(PartialWriteError);
    expect(error).toMatchObject({ code: "not-found", done: 2, of: 4, operationId: "add-to-queue" });
    expect((await spotify.player.queue()).queue).toHaveLength(2);
  });

  it("sends nothing when one of the URIs is none", async () => {
    const { queueMany, track, commands } = await stage();
    const before = commands();
    const uris = [track(1), "spotify:album:1Je1IMUlBXcx1Fz0WE7oPT"];
    expect(await failureOf(queueMany({ uris }))).toMatchObject({ code: "argument-invalid" });
    expect(commands()).toBe(before);
  });

  it("stops when it is told to", async () => {
    const { queueMany, track, spotify } = await stage();
    const stop = new AbortController();
    const uris = [track(1), track(2), track(3)];
    const queueing = queueMany({ uris }, { signal: stop.signal });
    stop.abort();
    expect(await failureOf(queueing)).toMatchObject({ code: "aborted" });
    expect((await spotify.player.queue()).queue.length).toBeLessThan(3);
  });
});

describe("resume", () => {
  it("goes on with what was paused, and does not mind what plays", async () => {
    const { resume, spotify, track, clock } = await stage();
    await spotify.player.play({ uris: [track(0)] });
    clock.advance(4000);
    await spotify.player.pause();
    await resume();
    expect(await spotify.player.state()).toMatchObject({ is_playing: true, progress_ms: 4000 });
    await expect(spotify.player.play()).rejects.toMatchObject({ code: "forbidden" });
    await resume();
    expect((await spotify.player.state())?.is_playing).toBe(true);
  });

  it("moves what plays to the device that is named", async () => {
    const { resume, spotify, track, me } = await stage();
    await spotify.player.play({ uris: [track(0)] });
    const deviceId = String(me.devices[1]?.id);
    await resume({ deviceId });
    expect(await spotify.player.state()).toMatchObject({ is_playing: true, device: { id: deviceId } });
    await resume({ deviceId });
  });

  it("fails as the call does when there is nothing to go on with or no device", async () => {
    const { resume, world } = await stage();
    expect(await failureOf(resume())).toMatchObject({ code: "forbidden", reason: "UNKNOWN" });
    world.activeDevices.clear();
    expect(await failureOf(resume())).toMatchObject({ code: "not-found", reason: "NO_ACTIVE_DEVICE" });
  });
});
