import type { Image } from "../../../contract/models/index.js";
import { changeCover, changeDetails } from "../../world/playlist-changes.js";
import { filterFields } from "../fields-filter.js";
import type { Call, Handlers } from "../handler.js";
import { fullPlaylist, imagesOf } from "../objects/playlist-objects.js";
import { checkKind, findOwned, findReadable } from "../playlist-access.js";
import { badRequest } from "../refusal.js";

export const playlistHandlers = {
  "get-playlist": (call: Call<"get-playlist">) => {
    const { playlistId, fields, additionalTypes } = call.args;
    const playlist = findReadable(call, playlistId);
    return filterFields(fullPlaylist({ ...call, additionalTypes }, playlist, call.query), fields);
  },

  "change-playlist-details": (call: Call<"change-playlist-details">) => {
    const { args } = call;
    const playlist = findOwned(call, args.playlistId);
    const details = {
      name: args.name ?? playlist.name,
      description: args.description ?? playlist.description,
      public: args.public ?? playlist.public,
      collaborative: args.collaborative ?? playlist.collaborative,
    };
    checkKind(call, details);
    changeDetails(playlist, details);
    return undefined;
  },

  "get-playlist-cover": (call: Call<"get-playlist-cover">): readonly Image[] =>
    imagesOf(call, findReadable(call, call.args.playlistId)) ?? [],

  "upload-custom-playlist-cover": (call: Call<"upload-custom-playlist-cover">) => {
    const { playlistId, image } = call.args;
    const playlist = findOwned(call, playlistId);
    // The check of the parameters has made bytes of the base64 text.
    if (typeof image === "string") throw badRequest("Invalid image");
    changeCover(call.world, playlist, image);
    return undefined;
  },
} satisfies Partial<Handlers>;
