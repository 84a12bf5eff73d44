import { DAY } from "../../base/clock.js";
import { memo } from "../memo.js";
import { KIND, toId } from "./identifier.js";
import { type Key, pick } from "./key.js";
import { CLOSING_MARKETS, type Offer } from "./markets.js";
import { nameOf } from "./names.js";
import { rounds } from "./rounds.js";
import { AUDIOBOOK_NAMES, authorOf, EPISODE_NAMES, narratorOf, SHOW_NAMES, topicOf } from "./spoken-names.js";

const EPISODES = rounds([24, 60, 8, 36, 3, 112, 18, 30]);
const CHAPTERS = rounds([12, 24, 9, 31, 18, 64, 6]);
// They follow the music's size only so far: whoever asks for a million tracks wants tracks.
const MAX_SHOWS = 400;
const MAX_AUDIOBOOKS = 240;
const LANGUAGES = ["en", "en", "en", "de", "es", "fr", "ja", "pt"];
/** The latest day on which an episode came out; dates of the world are fixed. */
const LAST_EPISODE = Date.UTC(2025, 11, 28);

const DRAW = { closed: 501, language: 502, explicit: 503, length: 504, date: 505, sold: 506 } as const;

export type SpokenKind = "show" | "episode" | "audiobook" | "chapter";

export interface ShowEntry extends Offer {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly publisher: string;
  readonly topic: string;
  readonly language: string;
  readonly explicit: boolean;
  /** Index of the newest episode; the older ones follow it. */
  readonly firstEpisode: number;
  readonly totalEpisodes: number;
}

export interface EpisodeEntry {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly show: number;
  readonly topic: string;
  readonly durationMs: number;
  readonly explicit: boolean;
  readonly releaseDate: string;
}

export interface AudiobookEntry {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly author: string;
  readonly narrator: string;
  readonly publisher: string;
  readonly topic: string;
  readonly language: string;
  readonly explicit: boolean;
  readonly releaseDate: string;
  /** True where all but the first chapter must be paid for. */
  readonly isSold: boolean;
  readonly firstChapter: number;
  readonly totalChapters: number;
}

export interface ChapterEntry {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly audiobook: number;
  /** Counted from 0. */
  readonly number: number;
  readonly durationMs: number;
}

/** Shows with episodes and audiobooks with chapters, computed as the music is. */
export interface Spoken {
  readonly shows: number;
  readonly episodes: number;
  readonly audiobooks: number;
  readonly chapters: number;
  show(index: number): ShowEntry;
  episode(index: number): EpisodeEntry;
  /** The show of an episode, without making the episode. */
  showOf(episode: number): number;
  audiobook(index: number): AudiobookEntry;
  chapter(index: number): ChapterEntry;
}

/** @param tracks how many the catalogue has: shows and audiobooks go with it */
export function createSpoken(key: Key, tracks: number): Spoken {
  const shows = Math.min(MAX_SHOWS, Math.ceil(Math.max(1, tracks) / 30));
  const audiobooks = Math.min(MAX_AUDIOBOOKS, Math.ceil(Math.max(1, tracks) / 50));
  const draw = (
    kind: "show" | "episode" | "audiobook" | "chapter",
    index: number,
    what: number,
    of: number,
  ) => pick(key, KIND[kind], index, what, of);

  return {
    shows,
    episodes: EPISODES.firstOf(shows),
    audiobooks,
    chapters: CHAPTERS.firstOf(audiobooks),

    show: memo((index) => ({
      index,
      id: toId(key, "show", index),
      name: nameOf(SHOW_NAMES, key, KIND.show, index),
      publisher: authorOf(key, KIND.show, index),
      topic: topicOf(key, KIND.show, index),
      language: LANGUAGES[draw("show", index, DRAW.language, LANGUAGES.length)] ?? "en",
      explicit: draw("show", index, DRAW.explicit, 7) === 0,
      closedMarket: CLOSING_MARKETS[draw("show", index, DRAW.closed, CLOSING_MARKETS.length * 6)],
      firstEpisode: EPISODES.firstOf(index),
      totalEpisodes: EPISODES.sizeOf(index),
    })),

    episode: memo((index) => {
      const show = EPISODES.groupOf(index);
      // The newest comes first, and one each week.
      const weeks = index - EPISODES.firstOf(show);
      const newest = LAST_EPISODE - draw("show", show, DRAW.date, 600) * DAY;
      return {
        index,
        id: toId(key, "episode", index),
        name: nameOf(EPISODE_NAMES, key, KIND.episode, index),
        show,
        topic: topicOf(key, KIND.episode, index),
        durationMs: 600_000 + draw("episode", index, DRAW.length, 5_400_000),
        explicit: draw("episode", index, DRAW.explicit, 9) === 0,
        releaseDate: dayOf(newest - weeks * 7 * DAY),
      };
    }),

    showOf: EPISODES.groupOf,

    audiobook: memo((index) => ({
      index,
      id: toId(key, "audiobook", index),
      name: nameOf(AUDIOBOOK_NAMES, key, KIND.audiobook, index),
      author: authorOf(key, KIND.audiobook, index),
      narrator: narratorOf(key, KIND.audiobook, index),
      publisher: `${narratorOf(key, KIND.audiobook, index).split(" ").at(-1)} & Daughters`,
      topic: topicOf(key, KIND.audiobook, index),
      language: LANGUAGES[draw("audiobook", index, DRAW.language, LANGUAGES.length)] ?? "en",
      explicit: draw("audiobook", index, DRAW.explicit, 7) === 0,
      releaseDate: dayOf(LAST_EPISODE - draw("audiobook", index, DRAW.date, 9000) * DAY),
      isSold: draw("audiobook", index, DRAW.sold, 3) === 0,
      firstChapter: CHAPTERS.firstOf(index),
      totalChapters: CHAPTERS.sizeOf(index),
    })),

    chapter: memo((index) => {
      const audiobook = CHAPTERS.groupOf(index);
      const number = index - CHAPTERS.firstOf(audiobook);
      return {
        index,
        id: toId(key, "chapter", index),
        name: number === 0 ? "Opening Credits" : `Chapter ${number}`,
        audiobook,
        number,
        durationMs: 40_000 + draw("chapter", index, DRAW.length, 2_400_000),
      };
    }),
  };
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
