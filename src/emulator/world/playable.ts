import { parseResource } from "../../contract/ids.js";
import type { LengthOf } from "./playback.js";
import type { World } from "./world.js";

/** Milliseconds of a track, by its URI; `undefined` when there is no such thing. */
export function lengthOf(world: World, uri: string): number | undefined {
  const named = parseResource(uri);
  if (named?.type !== "track") return undefined;
  const index = world.catalogue.find("track", named.id);
  return index === null ? undefined : world.catalogue.track(index).durationMs;
}

export function lengthsIn(world: World): LengthOf {
  return (uri) => lengthOf(world, uri) ?? 0;
}

/** URIs of what a context holds, in its order; `undefined` when there is no such context. */
export function itemsOf(world: World, contextUri: string): readonly string[] | undefined {
  const { catalogue } = world;
  const named = parseResource(contextUri);
  switch (named?.type) {
    case "album": {
      const album = catalogue.find("album", named.id);
      return album === null ? undefined : tracksOfAlbum(world, album);
    }
    case "artist": {
      const artist = catalogue.find("artist", named.id);
      if (artist === null) return undefined;
      return catalogue.albumsOf(artist).flatMap((album) => tracksOfAlbum(world, album));
    }
    case "playlist":
      return world.playlists.get(named.id)?.entries.map(({ uri }) => uri);
    default:
      return undefined;
  }
}

function tracksOfAlbum({ catalogue }: World, album: number): readonly string[] {
  const { firstTrack, totalTracks } = catalogue.album(album);
  return Array.from(
    { length: totalTracks },
    (_, place) => `spotify:track:${catalogue.idOf("track", firstTrack + place)}`,
  );
}
