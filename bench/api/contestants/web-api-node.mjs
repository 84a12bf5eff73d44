import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const SpotifyWebApi = require("spotify-web-api-node");
const Request = require("spotify-web-api-node/src/base-request");
const webApiRequest = require("spotify-web-api-node/src/webapi-request");

export function open({ url, isExpired = false }) {
  const { hostname, port, protocol } = new URL(url);
  // Its addresses are fixed, in this one function.
  webApiRequest.builder = (token) =>
    Request.builder()
      .withHost(hostname)
      .withPort(Number(port))
      .withScheme(protocol.slice(0, -1))
      .withAuth(token);
  const api = new SpotifyWebApi({ accessToken: isExpired ? "expired" : "fresh" });
  const getTrack = async (id) => (await api.getTrack(id)).body;
  return {
    getTrack,
    readPlaylist: async (id, onTrack) => {
      for (let offset = 0; ; offset += 100) {
        const { body } = await api.getPlaylistTracks(id, { limit: 100, offset });
        for (const { track } of body.items) onTrack(track.id);
        if (body.next === null) return;
      }
    },
    readTracks: async (ids, { tier }) => {
      if (tier === "development") return Promise.all(ids.map(getTrack));
      const batches = [];
      for (let at = 0; at < ids.length; at += 50) batches.push(api.getTracks(ids.slice(at, at + 50)));
      return (await Promise.all(batches)).flatMap(({ body }) => body.tracks);
    },
  };
}
