import type { Catalogue } from "../world/catalogue.js";
import { KIND } from "../world/identifier.js";
import type { Key } from "../world/key.js";
import { nameOf } from "../world/names.js";
import { EPISODE_NAMES } from "../world/spoken-names.js";
import type { Searched } from "./searched.js";

/** Shows, episodes and audiobooks, for a search: there are so few of them that each is looked at. */
export function spokenKinds(
  key: Key,
  catalogue: Catalogue,
): {
  readonly [T in "show" | "episode" | "audiobook"]: Searched;
} {
  return {
    show: {
      count: catalogue.shows,
      describe(index) {
        const { name, publisher } = catalogue.show(index);
        return { name, more: [publisher] };
      },
    },
    episode: {
      count: catalogue.episodes,
      describe(index) {
        // Thousands are looked at in each search, so that only what a query asks for is made of them.
        return {
          name: nameOf(EPISODE_NAMES, key, KIND.episode, index),
          more: [catalogue.show(catalogue.showOf(index)).name],
          get year() {
            return Number(catalogue.episode(index).releaseDate.slice(0, 4));
          },
        };
      },
    },
    audiobook: {
      count: catalogue.audiobooks,
      describe(index) {
        const { name, author, narrator, releaseDate } = catalogue.audiobook(index);
        return { name, more: [author, narrator], artist: author, year: Number(releaseDate.slice(0, 4)) };
      },
    },
  };
}
