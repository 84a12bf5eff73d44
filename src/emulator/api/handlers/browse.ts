import type { Category, FeaturedPlaylists } from "../../../contract/models/index.js";
import { CATEGORIES, type CategoryEntry, categoryName, headline, standsOn } from "../../world/categories.js";
import { newReleases } from "../../world/new-releases.js";
import { SPOTIFY_ACCOUNT } from "../../world/people.js";
import type { StoredPlaylist } from "../../world/playlist.js";
import type { Call, Handlers } from "../handler.js";
import { imagesAt } from "../objects/links.js";
import { simplifiedPlaylist } from "../objects/playlist-objects.js";
import { type PageRequest, pageOf } from "../page-of.js";
import { notFound } from "../refusal.js";

/** As documented. */
export const browseHandlers = {
  "get-new-releases": (call: Call<"get-new-releases">) => {
    const { args, world, view, path, query } = call;
    const today = new Date(world.now()).toISOString().slice(0, 10);
    const albums = newReleases(world.key, world.catalogue, today);
    return pageOf(args, {
      address: view.face.api + path,
      query,
      total: albums.length,
      at: (place) => view.face.album(albums[place] ?? 0),
    });
  },

  "get-categories": (call: Call<"get-categories">) => {
    const { args, view, path, query } = call;
    return pageOf(args, {
      address: view.face.api + path,
      query,
      total: CATEGORIES.length,
      at: (place) => categoryObject(call, CATEGORIES[place], args.locale),
    });
  },

  "get-a-category": (call: Call<"get-a-category">) => {
    const found = categoryObject(call, findCategory(call, call.args.categoryId), call.args.locale);
    if (found === null) throw notFound();
    return found;
  },

  "get-featured-playlists": (call: Call<"get-featured-playlists">): FeaturedPlaylists =>
    playlistsUnder(call, headline(call.args.locale), spotifysPlaylists(call)),

  "get-a-categories-playlists": (call: Call<"get-a-categories-playlists">): FeaturedPlaylists => {
    const category = findCategory(call, call.args.categoryId);
    if (category === undefined) throw notFound();
    const onShelf = spotifysPlaylists(call).filter((_, place) => standsOn(category, place));
    return playlistsUnder(call, categoryName(category, undefined), onShelf);
  },
} satisfies Partial<Handlers>;

type Asking = Pick<Call, "world" | "view" | "person" | "path" | "query">;

function idOf({ world }: Pick<Call, "world">, { word, index }: CategoryEntry): string {
  return word ?? world.catalogue.idOf("category", index);
}

function findCategory(call: Asking, id: string): CategoryEntry | undefined {
  return CATEGORIES.find((category) => idOf(call, category) === id);
}

function categoryObject(
  call: Asking,
  category: CategoryEntry | undefined,
  locale: string | undefined,
): Category | null {
  if (category === undefined) return null;
  const { face } = call.view;
  const id = idOf(call, category);
  return {
    href: `${face.api}/browse/categories/${id}`,
    icons: imagesAt(face.pictures, id),
    id,
    name: categoryName(category, locale),
  };
}

/** Of all that Spotify's account made, in its order. */
function spotifysPlaylists({ world }: Asking): readonly StoredPlaylist[] {
  return [...world.playlists.values()].filter(({ owner }) => owner === SPOTIFY_ACCOUNT.id);
}

function playlistsUnder(
  call: Asking & { readonly args: PageRequest },
  message: string,
  lists: readonly StoredPlaylist[],
): FeaturedPlaylists {
  const { args, world, view, person, path, query } = call;
  return {
    message,
    playlists: pageOf(args, {
      address: view.face.api + path,
      query,
      total: lists.length,
      at: (place) => {
        const list = lists[place];
        return list === undefined ? null : simplifiedPlaylist({ world, view, person }, list);
      },
    }),
  };
}
