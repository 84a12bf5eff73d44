import type SpotifyWebApi from "spotify-web-api-node";
import { expect } from "vitest";
import { type ClientVariants, each, under } from "./api-client.js";
import { expectToggle } from "./library-toggle.js";

/** What it finds of one type, beside `search`. */
async function found(answer: Promise<SpotifyWebApi.Answer>, type: string): Promise<readonly unknown[]> {
  return each(await under((await answer).body, type), "id");
}

/** Its searches for one type, and the operations that it has more than one method for. */
export const spotifyWebApiNodeVariants: ClientVariants<SpotifyWebApi> = {
  searchTracks: async (api, { cast, world }) => {
    const { name } = world.catalogue.track(0);
    expect(await found(api.searchTracks(`track:"${name}"`, { limit: 50 }), "tracks")).toContain(cast.track);
  },
  searchAlbums: async (api, { cast, world }) => {
    const { name } = world.catalogue.album(0);
    expect(await found(api.searchAlbums(name, { limit: 50 }), "albums")).toContain(cast.album);
  },
  searchArtists: async (api, { cast }) => {
    expect(await found(api.searchArtists(cast.words, { limit: 50 }), "artists")).toContain(cast.artist);
  },
  searchPlaylists: async (api, { cast }) => {
    expect(await found(api.searchPlaylists("Sábado"), "playlists")).toContain(cast.foreignPlaylist);
  },
  searchShows: async (api, { cast, world }) => {
    const { name } = world.catalogue.show(0);
    expect(await found(api.searchShows(name, { limit: 50, market: "GB" }), "shows")).toContain(cast.show);
  },
  searchEpisodes: async (api, { cast, world }) => {
    const { name } = world.catalogue.episode(0);
    const ids = await found(api.searchEpisodes(name, { limit: 50, market: "GB" }), "episodes");
    expect(ids).toContain(cast.episode);
  },
  getMyTopArtists: async (api, { world }) => {
    const ids = each((await api.getMyTopArtists({ limit: 7 })).body, "id");
    const unknown = ids.filter((id) => world.catalogue.find("artist", String(id)) === null);
    expect([ids.length, unknown]).toEqual([7, []]);
  },
  "followUsers, isFollowingUsers, unfollowUsers": (api, scene) => {
    const { friend } = scene.cast;
    return expectToggle(scene, {
      uri: `spotify:user:${friend}`,
      save: () => api.followUsers([friend]),
      check: async () => (await api.isFollowingUsers([friend])).body,
      remove: () => api.unfollowUsers([friend]),
    });
  },
  replaceTracksInPlaylist: async (api, { cast, world }) => {
    const playlist = world.playlists.get(cast.playlist);
    const { body } = await api.replaceTracksInPlaylist(cast.playlist, cast.trackUris);
    expect(playlist?.entries.map(({ uri }) => uri)).toEqual(cast.trackUris);
    expect(await under(body, "snapshot_id")).toBe(playlist && world.snapshotOf(playlist));
  },
};
