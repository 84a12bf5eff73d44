import { describe, expect, it } from "vitest";
import { disallowed, listener, RESTRICTED } from "./listener.js";

describe("get-information-about-the-users-current-playback", () => {
  it("tells what plays, where and how", async () => {
    const { play, state, emulator, album, catalogue } = await listener();
    const { uri, tracks } = album(0);
    const began = emulator.clock.now();
    await play({ context_uri: uri, offset: { uri: tracks[1] }, position_ms: 500 });
    emulator.advance(1500);
    expect((await state()).json).toMatchObject({
      device: { name: "Marlow's laptop", is_active: true, volume_percent: 60, supports_volume: true },
      repeat_state: "off",
      shuffle_state: false,
      timestamp: began,
      progress_ms: 2000,
      is_playing: true,
      item: { uri: tracks[1] },
      currently_playing_type: "track",
      context: { type: "album", uri, href: `${emulator.urls.api}/albums/${catalogue.idOf("album", 0)}` },
    });
  });

  it("moves its timestamp when an item ends, not when somebody looks", async () => {
    const { play, state, emulator, album, lengthOf } = await listener();
    const began = emulator.clock.now();
    await play({ context_uri: album(0).uri });
    emulator.advance(1000);
    await state();
    emulator.advance(1000);
    expect((await state()).at("timestamp")).toBe(began);
    emulator.advance(lengthOf(0));
    expect((await state()).at("timestamp")).toBe(began + lengthOf(0));
  });

  it("answers 204 while there is nothing to play, even after settings were made", async () => {
    const { call, state } = await listener();
    await call("PUT", "/me/player/shuffle?state=true");
    await call("PUT", "/me/player/repeat?state=context");
    expect([(await state()).status, (await state()).text]).toEqual([204, ""]);
  });
});

describe("get-the-users-currently-playing-track", () => {
  it("tells what plays, without the device and the modes", async () => {
    const { play, call, uri, emulator } = await listener();
    await play({ uris: [uri("track", 3)] });
    emulator.advance(100);
    const { json } = await call("GET", "/me/player/currently-playing");
    expect(json).toMatchObject({ item: { uri: uri("track", 3) }, progress_ms: 100, context: null });
    expect(Object.keys(Object(json)).sort()).toEqual([
      "actions",
      "context",
      "currently_playing_type",
      "is_playing",
      "item",
      "progress_ms",
      "timestamp",
    ]);
  });

  it("answers 204 while nothing is", async () => {
    const { call } = await listener();
    expect((await call("GET", "/me/player/currently-playing")).status).toBe(204);
    const nobody = await listener("yuki.tanabe");
    expect((await nobody.call("GET", "/me/player/currently-playing")).status).toBe(204);
  });
});

describe("start-a-users-playback", () => {
  it("plays an album, an artist's albums and a playlist to their ends", async () => {
    const { play, upNext, playing, album, uri, catalogue, world } = await listener();
    await play({ context_uri: album(0).uri });
    expect([await playing(), ...(await upNext())]).toEqual(album(0).tracks);
    const artist = catalogue.album(0).artist;
    await play({ context_uri: uri("artist", artist) });
    const all = catalogue.albumsOf(artist).flatMap((index) => album(index).tracks);
    expect([await playing(), ...(await upNext())]).toEqual(all.slice(0, 21));
    const [playlist] = world.playlists.values();
    await play({ context_uri: `spotify:playlist:${playlist?.id}`, offset: { position: 230 } });
    const rest = playlist?.entries.slice(230).map((entry) => entry.uri);
    expect([await playing(), ...(await upNext())]).toEqual(rest);
  });

  it("keeps what was playing when there is no such context, no such track or nothing in it", async () => {
    const { play, playing, uri, world } = await listener();
    await play({ uris: [uri("track", 0)] });
    const empty = [...world.playlists.values()].find(({ entries }) => entries.length === 0);
    expect((await play({ context_uri: `spotify:album:${"0".repeat(22)}` })).status).toBe(404);
    expect((await play({ uris: [uri("track", 1), `spotify:track:${"0".repeat(22)}`] })).status).toBe(404);
    expect((await play({ context_uri: `spotify:playlist:${empty?.id}` })).json).toEqual(RESTRICTED);
    expect((await play({ uris: [uri("track", 1)], context_uri: uri("album", 0) })).status).toBe(400);
    expect((await play({ uris: [uri("track", 1)], offset: { position: 1 } })).status).toBe(400);
    expect(await playing()).toBe(uri("track", 0));
  });

  it("goes on with what was paused, at a position if one is given", async () => {
    const { play, call, state, uri, emulator } = await listener();
    await play({ uris: [uri("track", 0)] });
    emulator.advance(4000);
    await call("PUT", "/me/player/pause");
    await play({});
    expect((await state()).json).toMatchObject({ is_playing: true, progress_ms: 4000 });
    await call("PUT", "/me/player/pause");
    await play({ position_ms: 70_000 });
    expect((await state()).json).toMatchObject({ is_playing: true, progress_ms: 70_000 });
  });

  it("refuses to go on with what plays or with nothing, but takes what plays to another device", async () => {
    const { play, call, state, uri, device } = await listener();
    expect((await play({})).json).toEqual(RESTRICTED);
    await play({ uris: [uri("track", 0)] });
    expect((await play({})).json).toEqual(RESTRICTED);
    expect((await call("PUT", `/me/player/play?device_id=${device(1)}`)).status).toBe(204);
    expect((await state()).json).toMatchObject({ is_playing: true, device: { name: "Kitchen speaker" } });
  });

  it("is refused on a device that may not be controlled", async () => {
    const { call, uri, device } = await listener("zoë&the_moths");
    const path = `/me/player/play?device_id=${device(0)}`;
    expect((await call("PUT", path, { uris: [uri("track", 0)] })).json).toEqual(RESTRICTED);
  });
});

describe("pause-a-users-playback", () => {
  it("is refused when nothing plays", async () => {
    const { play, call, uri } = await listener();
    expect((await call("PUT", "/me/player/pause")).json).toEqual(RESTRICTED);
    await play({ uris: [uri("track", 0)] });
    expect((await call("PUT", "/me/player/pause")).status).toBe(204);
    expect((await call("PUT", "/me/player/pause")).json).toEqual(RESTRICTED);
  });
});

describe("skip-users-playback-to-next-track", () => {
  it("plays the next item and rests at the first when there is none", async () => {
    const { play, call, state, playing, uri } = await listener();
    await play({ uris: [uri("track", 0), uri("track", 1)] });
    await call("PUT", "/me/player/pause");
    await call("POST", "/me/player/next");
    expect((await state()).json).toMatchObject({ is_playing: true, item: { uri: uri("track", 1) } });
    await call("POST", "/me/player/next");
    expect((await state()).json).toMatchObject({ is_playing: false, progress_ms: 0 });
    expect(await playing()).toBe(uri("track", 0));
  });

  it("begins anew when the context repeats, and leads on from an item on repeat", async () => {
    const { play, call, playing, uri } = await listener();
    await play({ uris: [uri("track", 0), uri("track", 1)] });
    await call("PUT", "/me/player/repeat?state=track");
    await call("POST", "/me/player/next");
    expect(await playing()).toBe(uri("track", 1));
    await call("PUT", "/me/player/repeat?state=context");
    await call("POST", "/me/player/next");
    expect(await playing()).toBe(uri("track", 0));
  });

  it("is refused where there is nothing to skip", async () => {
    const { call } = await listener();
    expect((await call("POST", "/me/player/next")).json).toEqual(RESTRICTED);
  });
});

describe("skip-users-playback-to-previous-track", () => {
  it("goes to the item before, however far the current one is, and is refused at the first", async () => {
    const { play, call, state, playing, uri, emulator } = await listener();
    await play({ uris: [uri("track", 0), uri("track", 1)], offset: { position: 1 } });
    emulator.advance(50_000);
    await call("POST", "/me/player/previous");
    expect((await state()).json).toMatchObject({ progress_ms: 0, item: { uri: uri("track", 0) } });
    expect(await disallowed(state)).toMatchObject({ skipping_prev: true });
    expect((await call("POST", "/me/player/previous")).json).toEqual(RESTRICTED);
    await call("PUT", "/me/player/repeat?state=context");
    expect(await disallowed(state)).not.toHaveProperty("skipping_prev");
    await call("POST", "/me/player/previous");
    expect(await playing()).toBe(uri("track", 1));
  });
});

describe("seek-to-position-in-currently-playing-track", () => {
  it("goes to a position, and beyond the end to the next item", async () => {
    const { play, call, state, uri, lengthOf, emulator } = await listener();
    await play({ uris: [uri("track", 0), uri("track", 1)] });
    const seek = (ms: number) => call("PUT", `/me/player/seek?position_ms=${ms}`);
    await seek(lengthOf(0) - 1000);
    emulator.advance(500);
    expect((await state()).at("progress_ms")).toBe(lengthOf(0) - 500);
    await seek(lengthOf(0));
    expect((await state()).json).toMatchObject({ progress_ms: 0, item: { uri: uri("track", 1) } });
    expect((await seek(-1)).at("error", "message")).toBe("Invalid position_ms");
  });

  it("works while paused, and is refused where nothing is", async () => {
    const { play, call, state, uri } = await listener();
    expect((await call("PUT", "/me/player/seek?position_ms=5")).json).toEqual(RESTRICTED);
    await play({ uris: [uri("track", 0)] });
    await call("PUT", "/me/player/pause");
    await call("PUT", "/me/player/seek?position_ms=5000");
    expect((await state()).json).toMatchObject({ progress_ms: 5000, is_playing: false });
  });
});

describe("set-repeat-mode-on-users-playback", () => {
  it("plays the one item, or the whole context, again and again for a year", async () => {
    const { play, call, state, album, wait, lengthOf } = await listener();
    const { uri, tracks } = album(0);
    await play({ context_uri: uri });
    const year = 365 * 24 * 3600 * 1000;
    await call("PUT", "/me/player/repeat?state=track");
    await wait(year);
    expect((await state()).json).toMatchObject({
      repeat_state: "track",
      item: { uri: tracks[0] },
      progress_ms: year % lengthOf(0),
    });
    await call("PUT", "/me/player/seek?position_ms=0");
    await call("PUT", "/me/player/repeat?state=context");
    const round = tracks.reduce((sum, _, index) => sum + lengthOf(index), 0);
    await wait(1000 * round + lengthOf(0) + 7);
    expect((await state()).json).toMatchObject({
      repeat_state: "context",
      item: { uri: tracks[1] },
      progress_ms: 7,
      is_playing: true,
    });
    expect((await call("PUT", "/me/player/repeat?state=all")).status).toBe(400);
  });
});

describe("toggle-shuffle-for-users-playback", () => {
  it("mixes what comes, the same way every time, and puts it back", async () => {
    const orders = [];
    for (let run = 0; run < 2; run++) {
      const { play, call, state, playing, upNext, album } = await listener();
      const { uri, tracks } = album(1);
      await play({ context_uri: uri, offset: { position: 4 } });
      await call("PUT", "/me/player/shuffle?state=true");
      const order = [await playing(), ...(await upNext())];
      expect(order[0]).toBe(tracks[4]);
      expect(order).not.toEqual(tracks);
      expect([...order].sort()).toEqual([...tracks].sort());
      expect((await state()).at("shuffle_state")).toBe(true);
      orders.push(order);
      await call("PUT", "/me/player/shuffle?state=false");
      expect([await playing(), ...(await upNext())]).toEqual(tracks.slice(4));
    }
    expect(orders[0]).toEqual(orders[1]);
  });

  it("stays on for what is played next, which begins anywhere unless an offset says where", async () => {
    const { play, call, playing, upNext, album, emulator } = await listener();
    await call("PUT", "/me/player/shuffle?state=true");
    const { uri, tracks } = album(1);
    const firsts = new Set();
    for (let count = 0; count < 8; count++) {
      emulator.advance(1);
      await play({ context_uri: uri });
      firsts.add(await playing());
      expect(await upNext()).toHaveLength(tracks.length - 1);
    }
    expect(firsts.size).toBeGreaterThan(1);
    await play({ context_uri: uri, offset: { position: 7 } });
    expect(await playing()).toBe(tracks[7]);
  });
});

describe("add-to-queue and get-queue", () => {
  it("play what was put in before the rest of the context, once", async () => {
    const { play, call, playing, upNext, album, uri, emulator, lengthOf } = await listener();
    const { tracks } = album(0);
    await play({ context_uri: album(0).uri });
    for (const index of [700, 701]) {
      expect((await call("POST", `/me/player/queue?uri=${uri("track", index)}`)).status).toBe(204);
    }
    const queued = [uri("track", 700), uri("track", 701)];
    expect(await upNext()).toEqual([...queued, ...tracks.slice(1)]);
    emulator.advance(lengthOf(0));
    expect(await playing()).toBe(queued[0]);
    await call("POST", "/me/player/previous");
    expect(await playing()).toBe(tracks[0]);
    await call("POST", "/me/player/next");
    await call("POST", "/me/player/next");
    expect([await playing(), ...(await upNext())]).toEqual(tracks.slice(1));
  });

  it("show up to twenty, and begin the context anew where it repeats", async () => {
    const { play, call, upNext, album } = await listener();
    const { uri, tracks } = album(0);
    await play({ context_uri: uri });
    await call("PUT", "/me/player/repeat?state=context");
    const shown = await upNext();
    expect(shown).toHaveLength(20);
    expect(shown).toEqual([...tracks.slice(1), ...tracks, ...tracks].slice(0, 20));
  });

  it("show nothing where nothing is, and play from the queue alone", async () => {
    const { play, call, playing, uri } = await listener();
    expect((await call("GET", "/me/player/queue")).json).toEqual({ currently_playing: null, queue: [] });
    await call("POST", `/me/player/queue?uri=${uri("track", 5)}`);
    expect((await call("GET", "/me/player/queue")).json).toMatchObject({ queue: [{ uri: uri("track", 5) }] });
    await play({});
    expect(await playing()).toBe(uri("track", 5));
  });

  it("refuse what does not exist", async () => {
    const { call } = await listener();
    expect((await call("POST", `/me/player/queue?uri=spotify:track:${"0".repeat(22)}`)).status).toBe(404);
    expect((await call("POST", "/me/player/queue?uri=spotify:album:x")).status).toBe(400);
  });
});
