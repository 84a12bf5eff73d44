import { SpotifyApi } from "@spotify/web-api-ts-sdk";
import { redirectFetch } from "./redirect-fetch.mjs";

export function open({ url, isExpired = false }) {
  // Its token requests go past the `fetch` that it is given.
  globalThis.fetch = redirectFetch(url);
  const api = SpotifyApi.withAccessToken("0123456789abcdef0123456789abcdef", {
    access_token: isExpired ? "expired" : "fresh",
    token_type: "Bearer",
    expires_in: 3600,
    expires: Date.now() + (isExpired ? -60_000 : 3_600_000),
    refresh_token: "refresh",
  });
  return {
    getTrack: (id) => api.tracks.get(id),
    readPlaylist: async (id, onTrack) => {
      for (let offset = 0; ; offset += 50) {
        const page = await api.playlists.getPlaylistItems(id, undefined, undefined, 50, offset);
        for (const { track } of page.items) onTrack(track.id);
        if (page.next === null) return;
      }
    },
    readTracks: async (ids, { tier }) => {
      if (tier === "development") return Promise.all(ids.map((id) => api.tracks.get(id)));
      const batches = [];
      for (let at = 0; at < ids.length; at += 50) batches.push(api.tracks.get(ids.slice(at, at + 50)));
      return (await Promise.all(batches)).flat();
    },
  };
}
