import { parseResource } from "../../../contract/ids.js";
import type { Episode, Track } from "../../../contract/models/index.js";
import { localTrack } from "./local-track.js";
import { episodeObject, type Listener } from "./spoken-objects.js";

/**
 * What stands at a place of a playlist; `null` where Spotify no longer has it.
 *
 * @param additionalTypes what the app understands besides tracks
 */
export function playableAt(
  listener: Listener,
  uri: string,
  additionalTypes: readonly string[],
): Track | Episode | null {
  const named = parseResource(uri);
  if (named === null) return localTrack(uri);
  const { catalogue } = listener.world;
  if (named.type === "episode") {
    const index = catalogue.find("episode", named.id);
    if (index === null) return null;
    const episode = episodeObject(listener, index);
    return additionalTypes.includes("episode") ? episode : trackLike(episode);
  }
  const index = named.type === "track" ? catalogue.find("track", named.id) : null;
  return index === null ? null : listener.view.face.track(index);
}

/** For apps that ask for tracks only, an episode has the members of a track: its show is the album and the artist. As observed. */
function trackLike({ show, ...episode }: Episode): Track {
  const { external_urls, href, id, name, uri, images } = show;
  const track = {
    album: {
      external_urls,
      href,
      id,
      images,
      name,
      uri,
      album_type: "compilation",
      artists: [],
      release_date: episode.release_date,
      release_date_precision: episode.release_date_precision,
      total_tracks: show.total_episodes,
      type: "show",
    },
    artists: [{ external_urls, href, id, name, type: "show", uri }],
    disc_number: 0,
    duration_ms: episode.duration_ms,
    explicit: episode.explicit,
    external_ids: {},
    external_urls: episode.external_urls,
    href: episode.href,
    id: episode.id,
    is_local: false,
    name: episode.name,
    preview_url: null,
    track_number: 0,
    type: "episode",
    uri: episode.uri,
  };
  // Its types are those of an episode and a show, which is what tells it from a track.
  return track as unknown as Track;
}
