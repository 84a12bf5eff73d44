import type Spotify from "@stainless-commons/spotify";
import { type ClientCalls, under } from "./api-client.js";

const market = "GB";

/** The calls of the client that Stainless generates from Spotify's schema: every operation of it. */
export const stainlessCalls: ClientCalls<Spotify> = {
  "get-track": (client, { track }) => client.tracks.retrieve(track),
  "get-several-tracks": (client, { tracks }) =>
    under(client.tracks.bulkRetrieve({ ids: tracks.join() }), "tracks"),
  "get-an-album": (client, { album }) => client.albums.retrieve(album),
  "get-multiple-albums": (client, { albums }) =>
    under(client.albums.bulkRetrieve({ ids: albums.join() }), "albums"),
  "get-an-albums-tracks": (client, { album }) => client.albums.listTracks(album),
  "get-an-artist": (client, { artist }) => client.artists.retrieve(artist),
  "get-multiple-artists": (client, { artists }) =>
    under(client.artists.bulkRetrieve({ ids: artists.join() }), "artists"),
  "get-an-artists-albums": (client, { artist }) => client.artists.listAlbums(artist),
  "get-an-artists-top-tracks": (client, { artist }) =>
    under(client.artists.topTracks(artist, { market }), "tracks"),
  "get-an-artists-related-artists": (client, { artist }) =>
    under(client.artists.listRelatedArtists(artist), "artists"),
  "get-a-show": (client, { show }) => client.shows.retrieve(show),
  "get-multiple-shows": (client, { shows }) =>
    under(client.shows.bulkRetrieve({ ids: shows.join() }), "shows"),
  "get-a-shows-episodes": (client, { show }) => client.shows.listEpisodes(show),
  "get-an-episode": (client, { episode }) => client.episodes.retrieve(episode),
  "get-multiple-episodes": (client, { episodes }) =>
    under(client.episodes.bulkRetrieve({ ids: episodes.join() }), "episodes"),
  "get-an-audiobook": (client, { audiobook }) => client.audiobooks.retrieve(audiobook),
  "get-multiple-audiobooks": (client, { audiobooks }) =>
    under(client.audiobooks.bulkRetrieve({ ids: audiobooks.join() }), "audiobooks"),
  "get-audiobook-chapters": (client, { audiobook }) => client.audiobooks.listChapters(audiobook),
  "get-a-chapter": (client, { chapter }) => client.chapters.retrieve(chapter),
  "get-several-chapters": (client, { chapters }) =>
    under(client.chapters.bulkRetrieve({ ids: chapters.join() }), "chapters"),
  "get-audio-features": (client, { track }) => client.audioFeatures.retrieve(track),
  "get-several-audio-features": (client, { tracks }) =>
    under(client.audioFeatures.bulkRetrieve({ ids: tracks.join() }), "audio_features"),
  "get-audio-analysis": (client, { track }) => client.audioAnalysis.retrieve(track),
  "get-available-markets": (client) => under(client.markets.list(), "markets"),
  search: (client, { words }) => client.search.query({ q: words, type: ["artist", "track"] }),

  "get-new-releases": (client) => under(client.browse.getNewReleases(), "albums"),
  "get-featured-playlists": (client) => client.browse.getFeaturedPlaylists(),
  // Its own page of them is always empty: they come in an envelope that it does not open.
  "get-categories": async (client) => {
    const response = await client.browse.categories.list().asResponse();
    return under(response.json(), "categories");
  },
  "get-a-category": (client, { category }) => client.browse.categories.retrieve(category),
  "get-a-categories-playlists": (client, { category }) => client.browse.categories.getPlaylists(category),
  "get-recommendations": (client, { artist, track }) =>
    client.recommendations.get({ seed_artists: artist, seed_tracks: track, limit: 5 }),
  "get-recommendation-genres": (client) => under(client.recommendations.listAvailableGenreSeeds(), "genres"),
  "get-users-profile": (client, { friend }) => client.users.retrieveProfile(friend),
  "get-list-users-playlists": (client, { friend }) => client.users.playlists.list(friend),

  "get-current-users-profile": (client) => client.me.retrieve(),
  "get-users-top-artists-and-tracks": (client) => client.me.top.listTopTracks(),
  "get-a-list-of-current-users-playlists": (client) => client.me.playlists.list(),
  "get-followed": (client) => under(client.me.following.bulkRetrieve({ type: "artist" }), "artists"),
  // It has no parameter for the type, which Spotify requires.
  "follow-artists-users": (client, { artists }) =>
    client.me.following.follow({ ids: [...artists] }, { query: { type: "artist" } }),
  "unfollow-artists-users": (client, { artists }) =>
    client.me.following.unfollow({ ids: [...artists] }, { query: { type: "artist" } }),
  "check-current-user-follows": (client, { artists }) =>
    client.me.following.check({ ids: artists.join(), type: "artist" }),
  "get-users-saved-tracks": (client) => client.me.tracks.list(),
  "save-tracks-user": (client, { tracks }) => client.me.tracks.save({ ids: [...tracks] }),
  "remove-tracks-user": (client, { tracks }) => client.me.tracks.remove({ ids: [...tracks] }),
  "check-users-saved-tracks": (client, { tracks }) => client.me.tracks.check({ ids: tracks.join() }),
  "get-users-saved-albums": (client) => client.me.albums.list(),
  "save-albums-user": (client, { albums }) => client.me.albums.save({ ids: [...albums] }),
  "remove-albums-user": (client, { albums }) => client.me.albums.remove({ ids: [...albums] }),
  "check-users-saved-albums": (client, { albums }) => client.me.albums.check({ ids: albums.join() }),
  "get-users-saved-shows": (client) => client.me.shows.list(),
  "save-shows-user": (client, { shows }) => client.me.shows.save({ ids: [...shows] }),
  "remove-shows-user": (client, { shows }) => client.me.shows.remove({ ids: [...shows] }),
  "check-users-saved-shows": (client, { shows }) => client.me.shows.check({ ids: shows.join() }),
  "get-users-saved-episodes": (client) => client.me.episodes.list(),
  "save-episodes-user": (client, { episodes }) => client.me.episodes.save({ ids: [...episodes] }),
  "remove-episodes-user": (client, { episodes }) => client.me.episodes.remove({ ids: [...episodes] }),
  "check-users-saved-episodes": (client, { episodes }) => client.me.episodes.check({ ids: episodes.join() }),
  "get-users-saved-audiobooks": (client) => client.me.audiobooks.list(),
  "save-audiobooks-user": (client, { audiobooks }) => client.me.audiobooks.save({ ids: audiobooks.join() }),
  "remove-audiobooks-user": (client, { audiobooks }) =>
    client.me.audiobooks.remove({ ids: audiobooks.join() }),
  "check-users-saved-audiobooks": (client, { audiobooks }) =>
    client.me.audiobooks.check({ ids: audiobooks.join() }),
  "save-library-items": (client, { trackUris }) => client.me.library.saveItems({ uris: trackUris.join() }),
  "remove-library-items": (client, { trackUris }) =>
    client.me.library.removeItems({ uris: trackUris.join() }),
  "check-library-contains": (client, { trackUris }) =>
    client.me.library.checkSavedItems({ uris: trackUris.join() }),

  "get-playlist": (client, { playlist }) => client.playlists.retrieve(playlist),
  // What it calls `published` goes out under that name, which Spotify does not know.
  "change-playlist-details": (client, { playlist }) =>
    client.playlists.update(playlist, { name: "Renamed", description: "By a client.", public: false }),
  "get-playlists-items": (client, { playlist }) => client.playlists.items.list(playlist),
  "add-items-to-playlist": (client, { emptyPlaylist, trackUris }) =>
    client.playlists.items.add(emptyPlaylist, { uris: trackUris }),
  "reorder-or-replace-playlists-items": (client, { emptyPlaylist }) =>
    client.playlists.items.update(emptyPlaylist, { range_start: 0, insert_before: 3 }),
  "remove-items-playlist": (client, { emptyPlaylist, trackUris: [uri = ""] }) =>
    client.playlists.items.remove(emptyPlaylist, { items: [{ uri }] }),
  "get-playlists-tracks": (client, { playlist }) => client.playlists.tracks.list(playlist),
  "add-tracks-to-playlist": (client, { emptyPlaylist, trackUris }) =>
    client.playlists.tracks.add(emptyPlaylist, { uris: [...trackUris] }),
  "reorder-or-replace-playlists-tracks": (client, { emptyPlaylist }) =>
    client.playlists.tracks.update(emptyPlaylist, { range_start: 0, insert_before: 3 }),
  "remove-tracks-playlist": (client, { emptyPlaylist, trackUris: [uri = ""] }) =>
    client.playlists.tracks.remove(emptyPlaylist, { tracks: [{ uri }] }),
  "create-playlist": (client) => client.me.playlists.create({ name: "Made by a client", public: false }),
  "create-playlist-for-user": (client, { person }) =>
    client.users.playlists.create(person, { name: "Made by a client", public: false }),
  "get-playlist-cover": (client, { playlist }) => client.playlists.images.list(playlist),
  "upload-custom-playlist-cover": (client, { playlist, picture }) =>
    client.playlists.images.update(playlist, picture),
  "follow-playlist": (client, { foreignPlaylist }) => client.playlists.followers.follow(foreignPlaylist),
  "unfollow-playlist": (client, { foreignPlaylist }) => client.playlists.followers.unfollow(foreignPlaylist),
  "check-if-user-follows-playlist": (client, { foreignPlaylist, person }) =>
    client.playlists.followers.check(foreignPlaylist, { ids: person }),

  "get-information-about-the-users-current-playback": (client) => client.me.player.getState(),
  "get-the-users-currently-playing-track": (client) => client.me.player.getCurrentlyPlaying(),
  "get-a-users-available-devices": (client) => under(client.me.player.getDevices(), "devices"),
  "get-recently-played": (client) => client.me.player.listRecentlyPlayed(),
  "get-queue": (client) => client.me.player.queue.get(),
  "transfer-a-users-playback": (client, { otherDevice }) =>
    client.me.player.transfer({ device_ids: [otherDevice] }),
  "start-a-users-playback": (client, { trackUris }) =>
    client.me.player.startPlayback({ uris: [...trackUris] }),
  "pause-a-users-playback": (client) => client.me.player.pausePlayback(),
  "skip-users-playback-to-next-track": (client) => client.me.player.skipNext(),
  "skip-users-playback-to-previous-track": (client) => client.me.player.skipPrevious(),
  "seek-to-position-in-currently-playing-track": (client) =>
    client.me.player.seekToPosition({ position_ms: 30_000 }),
  "set-repeat-mode-on-users-playback": (client) => client.me.player.setRepeatMode({ state: "context" }),
  "set-volume-for-users-playback": (client) => client.me.player.setVolume({ volume_percent: 40 }),
  "toggle-shuffle-for-users-playback": (client) => client.me.player.toggleShuffle({ state: true }),
  "add-to-queue": (client, { trackUris: [, , uri = ""] }) => client.me.player.queue.add({ uri }),
};
