import assert from "node:assert/strict";
import { test } from "node:test";
import { emulatedSpotify } from "stagedoor/testing";

test("favourites are put into a playlist", async () => {
  const scope = "user-top-read playlist-modify-private playlist-read-private";
  const { emulator, spotify } = await emulatedSpotify({ seed: 7, person: "ines.cardoso", scope });
  const { items } = await spotify.me.top({ type: "tracks", limit: 3 });
  const { id: playlistId } = await spotify.playlists.create({ name: "Favourites", public: false });

  emulator.advance(60 * 60 * 1000); // the token runs out: one refresh
  await spotify.playlists.add({ playlistId, uris: items.map((track) => track.uri) });

  const playlist = await spotify.playlists.get({ playlistId });
  assert.equal(playlist.items?.total, 3);
  assert.equal(emulator.ledger.tokenRequests().length, 2);
});
