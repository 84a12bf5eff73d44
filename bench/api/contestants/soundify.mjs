import { getPlaylistTracks, getTrack, getTracks, SpotifyClient } from "@soundify/web-api";
import { PageIterator } from "@soundify/web-api/pagination";

export function open({ url, isExpired = false, isLimited = false }) {
  const client = new SpotifyClient(isExpired ? "expired" : "fresh", {
    baseUrl: `${url}/`,
    waitForRateLimit: isLimited,
    // It has no refresh of its own: the caller writes one.
    refresher: async () => {
      const body = new URLSearchParams({
        grant_type: "refresh_token",
        refresh_token: "refresh",
        client_id: "id",
      });
      const response = await fetch(`${url}/api/token`, { method: "POST", body });
      return (await response.json()).access_token;
    },
  });
  return {
    getTrack: (id) => getTrack(client, id),
    readPlaylist: async (id, onTrack) => {
      const page = (offset) => getPlaylistTracks(client, id, { offset, limit: 100 });
      for await (const { track } of new PageIterator(page)) onTrack(track.id);
    },
    readTracks: async (ids, { tier }) => {
      if (tier === "development") return Promise.all(ids.map((id) => getTrack(client, id)));
      const batches = [];
      for (let at = 0; at < ids.length; at += 50) batches.push(getTracks(client, ids.slice(at, at + 50)));
      return (await Promise.all(batches)).flat();
    },
  };
}
