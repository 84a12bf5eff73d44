import type { Page, SearchResult } from "../../../contract/models/index.js";
import { findIn } from "../../search/search.js";
import { parseSearch } from "../../search/search-query.js";
import { SPOTIFY_ACCOUNT } from "../../world/people.js";
import type { Call, Handlers } from "../handler.js";
import { simplifiedPlaylist } from "../objects/playlist-objects.js";
import { simplifiedEpisodeObject } from "../objects/spoken-objects.js";
import { pageOf } from "../page-of.js";
import { isOffered } from "./wanted.js";

export const searchHandlers = {
  search: (call: Call<"search">): SearchResult => {
    const { args, world, view, person } = call;
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
    // What cannot be had is `null`, as was seen in pages of shows and of audiobooks.
    const spoken = <T>(type: "show" | "episode" | "audiobook", at: (index: number) => T): Page<T | null> =>
      page(world.search(type, args.q), type, (index) => (isOffered(call, type, index) ? at(index) : null));
    const playlists = [...world.playlists.values()].filter(
      ({ public: isPublic, owner }) =>
        isPublic && (owner !== SPOTIFY_ACCOUNT.id || view.face.tier === "extended"),
    );
    const pages: { readonly [T in (typeof args.type)[number]]: () => SearchResult } = {
      artist: () => ({
        artists: page(world.search("artist", args.q), "artist", (index) => view.face.artist(index)),
      }),
      album: () => ({
        albums: page(world.search("album", args.q), "album", (index) => view.face.album(index)),
      }),
      track: () => ({
        tracks: page(world.search("track", args.q), "track", (index) => view.face.track(index)),
      }),
      playlist: () => {
        const named = {
          count: playlists.length,
          describe: (index: number) => ({ name: playlists[index]?.name ?? "" }),
        };
        const found = findIn(named, parseSearch(args.q, world.now()));
        const seen = { world, view, person };
        return {
          playlists: page(found, "playlist", (index) => {
            const list = playlists[index];
            return list === undefined ? null : simplifiedPlaylist(seen, list);
          }),
        };
      },
      show: () => ({ shows: spoken("show", view.face.show) }),
      episode: () => ({ episodes: spoken("episode", (index) => simplifiedEpisodeObject(call, index)) }),
      audiobook: () => ({ audiobooks: spoken("audiobook", view.face.audiobook) }),
    };
    return Object.assign({}, ...args.type.map((type) => pages[type]()));
  },
} satisfies Partial<Handlers>;
