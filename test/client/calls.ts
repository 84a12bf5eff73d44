import { expect } from "vitest";
import { table } from "../../src/contract/index.js";
import type { Emulator } from "../../src/emulator/index.js";
import type { Spotify } from "../../src/index.js";

/** The things of an emulator's world that the calls name. */
export interface Things {
  readonly id: Readonly<
    Record<"album" | "artist" | "audiobook" | "chapter" | "episode" | "show" | "track", string>
  >;
  readonly own: string;
  readonly foreign: string;
  readonly device: string;
  readonly person: string;
}

export function thingsOf({ world }: Emulator): Things {
  const { catalogue } = world;
  const lists = [...world.playlists.values()];
  const person = world.defaultPerson;
  return {
    id: {
      album: catalogue.idOf("album", 0),
      artist: catalogue.idOf("artist", 0),
      audiobook: catalogue.idOf("audiobook", 0),
      chapter: catalogue.idOf("chapter", 0),
      episode: catalogue.idOf("episode", 0),
      show: catalogue.idOf("show", 0),
      track: catalogue.idOf("track", 0),
    },
    own: lists.find((list) => list.owner === person)?.id ?? "",
    foreign: lists.find((list) => list.name === "Sábado")?.id ?? "",
    device: world.people.get(person)?.devices[1]?.id ?? "",
    person,
  };
}

export type Called = (spotify: Spotify, things: Things) => Promise<void>;

const KINDS = ["album", "artist", "audiobook", "chapter", "episode", "show", "track"] as const;

/** Gets one and several of each kind, whether or not the app has kept the batches. */
const catalogueReads = Object.fromEntries(
  KINDS.flatMap((kind): [string, Called][] => [
    [
      `${kind}s.get`,
      async (spotify, { id }) => {
        const found = await spotify[`${kind}s`].get({ id: id[kind] });
        expect(found).toMatchObject({ id: id[kind], name: expect.any(String) });
      },
    ],
    [
      `${kind}s.several`,
      async (spotify, { id }) => {
        const found = await spotify[`${kind}s`].several({
          ids: [id[kind], "0000000000000000000000", id[kind]],
        });
        expect(found.map((one) => one?.id ?? null)).toEqual([id[kind], null, id[kind]]);
      },
    ],
  ]),
);

/** Saves, finds, lists and removes one of each kind that a library holds. */
const libraryCalls = Object.fromEntries(
  (["Albums", "Audiobooks", "Episodes", "Shows", "Tracks"] as const).flatMap((group): [string, Called][] => {
    const kind = group.toLowerCase().slice(0, -1) as "album" | "audiobook" | "episode" | "show" | "track";
    const one = ({ id }: Things) => ({ ids: [id[kind]] });
    const isSaved = async (spotify: Spotify, things: Things) =>
      (await spotify.me[`contains${group}`](one(things)))[0];
    const save: Called = async (spotify, things) => {
      await spotify.me[`save${group}`](one(things));
      expect(await isSaved(spotify, things)).toBe(true);
    };
    return [
      [`me.save${group}`, save],
      [`me.contains${group}`, save],
      [
        `me.remove${group}`,
        async (spotify, things) => {
          await save(spotify, things);
          await spotify.me[`remove${group}`](one(things));
          expect(await isSaved(spotify, things)).toBe(false);
        },
      ],
      [
        `me.${group.toLowerCase()}`,
        async (spotify, things) => {
          await save(spotify, things);
          const [latest] = (await spotify.me[group.toLowerCase() as "tracks"]({ limit: 1 })).items;
          expect(latest).toMatchObject({ added_at: expect.any(String), [kind]: { id: things.id[kind] } });
        },
      ],
    ];
  }),
);

const uriOf = ({ id }: Things) => `spotify:track:${id.track}`;
const play = (spotify: Spotify, { id, device }: Things) =>
  spotify.player.play({ contextUri: `spotify:album:${id.album}`, deviceId: device });

const playerCalls: Readonly<Record<string, Called>> = {
  "player.play": async (spotify, things) => {
    await play(spotify, things);
    expect(await spotify.player.state()).toMatchObject({ is_playing: true, device: { id: things.device } });
  },
  "player.state": async (spotify, things) => {
    expect(await spotify.player.state()).toBeNull();
    await play(spotify, things);
    expect(await spotify.player.state()).toMatchObject({ item: { track_number: 1 }, repeat_state: "off" });
  },
  "player.currentlyPlaying": async (spotify, things) => {
    expect(await spotify.player.currentlyPlaying()).toBeNull();
    await play(spotify, things);
    expect(await spotify.player.currentlyPlaying()).toMatchObject({ item: { track_number: 1 } });
  },
  "player.pause": async (spotify, things) => {
    await play(spotify, things);
    await spotify.player.pause();
    expect(await spotify.player.state()).toMatchObject({ is_playing: false });
  },
  "player.next": async (spotify, things) => {
    await play(spotify, things);
    await spotify.player.next();
    expect(await spotify.player.state()).toMatchObject({ item: { track_number: 2 } });
  },
  "player.previous": async (spotify, things) => {
    await play(spotify, things);
    await spotify.player.next();
    await spotify.player.previous();
    expect(await spotify.player.state()).toMatchObject({ item: { track_number: 1 } });
  },
  "player.seek": async (spotify, things) => {
    await play(spotify, things);
    await spotify.player.seek({ positionMs: 31_000 });
    expect(await spotify.player.state()).toMatchObject({ progress_ms: 31_000 });
  },
  "player.repeat": async (spotify, things) => {
    await play(spotify, things);
    await spotify.player.repeat({ state: "track" });
    expect(await spotify.player.state()).toMatchObject({ repeat_state: "track" });
  },
  "player.volume": async (spotify, things) => {
    await play(spotify, things);
    await spotify.player.volume({ volumePercent: 17 });
    expect(await spotify.player.state()).toMatchObject({ device: { volume_percent: 17 } });
  },
  "player.shuffle": async (spotify, things) => {
    await play(spotify, things);
    await spotify.player.shuffle({ state: true });
    expect(await spotify.player.state()).toMatchObject({ shuffle_state: true });
  },
  "player.transfer": async (spotify, things) => {
    await spotify.player.play({ uris: [uriOf(things)] });
    await spotify.player.transfer({ deviceIds: [things.device], play: true });
    expect(await spotify.player.state()).toMatchObject({ device: { id: things.device } });
  },
  "player.devices": async (spotify, { device }) => {
    expect((await spotify.player.devices()).map(({ id }) => id)).toContain(device);
  },
  "player.queue": async (spotify, things) => {
    await play(spotify, things);
    const { currently_playing, queue } = await spotify.player.queue();
    expect(currently_playing).toMatchObject({ track_number: 1 });
    expect(queue[0]).toMatchObject({ track_number: 2 });
  },
  "player.addToQueue": async (spotify, things) => {
    await play(spotify, things);
    await spotify.player.addToQueue({ uri: uriOf(things) });
    expect((await spotify.player.queue()).queue[0]?.id).toBe(things.id.track);
  },
  "player.recentlyPlayed": async (spotify) => {
    const { items } = await spotify.player.recentlyPlayed({ limit: 5 });
    expect(items.map(({ track }) => track.type)).toEqual(Array.from({ length: 5 }, () => "track"));
  },
};

const uris = (count: number, emulated: Things) => Array.from({ length: count }, () => uriOf(emulated));
const empty = (spotify: Spotify) => spotify.playlists.create({ name: "Mine", public: false });
const total = async (spotify: Spotify, playlistId: string) =>
  (await spotify.playlists.items({ playlistId })).total;

/** Writes by the newer or the older names, and reads back by the newer. */
function itemCalls(
  add: "addItems" | "addTracks",
  update: "updateItems" | "updateTracks",
  list: "items" | "tracks",
) {
  const written = async (spotify: Spotify, things: Things) => {
    const { id: playlistId } = await empty(spotify);
    const { snapshot_id } = await spotify.playlists[add]({ playlistId, uris: uris(3, things) });
    expect(snapshot_id).toEqual(expect.any(String));
    expect(await total(spotify, playlistId)).toBe(3);
    return playlistId;
  };
  return {
    [`playlists.${add}`]: async (spotify: Spotify, things: Things) => void (await written(spotify, things)),
    [`playlists.${update}`]: async (spotify: Spotify, things: Things) => {
      const playlistId = await written(spotify, things);
      await spotify.playlists[update]({ playlistId, uris: uris(1, things) });
      expect(await total(spotify, playlistId)).toBe(1);
    },
    [`playlists.${list}`]: async (spotify: Spotify, { own }: Things) => {
      expect(await spotify.playlists[list]({ playlistId: own, limit: 2 })).toMatchObject({
        total: 237,
        limit: 2,
      });
    },
  };
}

const playlistCalls: Readonly<Record<string, Called>> = {
  ...itemCalls("addItems", "updateItems", "items"),
  ...itemCalls("addTracks", "updateTracks", "tracks"),
  "playlists.get": async (spotify, { own }) => {
    expect(await spotify.playlists.get({ playlistId: own })).toMatchObject({
      id: own,
      items: { total: 237 },
    });
  },
  "playlists.create": async (spotify) => {
    expect(await empty(spotify)).toMatchObject({ name: "Mine", public: false, items: { total: 0 } });
  },
  "playlists.change": async (spotify) => {
    const { id: playlistId } = await empty(spotify);
    await spotify.playlists.change({ playlistId, name: "Yours", description: "" });
    expect(await spotify.playlists.get({ playlistId })).toMatchObject({ name: "Yours" });
  },
  "playlists.removeItems": async (spotify, things) => {
    const { id: playlistId } = await empty(spotify);
    await spotify.playlists.addItems({ playlistId, uris: uris(2, things) });
    await spotify.playlists.removeItems({ playlistId, items: [{ uri: uriOf(things) }] });
    expect(await total(spotify, playlistId)).toBe(0);
  },
  "playlists.removeTracks": async (spotify, things) => {
    const { id: playlistId } = await empty(spotify);
    await spotify.playlists.addItems({ playlistId, uris: uris(2, things) });
    await spotify.playlists.removeTracks({ playlistId, tracks: [{ uri: uriOf(things) }] });
    expect(await total(spotify, playlistId)).toBe(0);
  },
  "playlists.cover": async (spotify, { own }) => {
    const [image] = await spotify.playlists.cover({ playlistId: own });
    expect(image?.url).toMatch(/^https?:/);
  },
  "playlists.uploadCover": async (spotify) => {
    const { id: playlistId } = await empty(spotify);
    const before = await spotify.playlists.cover({ playlistId });
    await spotify.playlists.uploadCover({
      playlistId,
      image: new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9]),
    });
    expect(await spotify.playlists.cover({ playlistId })).not.toEqual(before);
  },
  "playlists.follow": async (spotify, { foreign }) => {
    await spotify.playlists.follow({ playlistId: foreign });
    expect(await spotify.playlists.followedBy({ playlistId: foreign })).toEqual([true]);
  },
  "playlists.unfollow": async (spotify, { foreign }) => {
    await spotify.playlists.follow({ playlistId: foreign });
    await spotify.playlists.unfollow({ playlistId: foreign });
    expect(await spotify.playlists.followedBy({ playlistId: foreign })).toEqual([false]);
  },
  "playlists.followedBy": async (spotify, { own, person }) => {
    expect(await spotify.playlists.followedBy({ playlistId: own, ids: [person] })).toEqual([
      expect.any(Boolean),
    ]);
  },
};

const followed = async (spotify: Spotify, { id }: Things) =>
  (await spotify.me.follows({ type: "artist", ids: [id.artist] }))[0];

/** One call of each operation by the client's method, with what must come of it. */
export const CALLS: Readonly<Record<string, Called>> = {
  ...catalogueReads,
  ...libraryCalls,
  ...playerCalls,
  ...playlistCalls,
  "albums.tracks": async (spotify, { id }) => {
    expect(await spotify.albums.tracks({ id: id.album, limit: 2 })).toMatchObject({
      items: [{ track_number: 1 }, {}],
    });
  },
  "artists.albums": async (spotify, { id }) => {
    expect((await spotify.artists.albums({ id: id.artist, limit: 1 })).items[0]?.artists[0]?.id).toBe(
      id.artist,
    );
  },
  "artists.topTracks": async (spotify, { id }) => {
    const found = await spotify.artists.topTracks({ id: id.artist });
    expect(found.every(({ artists }) => artists.some((artist) => artist.id === id.artist))).toBe(true);
  },
  "artists.related": async (spotify, { id }) => {
    expect((await spotify.artists.related({ id: id.artist })).map((artist) => artist.id)).not.toContain(
      id.artist,
    );
  },
  "audiobooks.chapters": async (spotify, { id }) => {
    expect((await spotify.audiobooks.chapters({ id: id.audiobook })).items[0]?.id).toBe(id.chapter);
  },
  "shows.episodes": async (spotify, { id }) => {
    const { items, total } = await spotify.shows.episodes({ id: id.show });
    expect([items.length, items[0]?.type]).toEqual([Math.min(20, total), "episode"]);
  },
  "tracks.audioFeatures": async (spotify, { id }) => {
    expect(await spotify.tracks.audioFeatures({ id: id.track })).toMatchObject({
      type: "audio_features",
      id: id.track,
    });
  },
  "tracks.severalAudioFeatures": async (spotify, { id }) => {
    const [found, none] = await spotify.tracks.severalAudioFeatures({
      ids: [id.track, "0000000000000000000000"],
    });
    expect([found?.id, none]).toEqual([id.track, null]);
  },
  "tracks.audioAnalysis": async (spotify, { id }) => {
    const { bars, beats } = await spotify.tracks.audioAnalysis({ id: id.track });
    expect(beats.length).toBeGreaterThan(bars.length);
  },
  "browse.newReleases": async (spotify) => {
    expect((await spotify.browse.newReleases({ limit: 3 })).items).toHaveLength(3);
  },
  "browse.featuredPlaylists": async (spotify) => {
    expect((await spotify.browse.featuredPlaylists()).playlists.items[0]?.owner.id).toBe("spotify");
  },
  "browse.categories": async (spotify) => {
    expect((await spotify.browse.categories({ limit: 2 })).items).toHaveLength(2);
  },
  "browse.category": async (spotify) => {
    const [first] = (await spotify.browse.categories({ limit: 1 })).items;
    const categoryId = first?.id ?? expect.unreachable();
    expect(await spotify.browse.category({ categoryId })).toEqual(first);
  },
  "browse.categoryPlaylists": async (spotify) => {
    const [first] = (await spotify.browse.categories({ limit: 1 })).items;
    const { playlists } = await spotify.browse.categoryPlaylists({ categoryId: first?.id ?? "toplists" });
    expect(playlists.items.length).toBeGreaterThan(0);
  },
  "browse.recommendations": async (spotify, { id }) => {
    const { seeds, tracks } = await spotify.browse.recommendations({
      seedTracks: [id.track],
      limit: 7,
      minTempo: 60,
    });
    expect([seeds.map((seed) => seed.id), tracks.length]).toEqual([[id.track], 7]);
  },
  "browse.genreSeeds": async (spotify) => {
    expect((await spotify.browse.genreSeeds()).length).toBeGreaterThan(5);
  },
  "markets.list": async (spotify) => {
    expect(await spotify.markets.list()).toContain("GB");
  },
  "library.save": async (spotify, things) => {
    await spotify.library.save({ uris: [uriOf(things), `spotify:artist:${things.id.artist}`] });
    expect(await spotify.library.contains({ uris: [uriOf(things)] })).toEqual([true]);
  },
  "library.remove": async (spotify, things) => {
    await spotify.library.save({ uris: [uriOf(things)] });
    await spotify.library.remove({ uris: [uriOf(things)] });
    expect(await spotify.library.contains({ uris: [uriOf(things)] })).toEqual([false]);
  },
  "library.contains": async (spotify, { own }) => {
    expect(await spotify.library.contains({ uris: [`spotify:playlist:${own}`] })).toEqual([true]);
  },
  "search.find": async (spotify, { id }) => {
    const { name } = await spotify.tracks.get({ id: id.track });
    const { tracks } = await spotify.search.find({ q: { track: name }, type: ["track"] });
    expect(tracks?.items.map((track) => track?.name)).toContain(name);
  },
  "me.profile": async (spotify, { person }) => {
    expect(await spotify.me.profile()).toMatchObject({ id: person, type: "user" });
  },
  "me.top": async (spotify) => {
    expect((await spotify.me.top({ type: "artists", limit: 3 })).items.map(({ type }) => type)).toEqual([
      "artist",
      "artist",
      "artist",
    ]);
  },
  "me.playlists": async (spotify, { own }) => {
    expect((await spotify.me.playlists({ limit: 50 })).items.map((list) => list?.id)).toContain(own);
  },
  "me.following": async (spotify) => {
    expect((await spotify.me.following({ type: "artist", limit: 3 })).items).toHaveLength(3);
  },
  "me.follow": async (spotify, things) => {
    await spotify.me.follow({ type: "artist", ids: [things.id.artist] });
    expect(await followed(spotify, things)).toBe(true);
  },
  "me.unfollow": async (spotify, things) => {
    await spotify.me.follow({ type: "artist", ids: [things.id.artist] });
    await spotify.me.unfollow({ type: "artist", ids: [things.id.artist] });
    expect(await followed(spotify, things)).toBe(false);
  },
  "me.follows": async (spotify) => {
    expect(await spotify.me.follows({ type: "user", ids: ["sunniva"] })).toEqual([false]);
  },
  "users.get": async (spotify) => {
    expect(await spotify.users.get({ userId: "zoë&the_moths" })).toMatchObject({
      id: "zoë&the_moths",
      type: "user",
    });
  },
  "users.playlists": async (spotify) => {
    const { items } = await spotify.users.playlists({ userId: "ines.cardoso" });
    expect(items.map((list) => list?.owner.id)).toContain("ines.cardoso");
  },
  "users.createPlaylist": async (spotify, { person }) => {
    expect(await spotify.users.createPlaylist({ userId: person, name: "New" })).toMatchObject({
      owner: { id: person },
    });
  },
};

/** The operations by the names of their methods. */
export const rows = table().map((entry) => [`${entry.group}.${entry.name}`, entry.row] as const);
