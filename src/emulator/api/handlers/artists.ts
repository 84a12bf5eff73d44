import type { Catalogue } from "../../world/catalogue.js";
import type { Call, Handlers } from "../handler.js";
import { pageOf } from "../page-of.js";
import { eachWanted, wanted } from "./wanted.js";

const GROUPS = ["album", "single", "compilation", "appears_on"] as const;
type Group = (typeof GROUPS)[number];
/** As documented. */
const MAX_TOP_TRACKS = 10;

/** As documented. */
export const artistHandlers = {
  "get-an-artist": (call: Call<"get-an-artist">) =>
    call.view.face.artist(wanted(call, "artist", call.args.id)),

  "get-multiple-artists": (call: Call<"get-multiple-artists">) =>
    eachWanted(call, "artist", call.view.face.artist),

  "get-an-artists-albums": (call: Call<"get-an-artists-albums">) => {
    const { args, world, view, path, query } = call;
    const artist = wanted(call, "artist", args.id);
    const albums = discography(world.catalogue, artist, args.includeGroups ?? GROUPS);
    return pageOf(args, {
      address: view.face.api + path,
      query,
      total: albums.length,
      at: (place) => {
        const album = albums[place];
        return album === undefined ? null : view.face.discographyAlbum(album, artist);
      },
    });
  },

  /** Of the artist's own albums; where a market applies, those that can be played there. */
  "get-an-artists-top-tracks": (call: Call<"get-an-artists-top-tracks">) => {
    const { world, view } = call;
    const { catalogue } = world;
    return catalogue
      .albumsOf(wanted(call, "artist", call.args.id))
      .flatMap((album) => tracksOf(catalogue, album))
      .sort((a, b) => catalogue.track(b).popularity - catalogue.track(a).popularity)
      .filter(view.face.plays)
      .slice(0, MAX_TOP_TRACKS)
      .map(view.face.track);
  },

  "get-an-artists-related-artists": (call: Call<"get-an-artists-related-artists">) =>
    call.world.catalogue.relatedTo(wanted(call, "artist", call.args.id)).map(call.view.face.artist),
} satisfies Partial<Handlers>;

/** By group, in each the newest first. Guessed. */
function discography(catalogue: Catalogue, artist: number, groups: readonly Group[]): readonly number[] {
  const own = catalogue.albumsOf(artist);
  const inGroup = (group: Group): readonly number[] =>
    group === "appears_on"
      ? catalogue.albumsWith(artist)
      : own.filter((album) => catalogue.album(album).type === group);
  const released = (album: number) => catalogue.album(album).releaseDate;
  return GROUPS.filter((group) => groups.includes(group)).flatMap((group) =>
    [...inGroup(group)].sort((a, b) =>
      released(a) < released(b) ? 1 : released(a) > released(b) ? -1 : a - b,
    ),
  );
}

function tracksOf(catalogue: Catalogue, album: number): readonly number[] {
  const { firstTrack, totalTracks } = catalogue.album(album);
  return Array.from({ length: totalTracks }, (_, place) => firstTrack + place);
}
