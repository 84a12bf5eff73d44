import * as soundify from "@soundify/web-api";
import type { ClientCalls } from "./api-client.js";

type Client = soundify.SpotifyClient;
const market = "GB";

/**
 * The calls of soundify, each by its own function. Not among them: changePlaylistDetails, removeSavedEpisodes and what else it has
 * that reaches no operation, which its known faults are about.
 */
export const soundifyCalls: ClientCalls<Client> = {
  "get-track": (client, { track }) => soundify.getTrack(client, track),
  "get-several-tracks": (client, { tracks }) => soundify.getTracks(client, [...tracks]),
  "get-an-album": (client, { album }) => soundify.getAlbum(client, album),
  "get-multiple-albums": (client, { albums }) => soundify.getAlbums(client, [...albums]),
  "get-an-albums-tracks": (client, { album }) => soundify.getAlbumTracks(client, album),
  "get-an-artist": (client, { artist }) => soundify.getArtist(client, artist),
  "get-multiple-artists": (client, { artists }) => soundify.getArtists(client, [...artists]),
  "get-an-artists-albums": (client, { artist }) => soundify.getArtistAlbums(client, artist),
  "get-an-artists-top-tracks": (client, { artist }) => soundify.getArtistTopTracks(client, artist, market),
  "get-an-artists-related-artists": (client, { artist }) => soundify.getArtistRelatedArtists(client, artist),
  "get-a-show": (client, { show }) => soundify.getShow(client, show),
  "get-multiple-shows": (client, { shows }) => soundify.getShows(client, [...shows]),
  "get-a-shows-episodes": (client, { show }) => soundify.getShowEpisodes(client, show),
  "get-an-episode": (client, { episode }) => soundify.getEpisode(client, episode),
  "get-multiple-episodes": (client, { episodes }) => soundify.getEpisodes(client, [...episodes]),
  "get-an-audiobook": (client, { audiobook }) => soundify.getAudiobook(client, audiobook),
  "get-multiple-audiobooks": (client, { audiobooks }) => soundify.getAudiobooks(client, [...audiobooks]),
  "get-audiobook-chapters": (client, { audiobook }) => soundify.getAudiobookChapters(client, audiobook),
  "get-a-chapter": (client, { chapter }) => soundify.getChapter(client, chapter),
  "get-several-chapters": (client, { chapters }) => soundify.getChapters(client, [...chapters]),
  "get-audio-features": (client, { track }) => soundify.getTrackAudioFeatures(client, track),
  "get-several-audio-features": (client, { tracks }) => soundify.getTracksAudioFeatures(client, [...tracks]),
  "get-audio-analysis": (client, { track }) => soundify.getTracksAudioAnalysis(client, track),
  "get-available-markets": (client) => soundify.getAvailableMarkets(client),
  search: (client, { words }) => soundify.search(client, ["artist", "track"], words),

  "get-new-releases": (client) => soundify.getNewReleases(client),
  "get-featured-playlists": (client) => soundify.getFeaturedPlaylists(client),
  "get-categories": (client) => soundify.getBrowseCategories(client),
  "get-a-category": (client, { category }) => soundify.getBrowseCategory(client, category),
  "get-a-categories-playlists": (client, { category }) => soundify.getCategoryPlaylists(client, category),
  "get-recommendations": (client, { artist, track }) =>
    soundify.getRecommendations(client, { seed_artists: [artist], seed_tracks: [track], limit: 5 }),
  "get-recommendation-genres": (client) => soundify.getAvailableGenreSeeds(client),
  "get-users-profile": (client, { friend }) => soundify.getUser(client, friend),
  "get-list-users-playlists": (client, { friend }) => soundify.getUsersPlaylists(client, friend),

  "get-current-users-profile": (client) => soundify.getCurrentUser(client),
  "get-users-top-artists-and-tracks": (client) => soundify.getUserTopTracks(client),
  "get-a-list-of-current-users-playlists": (client) => soundify.getCurrentUsersPlaylists(client),
  "get-followed": (client) => soundify.getFollowedArtists(client),
  "follow-artists-users": (client, { artists }) => soundify.followArtists(client, [...artists]),
  "unfollow-artists-users": (client, { artists }) => soundify.unfollowArtists(client, [...artists]),
  "check-current-user-follows": (client, { artists }) =>
    soundify.checkIfUserFollowsArtists(client, [...artists]),
  "get-users-saved-tracks": (client) => soundify.getSavedTracks(client, {}),
  "save-tracks-user": (client, { tracks }) => soundify.saveTracks(client, [...tracks]),
  "remove-tracks-user": (client, { tracks }) => soundify.removeSavedTracks(client, [...tracks]),
  "check-users-saved-tracks": (client, { tracks }) => soundify.checkIfTracksSaved(client, [...tracks]),
  "get-users-saved-albums": (client) => soundify.getSavedAlbums(client),
  "save-albums-user": (client, { albums }) => soundify.saveAlbums(client, [...albums]),
  "remove-albums-user": (client, { albums }) => soundify.removeSavedAlbums(client, [...albums]),
  "check-users-saved-albums": (client, { albums }) => soundify.checkIfAlbumsSaved(client, [...albums]),
  "get-users-saved-shows": (client) => soundify.getSavedShows(client),
  "save-shows-user": (client, { shows }) => soundify.saveShows(client, [...shows]),
  "remove-shows-user": (client, { shows }) => soundify.removeSavedShows(client, [...shows]),
  "check-users-saved-shows": (client, { shows }) => soundify.checkIfShowsSaved(client, [...shows]),
  "get-users-saved-episodes": (client) => soundify.getSavedEpisodes(client),
  "save-episodes-user": (client, { episodes }) => soundify.saveEpisodes(client, [...episodes]),
  "check-users-saved-episodes": (client, { episodes }) =>
    soundify.checkIfEpisodesSaved(client, [...episodes]),
  "get-users-saved-audiobooks": (client) => soundify.getSavedAudiobooks(client),
  "save-audiobooks-user": (client, { audiobooks }) => soundify.saveAudiobooks(client, [...audiobooks]),
  "remove-audiobooks-user": (client, { audiobooks }) =>
    soundify.removeSavedAudiobooks(client, [...audiobooks]),
  "check-users-saved-audiobooks": (client, { audiobooks }) =>
    soundify.checkIfAudiobooksSaved(client, [...audiobooks]),

  "get-playlist": (client, { playlist }) => soundify.getPlaylist(client, playlist),
  "get-playlists-tracks": (client, { playlist }) => soundify.getPlaylistTracks(client, playlist),
  "add-tracks-to-playlist": (client, { emptyPlaylist, trackUris }) =>
    soundify.addItemsToPlaylist(client, emptyPlaylist, [...trackUris]),
  "reorder-or-replace-playlists-tracks": (client, { emptyPlaylist }) =>
    soundify.reorderPlaylistItems(client, emptyPlaylist, { range_start: 0, insert_before: 3 }),
  "remove-tracks-playlist": (client, { emptyPlaylist, trackUris }) =>
    soundify.removePlaylistItem(client, emptyPlaylist, trackUris[0] ?? ""),
  "create-playlist-for-user": (client, { person }) =>
    soundify.createPlaylist(client, person, { name: "Made by a client", public: false }),
  "get-playlist-cover": (client, { playlist }) => soundify.getPlaylistCoverImage(client, playlist),
  "upload-custom-playlist-cover": (client, { playlist, picture }) =>
    soundify.uploadPlaylistCoverImage(client, playlist, picture),
  "follow-playlist": (client, { foreignPlaylist }) => soundify.followPlaylist(client, foreignPlaylist),
  "unfollow-playlist": (client, { foreignPlaylist }) => soundify.unfollowPlaylist(client, foreignPlaylist),
  "check-if-user-follows-playlist": (client, { foreignPlaylist, person }) =>
    soundify.checkIfUsersFollowPlaylist(client, [person], foreignPlaylist),

  "get-information-about-the-users-current-playback": (client) => soundify.getPlaybackState(client),
  "get-the-users-currently-playing-track": (client) => soundify.getCurrentPlayingTrack(client),
  "get-a-users-available-devices": (client) => soundify.getAvailableDevices(client),
  "get-recently-played": (client) => soundify.getRecentPlayedTracks(client),
  "get-queue": (client) => soundify.getUserQueue(client),
  "transfer-a-users-playback": (client, { otherDevice }) =>
    soundify.transferPlayback(client, { device_ids: [otherDevice] }),
  "start-a-users-playback": (client, { trackUris }) =>
    soundify.startPlayback(client, { uris: [...trackUris] }),
  "pause-a-users-playback": (client) => soundify.pausePlayback(client),
  "skip-users-playback-to-next-track": (client) => soundify.skipToNext(client),
  "skip-users-playback-to-previous-track": (client) => soundify.skipToPrevious(client),
  "seek-to-position-in-currently-playing-track": (client) => soundify.seekToPosition(client, 30_000),
  "set-repeat-mode-on-users-playback": (client) => soundify.setRepeatMode(client, "context"),
  "toggle-shuffle-for-users-playback": (client) => soundify.togglePlaybackShuffle(client, true),
  "add-to-queue": (client, { trackUris }) => soundify.addItemToPlaybackQueue(client, trackUris[2] ?? ""),
};
