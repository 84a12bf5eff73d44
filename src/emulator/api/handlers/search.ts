import type { Page, SearchResult } from "../../../contract/models/index.js";
import type { Catalogue } from "../../world/catalogue.js";
import { SPOTIFY_ACCOUNT } from "../../world/people.js";
import type { Call, Handlers } from "../handler.js";
import { simplifiedPlaylist } from "../objects/playlist-objects.js";
import { pageOf } from "../page-of.js";
import { matchesSearch, parseSearch, type SearchQuery } from "../search-query.js";

export const searchHandlers = {
  /** How Spotify ranks is its secret: here, things come in the order of the catalogue. */
  search: (call: Call<"search">): SearchResult => {
    const { args, world, view, person } = call;
    const { catalogue } = world;
    const query = parseSearch(args.q);
    const page = <T>(found: readonly number[], type: string, at: (index: number) => T): Page<T> => {
      // The links of a page are about its own type only.
      const own = new URLSearchParams(call.query);
      own.set("type", type);
      const address = `${view.face.api}/search`;
      return pageOf(args, {
        address,
        query: own.toString(),
        total: found.length,
        at: (place) => at(found[place] ?? 0),
      });
    };
    const none = (type: string): Page<never> => ({ ...page([], type, () => null), items: [] });
    const playlists = [...world.playlists.values()].filter(
      ({ public: isPublic, owner }) =>
        isPublic && (owner !== SPOTIFY_ACCOUNT.id || view.face.tier === "extended"),
    );
    const pages: { readonly [T in (typeof args.type)[number]]: () => SearchResult } = {
      artist: () => ({
        artists: page(artistsFor(catalogue, query), "artist", (index) => view.face.artist(index)),
      }),
      album: () => ({
        albums: page(albumsFor(catalogue, query), "album", (index) => view.face.album(index)),
      }),
      track: () => ({
        tracks: page(tracksFor(catalogue, query), "track", (index) => view.face.track(index)),
      }),
      playlist: () => {
        const found = indicesWhere(playlists.length, (index) =>
          matchesSearch(query, { text: playlists[index]?.name ?? "" }),
        );
        const seen = { world, view, person: person?.id };
        return {
          playlists: page(found, "playlist", (index) => {
            const list = playlists[index];
            return list === undefined ? null : simplifiedPlaylist(seen, list);
          }),
        };
      },
      show: () => ({ shows: none("show") }),
      episode: () => ({ episodes: none("episode") }),
      audiobook: () => ({ audiobooks: none("audiobook") }),
    };
    return Object.assign({}, ...args.type.map((type) => pages[type]()));
  },
} satisfies Partial<Handlers>;

function indicesWhere(count: number, matches: (index: number) => boolean): number[] {
  const found: number[] = [];
  for (let index = 0; index < count; index++) if (matches(index)) found.push(index);
  return found;
}

function artistsFor(catalogue: Catalogue, query: SearchQuery): number[] {
  return indicesWhere(catalogue.artists, (index) => {
    const { name } = catalogue.artist(index);
    return matchesSearch(query, { text: name, artist: name });
  });
}

function albumsFor(catalogue: Catalogue, query: SearchQuery): number[] {
  return indicesWhere(catalogue.albums, (index) => {
    const { name, artist, releaseDate } = catalogue.album(index);
    const by = catalogue.artist(artist).name;
    return matchesSearch(query, {
      text: `${name} ${by}`,
      album: name,
      artist: by,
      year: yearOf(releaseDate),
    });
  });
}

function tracksFor(catalogue: Catalogue, query: SearchQuery): number[] {
  return indicesWhere(catalogue.tracks, (index) => {
    const track = catalogue.track(index);
    const album = catalogue.album(track.album);
    const by = track.artists.map((artist) => catalogue.artist(artist).name).join(", ");
    return matchesSearch(query, {
      text: `${track.name} ${by} ${album.name}`,
      track: track.name,
      album: album.name,
      artist: by,
      year: yearOf(album.releaseDate),
    });
  });
}

function yearOf(releaseDate: string): number {
  return Number(releaseDate.slice(0, 4));
}
