import { createSpotify } from "stagedoor";
import { beginLogin, completeLogin, type PendingLogin } from "stagedoor/oauth";
import { fileStore } from "stagedoor/stores/file";

const spotify = createSpotify({ store: fileStore() });

export function begin() {
  return beginLogin(spotify.app, { redirectUri: "https://example.com/callback", scope: "user-top-read" });
}

export async function finish(pending: PendingLogin, callback: string) {
  await spotify.session.adopt(await completeLogin(spotify.app, pending, callback));
  const top = await spotify.me.top({ type: "tracks", limit: 10 });
  return top.items.map((track) => track.name);
}
