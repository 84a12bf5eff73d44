import type { SpotifyApi } from "@spotify/web-api-ts-sdk";
import { expect } from "vitest";
import { type ClientVariants, each } from "./api-client.js";
import { expectToggle } from "./library-toggle.js";

/** Its methods for other types and bodies than the table of its calls has. */
export const officialSdkVariants: ClientVariants<SpotifyApi> = {
  "currentUser.topItems, of artists": async (sdk, { world }) => {
    const ids = each(await sdk.currentUser.topItems("artists", "short_term", 7), "id");
    const unknown = ids.filter((id) => world.catalogue.find("artist", String(id)) === null);
    expect([ids.length, unknown]).toEqual([7, []]);
  },
  "currentUser.followArtistsOrUsers, of users": (sdk, scene) => {
    const { friend } = scene.cast;
    return expectToggle(scene, {
      uri: `spotify:user:${friend}`,
      save: () => sdk.currentUser.followArtistsOrUsers([friend], "user"),
      check: () => sdk.currentUser.followsArtistsOrUsers([friend], "user"),
      remove: () => sdk.currentUser.unfollowArtistsOrUsers([friend], "user"),
    });
  },
  "playlists.updatePlaylistItems": async (sdk, { cast, world }) => {
    await sdk.playlists.updatePlaylistItems(cast.playlist, { uris: [...cast.trackUris] });
    const uris = world.playlists.get(cast.playlist)?.entries.map(({ uri }) => uri);
    expect(uris).toEqual(cast.trackUris);
  },
  "playlists.addCustomPlaylistCoverImage, of bytes": async (sdk, { cast, world }) => {
    const bytes = Buffer.from(cast.picture, "base64");
    await sdk.playlists.addCustomPlaylistCoverImage(cast.playlist, bytes);
    expect(Buffer.from(world.covers.get(cast.playlist) ?? [])).toEqual(bytes);
  },
};
