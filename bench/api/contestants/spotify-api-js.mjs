import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { Client } = require("spotify-api.js");
const axios = require("axios");

export async function open({ url, isExpired = false }) {
  // Its addresses are fixed; the place that axios has for changing them is used.
  axios.interceptors.request.clear();
  axios.interceptors.request.use((config) => {
    config.url = config.url.replace(/^https:\/\/(?:api|accounts)\.spotify\.com/, url);
    return config;
  });
  const token = isExpired
    ? { token: "expired", clientID: "id", clientSecret: "secret", refreshToken: "refresh" }
    : "fresh";
  const client = await Client.create({ token });
  return {
    getTrack: (id) => client.tracks.get(id),
    readPlaylist: async (id, onTrack) => {
      for (let offset = 0; ; offset += 100) {
        const page = await client.playlists.getTracks(id, { limit: 100, offset });
        for (const { track } of page) onTrack(track.id);
        if (page.length < 100) return;
      }
    },
    readTracks: async (ids, { tier }) => {
      if (tier === "development") return Promise.all(ids.map((id) => client.tracks.get(id)));
      const batches = [];
      for (let at = 0; at < ids.length; at += 50)
        batches.push(client.tracks.getMultiple(ids.slice(at, at + 50)));
      return (await Promise.all(batches)).flat();
    },
  };
}
