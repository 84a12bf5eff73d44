import { createSpotify } from "stagedoor";
import { fileStore } from "stagedoor/stores/file";

const spotify = createSpotify({ store: fileStore() });
const uris: string[] = [];
for await (const { track } of spotify.items(spotify.me.tracks({ limit: 50 }), { limit: 250 }))
  uris.push(track.uri);
const playlist = await spotify.playlists.create({ name: "Favourites of today", public: false });
await spotify.playlists.add({ playlistId: playlist.id, uris });
console.log(`${uris.length} tracks are in ${playlist.name}.`);
