import { randomBytes } from "node:crypto";
import SpotifyWebApi from "spotify-web-api-node";

const api = new SpotifyWebApi({
  clientId: process.env.SPOTIFY_CLIENT_ID,
  clientSecret: process.env.SPOTIFY_CLIENT_SECRET,
  redirectUri: "https://example.com/callback",
});

export function begin() {
  const state = randomBytes(16).toString("hex");
  return { url: api.createAuthorizeURL(["user-top-read"], state), state };
}

export async function finish(state, callback) {
  const query = new URL(callback).searchParams;
  if (query.get("state") !== state) throw new Error("Not the answer to this login.");
  const { body } = await api.authorizationCodeGrant(query.get("code"));
  api.setAccessToken(body.access_token);
  api.setRefreshToken(body.refresh_token); // and refreshAccessToken() within the hour
  const top = await api.getMyTopTracks({ limit: 10 });
  return top.body.items.map((track) => track.name);
}
