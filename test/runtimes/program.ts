import { createSpotify } from "stagedoor";
import { createEmulator, EMULATOR_CLIENT_ID, EMULATOR_CLIENT_SECRET } from "stagedoor/emulator";
import { beginLogin, completeLogin } from "stagedoor/oauth";

const SCOPE =
  "user-read-private playlist-modify-private playlist-read-private user-library-modify user-library-read user-modify-playback-state user-read-playback-state";

/** What an app does with stagedoor, against the emulator in the same program: the same in every runtime. */
export async function main(): Promise<Readonly<Record<string, unknown>>> {
  const emulator = createEmulator({ seed: 3 });
  emulator.world.consent = "allow";
  const places = {
    accountsUrl: emulator.urls.accounts,
    apiUrl: emulator.urls.api,
    fetch: emulator.fetch,
  };

  const server = createSpotify({
    ...places,
    clientId: EMULATOR_CLIENT_ID,
    clientSecret: EMULATOR_CLIENT_SECRET,
    grant: "client_credentials",
  });
  const found = await server.search.find({ q: "a", type: ["track", "artist"], limit: 3 });
  const [first] = found.tracks?.items ?? [];
  if (!first?.id) throw new Error("The search found no track.");
  const track = await server.tracks.get({ id: first.id });

  const person = createSpotify({ ...places, clientId: EMULATOR_CLIENT_ID });
  const { url, pending } = await beginLogin(person.app, {
    redirectUri: "http://127.0.0.1:8888/callback",
    scope: SCOPE,
  });
  const back = await emulator.fetch(url, { redirect: "manual" });
  await person.session.adopt(await completeLogin(person.app, pending, back.headers.get("location") ?? ""));
  const me = await person.me.profile();
  const lists = await person.me.playlists({ limit: 5 });
  const made = await person.playlists.create({ name: "Runtime", public: false });
  await person.playlists.addItems({ playlistId: made.id, uris: [track.uri] });
  const items = await person.playlists.items({ playlistId: made.id });
  await person.library.save({ uris: [track.uri] });
  const [isSaved] = await person.library.contains({ uris: [track.uri] });
  await person.library.remove({ uris: [track.uri] });
  const [isStillSaved] = await person.library.contains({ uris: [track.uri] });
  await person.player.play({ uris: [track.uri] });
  const state = await person.player.state();
  await person.session.refresh();
  const refused = await person.tracks.get({ id: "0000000000000000000000" }).catch((error) => error.status);

  return {
    track: track.name,
    found: found.artists?.items.length,
    me: me.id,
    lists: lists.items.length,
    items: items.total,
    isSaved,
    isStillSaved,
    plays: state?.item?.id === track.id,
    refused,
    logins: emulator.ledger.tokenRequests().map(({ grant }) => grant),
    failures: emulator.ledger.count(({ status }) => status >= 400),
  };
}
