import { type ResourceType, toUri } from "../../../contract/ids.js";
import type {
  Page,
  SavedAlbum,
  SavedAudiobook,
  SavedEpisode,
  SavedShow,
  SavedTrack,
} from "../../../contract/models/index.js";
import type { CatalogueKind } from "../../world/catalogue.js";
import { writtenTime } from "../../world/library.js";
import { type Call, type Handlers, personOf } from "../handler.js";
import { contains, libraryOf, removeAll, saveAll, thingsOf } from "../library-access.js";
import { episodeObject } from "../objects/spoken-objects.js";
import { type PageRequest, pageOf } from "../page-of.js";
import { badRequest } from "../refusal.js";

/** What one has saved of each type, and the older operations that change it: over the same store as those at `/me/library`. */
export const savedHandlers = {
  "get-users-saved-tracks": (call: Call<"get-users-saved-tracks">): Page<SavedTrack> =>
    saved(call, "track", (index, added_at) => ({ added_at, track: call.view.face.track(index) })),
  "save-tracks-user": (call: Call<"save-tracks-user">) => saveTracks(call),
  "remove-tracks-user": (call: Call<"remove-tracks-user">) => remove(call, "track"),
  "check-users-saved-tracks": (call: Call<"check-users-saved-tracks">) => check(call, "track"),

  "get-users-saved-albums": (call: Call<"get-users-saved-albums">): Page<SavedAlbum> =>
    saved(call, "album", (index, added_at) => ({ added_at, album: call.view.face.fullAlbum(index) })),
  "save-albums-user": (call: Call<"save-albums-user">) => save(call, "album"),
  "remove-albums-user": (call: Call<"remove-albums-user">) => remove(call, "album"),
  "check-users-saved-albums": (call: Call<"check-users-saved-albums">) => check(call, "album"),

  "get-users-saved-episodes": (call: Call<"get-users-saved-episodes">): Page<SavedEpisode> =>
    saved(call, "episode", (index, added_at) => ({ added_at, episode: episodeObject(call, index) })),
  "save-episodes-user": (call: Call<"save-episodes-user">) => save(call, "episode"),
  "remove-episodes-user": (call: Call<"remove-episodes-user">) => remove(call, "episode"),
  "check-users-saved-episodes": (call: Call<"check-users-saved-episodes">) => check(call, "episode"),

  "get-users-saved-shows": (call: Call<"get-users-saved-shows">): Page<SavedShow> =>
    saved(call, "show", (index, added_at) => ({ added_at, show: call.view.face.show(index) })),
  "save-shows-user": (call: Call<"save-shows-user">) => save(call, "show"),
  "remove-shows-user": (call: Call<"remove-shows-user">) => remove(call, "show"),
  "check-users-saved-shows": (call: Call<"check-users-saved-shows">) => check(call, "show"),

  "get-users-saved-audiobooks": (call: Call<"get-users-saved-audiobooks">): Page<SavedAudiobook> =>
    saved(call, "audiobook", (index, added_at) => ({ added_at, audiobook: call.view.face.audiobook(index) })),
  "save-audiobooks-user": (call: Call<"save-audiobooks-user">) => save(call, "audiobook"),
  "remove-audiobooks-user": (call: Call<"remove-audiobooks-user">) => remove(call, "audiobook"),
  "check-users-saved-audiobooks": (call: Call<"check-users-saved-audiobooks">) => check(call, "audiobook"),
} satisfies Partial<Handlers>;

type ListCall = Pick<Call, "world" | "person" | "view" | "path" | "query"> & { readonly args: PageRequest };

/** One page, the latest first. */
function saved<T>(call: ListCall, kind: CatalogueKind, show: (index: number, addedAt: string) => T): Page<T> {
  const { args, world, view, path, query } = call;
  const all = world.savedBy(personOf(call).id, kind);
  const page = pageOf(args, {
    address: view.face.api + path,
    query,
    total: all.length,
    at: (place) => all[place],
  });
  const items = page.items.flatMap((thing) => {
    const index = thing === undefined ? null : world.catalogue.find(kind, thing.id);
    return thing === undefined || index === null ? [] : [show(index, writtenTime(thing.since))];
  });
  return { ...page, items };
}

type IdsCall = Pick<Call, "world" | "person"> & { readonly args: { readonly ids: readonly string[] } };

function save(call: IdsCall, kind: ResourceType): undefined {
  saveAll(call, thingsOf(kind, call.args.ids));
}

function remove(call: IdsCall, kind: ResourceType): undefined {
  removeAll(call, thingsOf(kind, call.args.ids));
}

function check(call: IdsCall, kind: ResourceType): readonly boolean[] {
  return contains(call, thingsOf(kind, call.args.ids));
}

/** Ids with their times come before bare ones. As documented; that they also move what is saved already is guessed. */
function saveTracks(call: Call<"save-tracks-user">): undefined {
  const { ids, timestampedIds } = call.args;
  const timed = timestampedIds?.map(({ id, addedAt }) => ({ id, since: Date.parse(addedAt) }));
  if (timed?.some(({ since }) => Number.isNaN(since))) throw badRequest("Invalid added_at");
  const asked = timed?.map(({ id }) => id) ?? ids;
  if (asked === undefined) throw badRequest("Missing required field: ids");
  saveAll(call, thingsOf("track", asked));
  const library = libraryOf(call);
  for (const { id, since } of timed ?? []) library.set(toUri({ type: "track", id }), since);
}
