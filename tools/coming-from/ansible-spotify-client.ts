import type { System } from "./system.js";

const BY_TEXT = "names are found with `search.find`";

/** https://github.com/PillPall/ansible-spotify-client, 0.10.1 */
export const ansibleSpotifyClient: System = {
  id: "ansible-spotify-client",
  title: "ansible-spotify-client",
  about:
    "After one `stagedoor login` a task runs `stagedoor api …` and gets JSON; tokens renew themselves and appear in no option and no result. " +
    "In a program of your own, lists are read to their end, and more things than Spotify takes at once are sent in parts.",
  endpoints: {
    "spotify_player state=play": ["player.play", "player.resume"],
    "spotify_player state=pause": "player.pause",
    "spotify_player state=next": "player.next",
    "spotify_player state=previous": "player.previous",
    "spotify_player state=repeat": "player.repeat",
    "spotify_player state=shuffle": "player.shuffle",
    "spotify_player state=transfer_playback": {
      use: ["player.transfer", "player.deviceNamed"],
      note: "`deviceNamed` finds a device by its name",
    },
    "spotify_player state=volume": "player.volume",
    "spotify_search state=artists": { use: "search.find", note: '`type: ["artist"]`' },
    "spotify_search state=tracks": { use: "search.find", note: '`type: ["track"]`' },
    "spotify_search state=playlists": { use: "search.find", note: '`type: ["playlist"]`' },
    "spotify_search state=albums": { use: "search.find", note: '`type: ["album"]`' },
    "spotify_search state=artists_and_albums": {
      use: "search.find",
      note: "`q: { artist, album }`",
    },
    "spotify_search state=artists_and_tracks": {
      use: "search.find",
      note: "`q: { artist, track }`",
    },
    "spotify_album state=album": ["albums.get", "albums.several"],
    "spotify_album state=album_tracks": ["albums.tracks", "spotify.items"],
    spotify_artists_top_tracks: { use: "artists.topTracks", note: BY_TEXT },
    spotify_related_artists: { use: "artists.related", note: BY_TEXT },
    "spotify_track_data state=feature": ["tracks.audioFeatures", "tracks.severalAudioFeatures"],
    "spotify_track_data state=analyse": "tracks.audioAnalysis",
    "spotify_update_playlists state=add": ["playlists.add", "playlists.addItems", "playlists.addTracks"],
    "spotify_update_playlists state=remove": [
      "playlists.remove",
      "playlists.removeItems",
      "playlists.removeTracks",
    ],
    "spotify_user_info state=current_playback": ["player.state", "player.currentlyPlaying"],
    "spotify_user_info state=devices": "player.devices",
    "spotify_user_info state=recently_played": "player.recentlyPlayed",
    "spotify_user_info state=top_tracks": { use: "me.top", note: '`type: "tracks"`' },
    "spotify_user_info state=top_artists": { use: "me.top", note: '`type: "artists"`' },
    "spotify_user_info state=user_info": "me.profile",
    "spotify_user_playlists state=get_all": {
      use: ["me.playlists", "users.playlists", "spotify.items"],
      note: "`spotify.items` walks all pages",
    },
    "spotify_user_playlists state=create": ["playlists.create", "users.createPlaylist"],
    "spotify_user_playlists state=search": {
      use: ["me.playlists", "spotify.items"],
      note: "compare the names of all of them",
    },
  },
  around: {
    spotify_auth: {
      use: ["login", "stagedoor login"],
      note: "`stagedoor token` prints a token that works now",
    },
    spotify_auth_create_user_token: {
      use: ["pasteLogin", "stagedoor login"],
      note: "`--paste` takes the whole address",
    },
    "role authentication": ["stagedoor login", "stagedoor token"],
    "role album": ["albums.get", "albums.tracks"],
    "role get_artists_top_tracks": "artists.topTracks",
    "role get_related_artists": "artists.related",
    "role player": { use: "player.play", note: "and the other methods of `player`" },
    "role search": "search.find",
    "role track_data": ["tracks.audioFeatures", "tracks.audioAnalysis"],
    "role update_playlists": ["playlists.add", "playlists.remove"],
    "role user_info": ["player.state", "me.top", "me.profile"],
    "role user_playlists": ["me.playlists", "playlists.create"],
    "config_file, client_id, client_secret": {
      use: "createSpotify",
      note: "what the code says counts for more than `SPOTIFY_CLIENT_ID` and `SPOTIFY_CLIENT_SECRET`",
    },
    username: { use: ["createSpotify", "stagedoor login"], note: "`profile`, `--profile`" },
    ".cache-<username>": { use: "fileStore", note: "in the user's configuration directory" },
    "scope, comma-separated": { use: "normalizeScopes", note: "commas and spaces both do" },
    auth_token: { use: ["stagedoor api", "stagedoor token"], note: "calls take the stored login" },
    "dest_file, *_file": { use: "stagedoor api", note: "prints JSON: send it where you like" },
    output_format: { use: null, note: "the whole answer; pick with `jq` or a filter of Ansible's" },
  },
};
