import Spotify from "@stainless-commons/spotify";
import { redirectFetch } from "./redirect-fetch.mjs";

export function open({ url, isExpired = false }) {
  // It knows client credentials only; a login of a person is a header that the caller sets.
  const login = isExpired
    ? { defaultHeaders: { authorization: "Bearer expired" } }
    : { clientID: "id", clientSecret: "secret" };
  const client = new Spotify({ baseURL: `${url}/v1`, fetch: redirectFetch(url), ...login });
  return {
    getTrack: (id) => client.tracks.retrieve(id),
    readPlaylist: async (id, onTrack) => {
      for await (const { item } of client.playlists.items.list(id, { limit: 50 })) onTrack(item.id);
    },
    readTracks: async (ids, { tier }) => {
      if (tier === "development") return Promise.all(ids.map((id) => client.tracks.retrieve(id)));
      const batches = [];
      for (let at = 0; at < ids.length; at += 50)
        batches.push(client.tracks.bulkRetrieve({ ids: ids.slice(at, at + 50).join(",") }));
      return (await Promise.all(batches)).flatMap(({ tracks }) => tracks);
    },
  };
}
