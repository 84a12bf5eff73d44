import type SpotifyWebApi from "spotify-web-api-node";
import { type ClientCalls, under } from "./api-client.js";

const market = "GB";

/** It has an answer's status and headers beside the body. */
async function bodyOf(answer: Promise<SpotifyWebApi.Answer>): Promise<unknown> {
  return (await answer).body;
}

/** The calls of spotify-web-api-node, each by its own method. */
export const spotifyWebApiNodeCalls: ClientCalls<SpotifyWebApi> = {
  "get-track": (api, { track }) => bodyOf(api.getTrack(track)),
  "get-several-tracks": (api, { tracks }) => under(bodyOf(api.getTracks(tracks)), "tracks"),
  "get-an-album": (api, { album }) => bodyOf(api.getAlbum(album)),
  "get-multiple-albums": (api, { albums }) => under(bodyOf(api.getAlbums(albums)), "albums"),
  "get-an-albums-tracks": (api, { album }) => bodyOf(api.getAlbumTracks(album, { limit: 10 })),
  "get-an-artist": (api, { artist }) => bodyOf(api.getArtist(artist)),
  "get-multiple-artists": (api, { artists }) => under(bodyOf(api.getArtists(artists)), "artists"),
  "get-an-artists-albums": (api, { artist }) => bodyOf(api.getArtistAlbums(artist)),
  "get-an-artists-top-tracks": (api, { artist }) =>
    under(bodyOf(api.getArtistTopTracks(artist, market)), "tracks"),
  "get-an-artists-related-artists": (api, { artist }) =>
    under(bodyOf(api.getArtistRelatedArtists(artist)), "artists"),
  "get-a-show": (api, { show }) => bodyOf(api.getShow(show, { market })),
  "get-multiple-shows": (api, { shows }) => under(bodyOf(api.getShows(shows, { market })), "shows"),
  "get-a-shows-episodes": (api, { show }) => bodyOf(api.getShowEpisodes(show, { market })),
  "get-an-episode": (api, { episode }) => bodyOf(api.getEpisode(episode, { market })),
  "get-multiple-episodes": (api, { episodes }) =>
    under(bodyOf(api.getEpisodes(episodes, { market })), "episodes"),
  "get-audio-features": (api, { track }) => bodyOf(api.getAudioFeaturesForTrack(track)),
  "get-several-audio-features": (api, { tracks }) =>
    under(bodyOf(api.getAudioFeaturesForTracks(tracks)), "audio_features"),
  "get-audio-analysis": (api, { track }) => bodyOf(api.getAudioAnalysisForTrack(track)),
  search: (api, { words }) => bodyOf(api.search(words, ["artist", "track"])),

  "get-new-releases": (api) => under(bodyOf(api.getNewReleases({ country: market })), "albums"),
  "get-featured-playlists": (api) => bodyOf(api.getFeaturedPlaylists({ country: market })),
  "get-categories": (api) => under(bodyOf(api.getCategories({ country: market })), "categories"),
  "get-a-category": (api, { category }) => bodyOf(api.getCategory(category)),
  "get-a-categories-playlists": (api, { category }) => bodyOf(api.getPlaylistsForCategory(category)),
  "get-recommendations": (api, { artist, track }) =>
    bodyOf(api.getRecommendations({ seed_artists: [artist], seed_tracks: [track], limit: 5 })),
  "get-recommendation-genres": (api) => under(bodyOf(api.getAvailableGenreSeeds()), "genres"),
  "get-users-profile": (api, { friend }) => bodyOf(api.getUser(friend)),
  "get-list-users-playlists": (api, { friend }) => bodyOf(api.getUserPlaylists(friend)),

  "get-current-users-profile": (api) => bodyOf(api.getMe()),
  "get-users-top-artists-and-tracks": (api) => bodyOf(api.getMyTopTracks()),
  "get-a-list-of-current-users-playlists": (api) => bodyOf(api.getUserPlaylists()),
  "get-followed": (api) => under(bodyOf(api.getFollowedArtists()), "artists"),
  "follow-artists-users": (api, { artists }) => bodyOf(api.followArtists(artists)),
  "unfollow-artists-users": (api, { artists }) => bodyOf(api.unfollowArtists(artists)),
  "check-current-user-follows": (api, { artists }) => bodyOf(api.isFollowingArtists(artists)),
  "get-users-saved-tracks": (api) => bodyOf(api.getMySavedTracks()),
  "save-tracks-user": (api, { tracks }) => bodyOf(api.addToMySavedTracks(tracks)),
  "remove-tracks-user": (api, { tracks }) => bodyOf(api.removeFromMySavedTracks(tracks)),
  "check-users-saved-tracks": (api, { tracks }) => bodyOf(api.containsMySavedTracks(tracks)),
  "get-users-saved-albums": (api) => bodyOf(api.getMySavedAlbums()),
  "save-albums-user": (api, { albums }) => bodyOf(api.addToMySavedAlbums(albums)),
  "remove-albums-user": (api, { albums }) => bodyOf(api.removeFromMySavedAlbums(albums)),
  "check-users-saved-albums": (api, { albums }) => bodyOf(api.containsMySavedAlbums(albums)),
  "get-users-saved-shows": (api) => bodyOf(api.getMySavedShows()),
  "save-shows-user": (api, { shows }) => bodyOf(api.addToMySavedShows(shows)),
  "remove-shows-user": (api, { shows }) => bodyOf(api.removeFromMySavedShows(shows)),
  "check-users-saved-shows": (api, { shows }) => bodyOf(api.containsMySavedShows(shows)),

  "get-playlist": (api, { playlist }) => bodyOf(api.getPlaylist(playlist)),
  "get-playlists-tracks": (api, { playlist }) => bodyOf(api.getPlaylistTracks(playlist)),
  "change-playlist-details": (api, { playlist }) =>
    bodyOf(
      api.changePlaylistDetails(playlist, { name: "Renamed", description: "By a client.", public: false }),
    ),
  "add-tracks-to-playlist": (api, { emptyPlaylist, trackUris }) =>
    bodyOf(api.addTracksToPlaylist(emptyPlaylist, trackUris)),
  "reorder-or-replace-playlists-tracks": (api, { emptyPlaylist }) =>
    bodyOf(api.reorderTracksInPlaylist(emptyPlaylist, 0, 3)),
  "remove-tracks-playlist": (api, { emptyPlaylist, trackUris }) =>
    bodyOf(api.removeTracksFromPlaylist(emptyPlaylist, [{ uri: trackUris[0] }])),
  "create-playlist": (api) => bodyOf(api.createPlaylist("Made by a client", { public: false })),
  "upload-custom-playlist-cover": (api, { playlist, picture }) =>
    bodyOf(api.uploadCustomPlaylistCoverImage(playlist, picture)),
  "follow-playlist": (api, { foreignPlaylist }) => bodyOf(api.followPlaylist(foreignPlaylist)),
  "unfollow-playlist": (api, { foreignPlaylist }) => bodyOf(api.unfollowPlaylist(foreignPlaylist)),
  "check-if-user-follows-playlist": (api, { friend, foreignPlaylist, person }) =>
    bodyOf(api.areFollowingPlaylist(friend, foreignPlaylist, [person])),

  "get-information-about-the-users-current-playback": (api) => bodyOf(api.getMyCurrentPlaybackState()),
  "get-the-users-currently-playing-track": (api) => bodyOf(api.getMyCurrentPlayingTrack()),
  "get-a-users-available-devices": (api) => under(bodyOf(api.getMyDevices()), "devices"),
  "get-recently-played": (api) => bodyOf(api.getMyRecentlyPlayedTracks()),
  "transfer-a-users-playback": (api, { otherDevice }) => bodyOf(api.transferMyPlayback([otherDevice])),
  "start-a-users-playback": (api, { trackUris }) => bodyOf(api.play({ uris: trackUris })),
  "pause-a-users-playback": (api) => bodyOf(api.pause()),
  "skip-users-playback-to-next-track": (api) => bodyOf(api.skipToNext()),
  "skip-users-playback-to-previous-track": (api) => bodyOf(api.skipToPrevious()),
  "seek-to-position-in-currently-playing-track": (api) => bodyOf(api.seek(30_000)),
  "set-repeat-mode-on-users-playback": (api) => bodyOf(api.setRepeat("context")),
  "set-volume-for-users-playback": (api) => bodyOf(api.setVolume(40)),
  "toggle-shuffle-for-users-playback": (api) => bodyOf(api.setShuffle(true)),
  "add-to-queue": (api, { trackUris }) => bodyOf(api.addToQueue(trackUris[2])),
};
