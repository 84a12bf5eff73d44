import { createSpotify } from "stagedoor";
import { login } from "stagedoor/login";
import { fileStore } from "stagedoor/stores/file";

const spotify = createSpotify({ store: fileStore() });
if ((await spotify.session.stored()) === null) {
  await spotify.session.adopt(await login(spotify.app, { scope: "user-top-read" }));
}
const top = await spotify.me.top({ type: "tracks", timeRange: "short_term", limit: 10 });
for (const track of top.items) console.log(track.name);
