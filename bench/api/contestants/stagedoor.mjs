/** stagedoor as its README says, with everything that is on unless it is switched off. */
import { load } from "../../stagedoor.mjs";

const { createSpotify, memoryStore, Token } = await load("stagedoor");

export const CLIENT_ID = "0123456789abcdef0123456789abcdef";
const SCOPES = ["playlist-read-private", "user-library-read", "user-read-private"];
const HOUR = 3_600_000;

/** A login as a refresh would leave it; an expired one has run out a minute ago. */
export function tokenFor(app, isExpired) {
  const now = Date.now();
  const obtainedAt = isExpired ? now - HOUR - 60_000 : now;
  return new Token({
    accessToken: isExpired ? "expired" : "fresh",
    refreshToken: "refresh",
    expiresAt: obtainedAt + HOUR,
    scopes: SCOPES,
    issuer: app.issuer,
    clientId: CLIENT_ID,
    grant: "authorization_code",
    authorizedAt: obtainedAt,
    obtainedAt,
  });
}

async function storeOf(redis) {
  if (redis === undefined) return memoryStore();
  const [{ Redis }, { redisStore }] = await Promise.all([import("ioredis"), load("stagedoor/stores/redis")]);
  const connection = new Redis({ port: redis.port, host: "127.0.0.1" });
  connection.on("error", () => undefined);
  return redisStore({
    command: ([name, ...rest]) => connection.call(name, ...rest),
    prefix: redis.prefix,
  });
}

export async function connected({ url, isExpired = false, tier, redis, profile }) {
  const spotify = createSpotify({
    clientId: CLIENT_ID,
    accountsUrl: url,
    apiUrl: `${url}/v1`,
    store: await storeOf(redis),
    profile,
    tier,
  });
  await spotify.session.adopt(tokenFor(spotify.app, isExpired));
  return spotify;
}

export async function open(settings) {
  const spotify = await connected(settings);
  return {
    getTrack: (id) => spotify.tracks.get({ id }),
    readPlaylist: async (playlistId, onTrack) => {
      for await (const { item } of spotify.playlists.allItems({ playlistId })) onTrack(item.id);
    },
    readTracks: (ids) => spotify.tracks.several({ ids }),
  };
}
