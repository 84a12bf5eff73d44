import { createSpotify } from "stagedoor";
import { createEmulator, EMULATOR_CLIENT_ID, EMULATOR_CLIENT_SECRET } from "stagedoor/emulator";

const emulator = createEmulator({ seed: 7 });
const spotify = createSpotify({
  clientId: EMULATOR_CLIENT_ID,
  clientSecret: EMULATOR_CLIENT_SECRET,
  grant: "client_credentials",
  accountsUrl: emulator.urls.accounts,
  apiUrl: emulator.urls.api,
  fetch: emulator.fetch,
});
const found = await spotify.search.find({ q: "a", type: ["track"], limit: 3 });
console.log(found.tracks?.items.length, "tracks,", emulator.ledger.tokenRequests().length, "token request");
