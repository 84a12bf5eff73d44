import { createSpotify } from "stagedoor";
import { fileStore } from "stagedoor/stores/file";

const spotify = createSpotify({ store: fileStore() });
const top = await spotify.me.top({ type: "tracks", limit: 10 });
for (const track of top.items) console.log(track.name);
