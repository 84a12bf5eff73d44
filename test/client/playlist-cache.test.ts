import { describe, expect, it } from "vitest";
import { createClient } from "../../src/client/index.js";
import type { Emulator } from "../../src/emulator/index.js";
import type { Spotify } from "../../src/index.js";
import { emulatedSpotify } from "../../src/testing.js";
import { cache } from "../../src/transport/index.js";
import { type EmulatedOptions, emulated } from "../support/emulated.js";
import { fakeSend } from "../support/fake-send.js";
import { collect, failure, idOf, source } from "./bench.js";

const ROOM = { maxBytes: 256 * 1024 * 1024 };

/** A client with a cache at an emulator, and a playlist there. */
async function bench(total: number, client: EmulatedOptions["client"] = { cache: ROOM }) {
  const { emulator, spotify } = await emulated({ client, tier: "extended" });
  const { id } = await spotify.playlists.create({ name: "Long" });
  const playlist = emulator.world.playlists.get(id);
  const first = [...emulator.world.playlists.values()].flatMap(({ entries }) => entries)[0];
  if (playlist === undefined || first === undefined) throw new Error("The world is empty.");
  const entries = Array.from({ length: total }, (_, place) => ({ ...first, addedAt: dateOf(place) }));
  playlist.entries = entries;
  emulator.ledger.clear();
  return { emulator, spotify, playlist, entries, id };
}

const dateOf = (place: number) => new Date(place * 1000).toISOString().replace(".000", "");

async function walked(spotify: Spotify, playlistId: string): Promise<readonly (string | null | undefined)[]> {
  return (await collect(spotify.playlists.allItems({ playlistId }))).map(({ added_at }) => added_at);
}

/** How many snapshots and pages were asked for since the last time. */
function sent({ ledger }: Emulator): readonly number[] {
  const of = (id: string) => ledger.count(({ operationId }) => operationId === id);
  const counts = [of("get-playlist"), of("get-playlists-items")];
  ledger.clear();
  return counts;
}

describe("a walk of a playlist that was walked before", () => {
  it("reads two snapshots and nothing else when it is unchanged, and everything when it is not", async () => {
    const { emulator, spotify, playlist, entries, id } = await bench(10_000);
    const dates = entries.map(({ addedAt }) => addedAt);
    expect(await walked(spotify, id)).toEqual(dates);
    expect(sent(emulator)).toEqual([2, 200]);
    expect(await walked(spotify, id)).toEqual(dates);
    expect(sent(emulator)).toEqual([2, 0]);
    // Somebody else's change: no write of this client tells the cache of it.
    playlist.entries = entries.toReversed();
    playlist.revision++;
    expect(await walked(spotify, id)).toEqual(dates.toReversed());
    expect(sent(emulator)).toEqual([2, 200]);
  });

  it("reads everything after an own change, and after clear", async () => {
    const answers = cache(ROOM);
    const { emulator, spotify, entries, id } = await bench(120, { cache: answers });
    await walked(spotify, id);
    const uris = [entries[0]?.uri ?? ""];
    await spotify.playlists.add({ playlistId: id, uris, position: 0 });
    sent(emulator);
    expect(await walked(spotify, id)).toHaveLength(121);
    expect(sent(emulator)).toEqual([2, 3]);
    answers.clear();
    await walked(spotify, id);
    expect(sent(emulator)).toEqual([2, 3]);
  });

  it("reads everything when what was read had changed on the way, even if it is as before again", async () => {
    const { emulator, spotify, playlist, entries, id } = await bench(300);
    const walk = async () => {
      let taken = 0;
      for await (const _ of spotify.playlists.allItems({ playlistId: id }, { readAhead: 0 })) {
        if (++taken !== 100) continue;
        playlist.entries = entries.toReversed();
        playlist.revision++;
      }
    };
    expect(await failure(walk())).toMatchObject({ code: "list-changed" });
    playlist.entries = entries;
    playlist.revision--;
    sent(emulator);
    expect(await walked(spotify, id)).toEqual(entries.map(({ addedAt }) => addedAt));
    expect(sent(emulator)).toEqual([2, 6]);
  });

  it("reads everything when the walk before was left early", async () => {
    const { emulator, spotify, id } = await bench(100);
    for await (const _ of spotify.playlists.allItems({ playlistId: id })) break;
    sent(emulator);
    await walked(spotify, id);
    expect(sent(emulator)[1]).toBe(2);
  });

  it("uses what a walk with a limit read", async () => {
    const { emulator, spotify, id } = await bench(500);
    await collect(spotify.playlists.allItems({ playlistId: id }, { limit: 100, readAhead: 0 }));
    sent(emulator);
    await walked(spotify, id);
    expect(sent(emulator)).toEqual([2, 8]);
  });

  it("reads everything where it must be fresh", async () => {
    const { emulator, spotify, id } = await bench(100);
    await walked(spotify, id);
    sent(emulator);
    await collect(spotify.playlists.allItems({ playlistId: id }, { fresh: true }));
    expect(sent(emulator)).toEqual([2, 2]);
  });

  it("OR-17 reads everything when it is another account's, also in a cache that both share", async () => {
    const answers = cache(ROOM);
    const { emulator, spotify, playlist, id } = await bench(100, { cache: answers });
    playlist.public = true;
    const second = await emulatedSpotify({ emulator, person: "ines.cardoso", client: { cache: answers } });
    await walked(spotify, id);
    sent(emulator);
    await walked(second.spotify, id);
    expect(sent(emulator)).toEqual([2, 2]);
    await walked(spotify, id);
    await walked(second.spotify, id);
    expect(sent(emulator)).toEqual([4, 0]);
  });

  it("reads everything each time without a cache", async () => {
    const { emulator, spotify, id } = await bench(100, {});
    await walked(spotify, id);
    await walked(spotify, id);
    expect(sent(emulator)).toEqual([4, 4]);
  });

  it("asks for the snapshot each time, however long Spotify lets it be kept", async () => {
    let snapshot = "one";
    const fake = fakeSend(({ url }) => ({
      headers: { "cache-control": "max-age=3600" },
      body: url.includes("/items")
        ? { items: [{ added_at: snapshot, item: null }], limit: 50, offset: 0, total: 1, next: null }
        : { snapshot_id: snapshot },
    }));
    const client = createClient({ source, send: cache()(fake.send) });
    const walk = async () => (await collect(client.playlists.allItems({ playlistId: idOf(1) })))[0]?.added_at;
    expect(await walk()).toBe("one");
    snapshot = "two";
    expect(await walk()).toBe("two");
  });
});
