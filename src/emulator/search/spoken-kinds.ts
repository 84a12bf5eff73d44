import type { Catalogue } from "../world/catalogue.js";
import type { Searched } from "./searched.js";

/** Shows, episodes and audiobooks, for a search: there are so few of them that each is looked at. */
export function spokenKinds(catalogue: Catalogue): {
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
        const { name, show, releaseDate } = catalogue.episode(index);
        return { name, more: [catalogue.show(show).name], year: Number(releaseDate.slice(0, 4)) };
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
