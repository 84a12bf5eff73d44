import { parseLocalFile } from "../../../contract/local-file.js";
import type { Track } from "../../../contract/models/index.js";

/** A file of somebody's own as a playlist shows it. */
export function localTrack(uri: string): Track {
  const { artist, album, title, seconds } = parseLocalFile(uri) ?? {
    artist: "",
    album: "",
    title: "",
    seconds: 0,
  };
  const unlinked = { external_urls: {}, href: null, id: null, uri: null };
  const track = {
    album: {
      ...unlinked,
      album_type: null,
      artists: [],
      available_markets: [],
      images: [],
      name: album,
      release_date: null,
      release_date_precision: null,
      type: "album",
    },
    artists: [{ ...unlinked, name: artist, type: "artist" }],
    available_markets: [],
    disc_number: 0,
    duration_ms: seconds * 1000,
    explicit: false,
    external_ids: {},
    external_urls: {},
    href: null,
    id: null,
    is_local: true,
    name: title,
    popularity: 0,
    preview_url: null,
    track_number: 0,
    type: "track",
    uri,
  };
  // Nothing is known of the album and the artist of a file: `null` where everything else in the catalogue has a text. As observed.
  return track as unknown as Track;
}
