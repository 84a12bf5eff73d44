import * as soundify from "@soundify/web-api";
import { expect } from "vitest";
import { type ClientVariants, each } from "./api-client.js";
import { expectToggle } from "./library-toggle.js";

/** Its functions for one thing where the operation takes several, and for people where it takes artists too. */
export const soundifyVariants: ClientVariants<soundify.SpotifyClient> = {
  getUserTopItems: async (client, { world }) => {
    const ids = (await soundify.getUserTopItems(client, "artists", { limit: 7 })).items.map(({ id }) => id);
    expect(ids.map((id) => world.catalogue.find("artist", id) === null)).toEqual(Array(7).fill(false));
  },
  getUserTopArtists: async (client) => {
    const all = await soundify.getUserTopItems(client, "artists");
    expect((await soundify.getUserTopArtists(client)).items).toEqual(all.items);
  },
  "followArtist, checkIfUserFollowsArtist, unfollowArtist": (client, scene) =>
    expectToggle(scene, {
      uri: `spotify:artist:${scene.cast.artist}`,
      save: () => soundify.followArtist(client, scene.cast.artist),
      check: () => soundify.checkIfUserFollowsArtist(client, scene.cast.artist),
      remove: () => soundify.unfollowArtist(client, scene.cast.artist),
    }),
  "followUser, checkIfUserFollowsUser, unfollowUser": (client, scene) =>
    expectToggle(scene, {
      uri: `spotify:user:${scene.cast.friend}`,
      save: () => soundify.followUser(client, scene.cast.friend),
      check: () => soundify.checkIfUserFollowsUser(client, scene.cast.friend),
      remove: () => soundify.unfollowUser(client, scene.cast.friend),
    }),
  "followUsers, checkIfUserFollowsUsers, unfollowUsers": (client, scene) =>
    expectToggle(scene, {
      uri: `spotify:user:${scene.cast.friend}`,
      save: () => soundify.followUsers(client, [scene.cast.friend]),
      check: () => soundify.checkIfUserFollowsUsers(client, [scene.cast.friend]),
      remove: () => soundify.unfollowUsers(client, [scene.cast.friend]),
    }),
  checkIfUserFollowsPlaylist: (client, scene) => {
    const { foreignPlaylist: id, person } = scene.cast;
    return expectToggle(scene, {
      uri: `spotify:playlist:${id}`,
      save: () => soundify.followPlaylist(client, id, false),
      check: () => soundify.checkIfUserFollowsPlaylist(client, person, id),
      remove: () => soundify.unfollowPlaylist(client, id),
    });
  },
  "saveTrack, checkIfTrackSaved, removeSavedTrack": (client, scene) =>
    expectToggle(scene, {
      uri: `spotify:track:${scene.cast.track}`,
      save: () => soundify.saveTrack(client, scene.cast.track),
      check: () => soundify.checkIfTrackSaved(client, scene.cast.track),
      remove: () => soundify.removeSavedTrack(client, scene.cast.track),
    }),
  "saveAlbum, checkIfAlbumSaved, removeSavedAlbum": (client, scene) =>
    expectToggle(scene, {
      uri: `spotify:album:${scene.cast.album}`,
      save: () => soundify.saveAlbum(client, scene.cast.album),
      check: () => soundify.checkIfAlbumSaved(client, scene.cast.album),
      remove: () => soundify.removeSavedAlbum(client, scene.cast.album),
    }),
  "saveShow, checkIfShowSaved, removeSavedShow": (client, scene) =>
    expectToggle(scene, {
      uri: `spotify:show:${scene.cast.show}`,
      save: () => soundify.saveShow(client, scene.cast.show),
      check: () => soundify.checkIfShowSaved(client, scene.cast.show),
      remove: () => soundify.removeSavedShow(client, scene.cast.show),
    }),
  "saveAudiobook, checkIfAudiobookSaved, removeSavedAudiobook": (client, scene) =>
    expectToggle(scene, {
      uri: `spotify:audiobook:${scene.cast.audiobook}`,
      save: () => soundify.saveAudiobook(client, scene.cast.audiobook),
      check: () => soundify.checkIfAudiobookSaved(client, scene.cast.audiobook),
      remove: () => soundify.removeSavedAudiobook(client, scene.cast.audiobook),
    }),
  "saveEpisode, checkIfEpisodeSaved": (client, scene) =>
    expectToggle(scene, {
      uri: `spotify:episode:${scene.cast.episode}`,
      save: () => soundify.saveEpisode(client, scene.cast.episode),
      check: () => soundify.checkIfEpisodeSaved(client, scene.cast.episode),
    }),
  "addItemToPlaylist, replacePlaylistItems, removePlaylistItems": async (client, { cast, world }) => {
    const { playlist, trackUris } = cast;
    const [first = "", second = "", third = ""] = trackUris;
    const uris = () => world.playlists.get(playlist)?.entries.map(({ uri }) => uri);
    await soundify.addItemToPlaylist(client, playlist, third, 0);
    expect(uris()?.[0]).toBe(third);
    await soundify.replacePlaylistItems(client, playlist, [...trackUris]);
    expect(uris()).toEqual(trackUris);
    await soundify.removePlaylistItems(client, playlist, [first, third]);
    expect(uris()).toEqual([second]);
    const items = await soundify.getPlaylistTracks(client, playlist);
    expect(each(items, "track", "uri")).toEqual([second]);
  },
  resumePlayback: async (client, { cast }) => {
    await soundify.startPlayback(client, { uris: [...cast.trackUris] });
    await soundify.pausePlayback(client);
    await soundify.resumePlayback(client);
    expect(await soundify.getPlaybackState(client)).toMatchObject({
      is_playing: true,
      item: { id: cast.track },
    });
  },
};
