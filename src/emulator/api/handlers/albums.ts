import type { Call, Handlers } from "../handler.js";
import { pageOf } from "../page-of.js";
import { eachWanted, wanted } from "./wanted.js";

/** As documented. */
export const albumHandlers = {
  "get-an-album": (call: Call<"get-an-album">) =>
    call.view.face.fullAlbum(wanted(call, "album", call.args.id)),

  "get-multiple-albums": (call: Call<"get-multiple-albums">) =>
    eachWanted(call, "album", call.view.face.fullAlbum),

  "get-an-albums-tracks": (call: Call<"get-an-albums-tracks">) => {
    const { args, world, view, path, query } = call;
    const { firstTrack, totalTracks } = world.catalogue.album(wanted(call, "album", args.id));
    return pageOf(args, {
      address: view.face.api + path,
      query,
      total: totalTracks,
      at: (place) => view.face.simplifiedTrack(firstTrack + place),
    });
  },
} satisfies Partial<Handlers>;
