import type { SpotifyApi } from "@spotify/web-api-ts-sdk";
import { type ClientCalls, under } from "./api-client.js";

const market = "GB";

/** The calls of the official SDK, each by the method that its README names for it. */
export const officialSdkCalls: ClientCalls<SpotifyApi> = {
  "get-an-album": (sdk, { album }) => sdk.albums.get(album),
  "get-multiple-albums": (sdk, { albums }) => sdk.albums.get([...albums]),
  "get-an-albums-tracks": (sdk, { album }) => sdk.albums.tracks(album),
  "get-an-artist": (sdk, { artist }) => sdk.artists.get(artist),
  "get-multiple-artists": (sdk, { artists }) => sdk.artists.get([...artists]),
  "get-an-artists-albums": (sdk, { artist }) => sdk.artists.albums(artist),
  "get-an-artists-top-tracks": (sdk, { artist }) => under(sdk.artists.topTracks(artist, market), "tracks"),
  "get-an-artists-related-artists": (sdk, { artist }) => under(sdk.artists.relatedArtists(artist), "artists"),
  "get-an-audiobook": (sdk, { audiobook }) => sdk.audiobooks.get(audiobook, market),
  "get-multiple-audiobooks": (sdk, { audiobooks }) => sdk.audiobooks.get([...audiobooks], market),
  "get-audiobook-chapters": (sdk, { audiobook }) => sdk.audiobooks.getAudiobookChapters(audiobook, market),
  "get-a-chapter": (sdk, { chapter }) => sdk.chapters.get(chapter, market),
  "get-several-chapters": (sdk, { chapters }) => sdk.chapters.get([...chapters], market),
  "get-an-episode": (sdk, { episode }) => sdk.episodes.get(episode, market),
  "get-multiple-episodes": (sdk, { episodes }) => sdk.episodes.get([...episodes], market),
  "get-a-show": (sdk, { show }) => sdk.shows.get(show, market),
  "get-multiple-shows": (sdk, { shows }) => sdk.shows.get([...shows], market),
  "get-a-shows-episodes": (sdk, { show }) => sdk.shows.episodes(show, market),
  "get-track": (sdk, { track }) => sdk.tracks.get(track),
  "get-several-tracks": (sdk, { tracks }) => sdk.tracks.get([...tracks]),
  "get-audio-features": (sdk, { track }) => sdk.tracks.audioFeatures(track),
  "get-several-audio-features": (sdk, { tracks }) => sdk.tracks.audioFeatures([...tracks]),
  "get-audio-analysis": (sdk, { track }) => sdk.tracks.audioAnalysis(track),
  "get-available-markets": (sdk) => under(sdk.markets.getAvailableMarkets(), "markets"),
  search: (sdk, { words }) => sdk.search(words, ["artist", "track"]),

  "get-new-releases": (sdk) => under(sdk.browse.getNewReleases(market), "albums"),
  "get-featured-playlists": (sdk) => sdk.browse.getFeaturedPlaylists(market),
  "get-categories": (sdk) => under(sdk.browse.getCategories(market), "categories"),
  "get-a-category": (sdk, { category }) => sdk.browse.getCategory(category),
  "get-a-categories-playlists": (sdk, { category }) => sdk.browse.getPlaylistsForCategory(category),
  "get-recommendations": (sdk, { artist, track }) =>
    sdk.recommendations.get({ seed_artists: [artist], seed_tracks: [track], limit: 5 }),
  "get-recommendation-genres": (sdk) => under(sdk.recommendations.genreSeeds(), "genres"),
  "get-users-profile": (sdk, { friend }) => sdk.users.profile(friend),
  "get-list-users-playlists": (sdk, { friend }) => sdk.playlists.getUsersPlaylists(friend),

  "get-current-users-profile": (sdk) => sdk.currentUser.profile(),
  "get-users-top-artists-and-tracks": (sdk) => sdk.currentUser.topItems("tracks"),
  "get-a-list-of-current-users-playlists": (sdk) => sdk.currentUser.playlists.playlists(),
  "get-followed": (sdk) => under(sdk.currentUser.followedArtists(), "artists"),
  "follow-artists-users": (sdk, { artists }) => sdk.currentUser.followArtistsOrUsers([...artists], "artist"),
  "unfollow-artists-users": (sdk, { artists }) =>
    sdk.currentUser.unfollowArtistsOrUsers([...artists], "artist"),
  "check-current-user-follows": (sdk, { artists }) =>
    sdk.currentUser.followsArtistsOrUsers([...artists], "artist"),
  "get-users-saved-tracks": (sdk) => sdk.currentUser.tracks.savedTracks(),
  "save-tracks-user": (sdk, { tracks }) => sdk.currentUser.tracks.saveTracks([...tracks]),
  "remove-tracks-user": (sdk, { tracks }) => sdk.currentUser.tracks.removeSavedTracks([...tracks]),
  "check-users-saved-tracks": (sdk, { tracks }) => sdk.currentUser.tracks.hasSavedTracks([...tracks]),
  "get-users-saved-albums": (sdk) => sdk.currentUser.albums.savedAlbums(),
  "save-albums-user": (sdk, { albums }) => sdk.currentUser.albums.saveAlbums([...albums]),
  "remove-albums-user": (sdk, { albums }) => sdk.currentUser.albums.removeSavedAlbums([...albums]),
  "check-users-saved-albums": (sdk, { albums }) => sdk.currentUser.albums.hasSavedAlbums([...albums]),
  "get-users-saved-shows": (sdk) => sdk.currentUser.shows.savedShows(),
  "save-shows-user": (sdk, { shows }) => sdk.currentUser.shows.saveShows([...shows]),
  "remove-shows-user": (sdk, { shows }) => sdk.currentUser.shows.removeSavedShows([...shows]),
  "check-users-saved-shows": (sdk, { shows }) => sdk.currentUser.shows.hasSavedShow([...shows]),
  "get-users-saved-episodes": (sdk) => sdk.currentUser.episodes.savedEpisodes(),
  "save-episodes-user": (sdk, { episodes }) => sdk.currentUser.episodes.saveEpisodes([...episodes]),
  "remove-episodes-user": (sdk, { episodes }) => sdk.currentUser.episodes.removeSavedEpisodes([...episodes]),
  "check-users-saved-episodes": (sdk, { episodes }) =>
    sdk.currentUser.episodes.hasSavedEpisodes([...episodes]),
  "get-users-saved-audiobooks": (sdk) => sdk.currentUser.audiobooks.savedAudiobooks(),
  "save-audiobooks-user": (sdk, { audiobooks }) => sdk.currentUser.audiobooks.saveAudiobooks([...audiobooks]),
  "remove-audiobooks-user": (sdk, { audiobooks }) =>
    sdk.currentUser.audiobooks.removeSavedAudiobooks([...audiobooks]),
  "check-users-saved-audiobooks": (sdk, { audiobooks }) =>
    sdk.currentUser.audiobooks.hasSavedAudiobooks([...audiobooks]),

  "get-playlist": (sdk, { playlist }) => sdk.playlists.getPlaylist(playlist),
  "get-playlists-tracks": (sdk, { playlist }) => sdk.playlists.getPlaylistItems(playlist),
  "change-playlist-details": (sdk, { playlist }) =>
    sdk.playlists.changePlaylistDetails(playlist, {
      name: "Renamed",
      description: "By a client.",
      public: false,
    }),
  "add-tracks-to-playlist": (sdk, { emptyPlaylist, trackUris }) =>
    sdk.playlists.addItemsToPlaylist(emptyPlaylist, [...trackUris]),
  "reorder-or-replace-playlists-tracks": (sdk, { emptyPlaylist }) =>
    sdk.playlists.movePlaylistItems(emptyPlaylist, 0, 1, 3),
  "remove-tracks-playlist": (sdk, { emptyPlaylist, trackUris }) =>
    sdk.playlists.removeItemsFromPlaylist(emptyPlaylist, { tracks: [{ uri: trackUris[0] ?? "" }] }),
  "create-playlist-for-user": (sdk, { person }) =>
    sdk.playlists.createPlaylist(person, { name: "Made by a client", public: false }),
  "get-playlist-cover": (sdk, { playlist }) => sdk.playlists.getPlaylistCoverImage(playlist),
  "upload-custom-playlist-cover": (sdk, { playlist, picture }) =>
    sdk.playlists.addCustomPlaylistCoverImageFromBase64String(playlist, picture),
  "follow-playlist": (sdk, { foreignPlaylist }) => sdk.currentUser.playlists.follow(foreignPlaylist),
  "unfollow-playlist": (sdk, { foreignPlaylist }) => sdk.currentUser.playlists.unfollow(foreignPlaylist),
  "check-if-user-follows-playlist": (sdk, { foreignPlaylist, person }) =>
    sdk.currentUser.playlists.isFollowing(foreignPlaylist, [person]),

  "get-information-about-the-users-current-playback": (sdk) => sdk.player.getPlaybackState(),
  "get-the-users-currently-playing-track": (sdk) => sdk.player.getCurrentlyPlayingTrack(),
  "get-a-users-available-devices": (sdk) => under(sdk.player.getAvailableDevices(), "devices"),
  "get-recently-played": (sdk) => sdk.player.getRecentlyPlayedTracks(),
  "get-queue": (sdk) => sdk.player.getUsersQueue(),
  "transfer-a-users-playback": (sdk, { otherDevice }) => sdk.player.transferPlayback([otherDevice]),
  "start-a-users-playback": (sdk, { device, trackUris }) =>
    sdk.player.startResumePlayback(device, undefined, [...trackUris]),
  "pause-a-users-playback": (sdk, { device }) => sdk.player.pausePlayback(device),
  "skip-users-playback-to-next-track": (sdk, { device }) => sdk.player.skipToNext(device),
  "skip-users-playback-to-previous-track": (sdk, { device }) => sdk.player.skipToPrevious(device),
  "seek-to-position-in-currently-playing-track": (sdk) => sdk.player.seekToPosition(30_000),
  "set-repeat-mode-on-users-playback": (sdk) => sdk.player.setRepeatMode("context"),
  "set-volume-for-users-playback": (sdk) => sdk.player.setPlaybackVolume(40),
  "toggle-shuffle-for-users-playback": (sdk) => sdk.player.togglePlaybackShuffle(true),
  "add-to-queue": (sdk, { trackUris }) => sdk.player.addItemToPlaybackQueue(trackUris[2] ?? ""),
};
