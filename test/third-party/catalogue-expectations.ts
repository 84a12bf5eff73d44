import { expect } from "vitest";
import type { World } from "../../src/emulator/index.js";
import type { CatalogueKind } from "../../src/emulator/world/catalogue.js";
import { type Expectation, type Expectations, each, itemsOf, under } from "./api-client.js";

const INDICES = [0, 1, 2];

function idsFrom({ catalogue }: World, kind: CatalogueKind, first: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, place) => catalogue.idOf(kind, first + place));
}

/** Every thing is one of the catalogue's. */
function expectKnown({ catalogue }: World, kind: CatalogueKind, ids: readonly unknown[]): void {
  expect(ids.length).toBeGreaterThan(0);
  for (const id of ids) expect(catalogue.find(kind, String(id))).not.toBeNull();
}

/** As many of the things that begin at `first` as a page holds. */
function expectPage(answer: unknown, ids: readonly string[]): void {
  const items = itemsOf(answer);
  expect(items.length).toBeGreaterThan(0);
  expect(each(items, "id")).toEqual(ids.slice(0, items.length));
}

const category: Expectation = async ({ call }) => {
  const [first] = itemsOf(await call("get-categories"));
  const id = String(await under(first, "id"));
  expect(await call("get-a-category", { category: id })).toEqual(first);
};

/** The catalogue's things, each by itself and several at once. */
export const catalogueExpectations: Expectations = {
  "get-track": async ({ call, cast, world }) => {
    const { name, durationMs } = world.catalogue.track(0);
    expect(await call("get-track")).toMatchObject({ id: cast.track, name, duration_ms: durationMs });
  },
  "get-several-tracks": async ({ call, world }) => {
    const names = INDICES.map((index) => world.catalogue.track(index).name);
    expect(each(await call("get-several-tracks"), "name")).toEqual(names);
  },
  "get-an-album": async ({ call, cast, world }) => {
    const { name, totalTracks } = world.catalogue.album(0);
    expect(await call("get-an-album")).toMatchObject({ id: cast.album, name, total_tracks: totalTracks });
  },
  "get-multiple-albums": async ({ call, world }) => {
    const names = INDICES.map((index) => world.catalogue.album(index).name);
    expect(each(await call("get-multiple-albums"), "name")).toEqual(names);
  },
  "get-an-albums-tracks": async ({ call, world }) => {
    const { firstTrack, totalTracks } = world.catalogue.album(0);
    expectPage(await call("get-an-albums-tracks"), idsFrom(world, "track", firstTrack, totalTracks));
  },
  "get-an-artist": async ({ call, cast, world }) => {
    const { name } = world.catalogue.artist(0);
    expect(await call("get-an-artist")).toMatchObject({ id: cast.artist, name, type: "artist" });
  },
  "get-multiple-artists": async ({ call, world }) => {
    const names = INDICES.map((index) => world.catalogue.artist(index).name);
    expect(each(await call("get-multiple-artists"), "name")).toEqual(names);
  },
  "get-an-artists-albums": async ({ call, world: { catalogue } }) => {
    const own = catalogue.albumsOf(0).map((index) => catalogue.idOf("album", index));
    expect(each(await call("get-an-artists-albums"), "id")).toEqual(expect.arrayContaining(own));
  },
  "get-an-artists-top-tracks": async ({ call, cast }) => {
    const artists = each(await call("get-an-artists-top-tracks"), "artists");
    expect(artists).toHaveLength(10);
    for (const those of artists) expect(each(those, "id")).toContain(cast.artist);
  },
  "get-an-artists-related-artists": async ({ call, world: { catalogue } }) => {
    const ids = catalogue.relatedTo(0).map((index) => catalogue.idOf("artist", index));
    expect(each(await call("get-an-artists-related-artists"), "id")).toEqual(ids);
  },
  "get-a-show": async ({ call, cast, world }) => {
    const { name, totalEpisodes } = world.catalogue.show(0);
    expect(await call("get-a-show")).toMatchObject({ id: cast.show, name, total_episodes: totalEpisodes });
  },
  "get-multiple-shows": async ({ call, cast }) => {
    expect(each(await call("get-multiple-shows"), "id")).toEqual(cast.shows);
  },
  "get-a-shows-episodes": async ({ call, world }) => {
    const { firstEpisode, totalEpisodes } = world.catalogue.show(0);
    expectPage(await call("get-a-shows-episodes"), idsFrom(world, "episode", firstEpisode, totalEpisodes));
  },
  "get-an-episode": async ({ call, cast, world }) => {
    const { name } = world.catalogue.episode(0);
    expect(await call("get-an-episode")).toMatchObject({ id: cast.episode, name, show: { id: cast.show } });
  },
  "get-multiple-episodes": async ({ call, cast }) => {
    expect(each(await call("get-multiple-episodes"), "id")).toEqual(cast.episodes);
  },
  "get-an-audiobook": async ({ call, cast, world }) => {
    const { name, totalChapters } = world.catalogue.audiobook(0);
    const book = { id: cast.audiobook, name, total_chapters: totalChapters };
    expect(await call("get-an-audiobook")).toMatchObject(book);
  },
  "get-multiple-audiobooks": async ({ call, cast }) => {
    expect(each(await call("get-multiple-audiobooks"), "id")).toEqual(cast.audiobooks);
  },
  "get-audiobook-chapters": async ({ call, world }) => {
    const { firstChapter, totalChapters } = world.catalogue.audiobook(0);
    expectPage(await call("get-audiobook-chapters"), idsFrom(world, "chapter", firstChapter, totalChapters));
  },
  "get-a-chapter": async ({ call, cast }) => {
    expect(await call("get-a-chapter")).toMatchObject({
      id: cast.chapter,
      chapter_number: 0,
      audiobook: { id: cast.audiobook },
    });
  },
  "get-several-chapters": async ({ call, cast }) => {
    expect(each(await call("get-several-chapters"), "id")).toEqual(cast.chapters);
  },
  "get-audio-features": async ({ call, cast, world }) => {
    const { durationMs } = world.catalogue.track(0);
    expect(await call("get-audio-features")).toMatchObject({ id: cast.track, duration_ms: durationMs });
  },
  "get-several-audio-features": async ({ call, cast }) => {
    expect(each(await call("get-several-audio-features"), "id")).toEqual(cast.tracks);
  },
  "get-audio-analysis": async ({ call, world }) => {
    const duration = await under(under(call("get-audio-analysis"), "track"), "duration");
    expect(duration).toBeCloseTo(world.catalogue.track(0).durationMs / 1000, 1);
  },
};

/** What is found and shown rather than asked for by id. */
export const discoveryExpectations: Expectations = {
  search: async ({ call, cast }) => {
    const answer = await call("search");
    expect(each(await under(answer, "artists"), "id")).toContain(cast.artist);
    expect(itemsOf(await under(answer, "tracks")).length).toBeGreaterThan(0);
  },
  "get-new-releases": async ({ call, world }) => {
    expectKnown(world, "album", each(await call("get-new-releases"), "id"));
  },
  "get-featured-playlists": async ({ call }) => {
    const playlists = itemsOf(await under(call("get-featured-playlists"), "playlists"));
    expect(playlists.length).toBeGreaterThan(0);
    expect(new Set(each(playlists, "owner", "id"))).toEqual(new Set(["spotify"]));
  },
  "get-categories": async ({ call }) => {
    const names = each(await call("get-categories"), "name");
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names).size).toBe(names.length);
  },
  "get-a-category": category,
  "get-a-categories-playlists": async ({ call }) => {
    const id = String(each(await call("get-categories"), "id")[0]);
    const playlists = await under(call("get-a-categories-playlists", { category: id }), "playlists");
    expect(new Set(each(playlists, "owner", "id"))).toEqual(new Set(["spotify"]));
  },
  "get-recommendations": async ({ call, cast, world }) => {
    const answer = await call("get-recommendations");
    const tracks = each(await under(answer, "tracks"), "id");
    expectKnown(world, "track", tracks);
    expect(tracks).toHaveLength(5);
    expect(each(await under(answer, "seeds"), "id")).toContain(cast.artist);
  },
  "get-recommendation-genres": async ({ call }) => {
    const genres = itemsOf(await call("get-recommendation-genres"));
    expect(genres.length).toBeGreaterThan(0);
    for (const genre of genres) expect(genre).toBeTypeOf("string");
  },
  "get-available-markets": async ({ call }) => {
    expect(await call("get-available-markets")).toEqual(expect.arrayContaining(["GB", "PT", "JP"]));
  },
  "get-users-profile": async ({ call, cast, world }) => {
    const display_name = world.people.get(cast.friend)?.displayName;
    expect(await call("get-users-profile")).toMatchObject({ id: cast.friend, display_name });
  },
  "get-list-users-playlists": async ({ call, cast }) => {
    expect(each(await call("get-list-users-playlists"), "id")).toContain(cast.foreignPlaylist);
  },
};
