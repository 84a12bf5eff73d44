import { SpotifyApi } from "@spotify/web-api-ts-sdk";

const sdk = SpotifyApi.withUserAuthorization("your client id", "http://127.0.0.1:3000/", ["user-top-read"]);
const top = await sdk.currentUser.topItems("tracks", "short_term", 10);
for (const track of top.items) console.log(track.name);
