/** What the bare server answers: a track of the size that Spotify's have without their list of markets, and pages of them. */

/**
 * The id of the nth track: digits are letters of Spotify's alphabet too.
 *
 * @param {number} n
 */
export const idOf = (n) => String(n).padStart(22, "0");

const MARK = "0000000000000000000000";
const IMAGE = "https://i.scdn.co/image/ab67616d00001e02ff9ca10b55ce82ae553c8228";
const artist = {
  external_urls: { spotify: `https://open.spotify.com/artist/${idOf(7)}` },
  href: `https://api.spotify.com/v1/artists/${idOf(7)}`,
  id: idOf(7),
  name: "The Loopback Ensemble",
  type: "artist",
  uri: `spotify:artist:${idOf(7)}`,
};
const track = JSON.stringify({
  album: {
    album_type: "album",
    total_tracks: 12,
    id: idOf(9),
    images: [
      { url: IMAGE, height: 640, width: 640 },
      { url: IMAGE, height: 300, width: 300 },
    ],
    name: "Sixty-Four in Flight",
    release_date: "2024-05-17",
    release_date_precision: "day",
    type: "album",
    uri: `spotify:album:${idOf(9)}`,
    artists: [artist],
  },
  artists: [artist],
  disc_number: 1,
  duration_ms: 207959,
  explicit: false,
  external_ids: { isrc: "USRC17607839" },
  id: "@",
  is_local: false,
  name: "A Song of Some Length",
  popularity: 73,
  track_number: 4,
  type: "track",
  uri: "spotify:track:@",
});
const [HEAD, MIDDLE, TAIL] = track.split("@");

/** @param {string} id */
export const trackOf = (id) => HEAD + id + MIDDLE + id + TAIL;

/** @param {readonly string[]} ids */
export const tracksOf = (ids) => `{"tracks":[${ids.map(trackOf).join(",")}]}`;

export const TRACK_BYTES = trackOf(MARK).length;

/**
 * One page of a playlist.
 *
 * @param {{ href: string, name: "item" | "track", offset: number, limit: number, total: number }} asked `name`: what an entry calls its track
 */
export function pageOf({ href, name, offset, limit, total }) {
  const end = Math.min(offset + limit, total);
  const items = [];
  for (let at = offset; at < end; at++) {
    items.push(
      `{"added_at":"2025-01-02T03:04:05Z","added_by":{"id":"mia","type":"user"},"is_local":false,"${name}":${trackOf(idOf(at))}}`,
    );
  }
  const link = (from) => (from < 0 || from >= total ? "null" : `"${href}?offset=${from}&limit=${limit}"`);
  return `{"href":"${href}?offset=${offset}&limit=${limit}","limit":${limit},"next":${link(end)},"offset":${offset},"previous":${offset === 0 ? "null" : link(Math.max(0, offset - limit))},"total":${total},"items":[${items.join(",")}]}`;
}
