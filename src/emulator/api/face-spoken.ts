import type {
  Chapter,
  Episode,
  SimplifiedAudiobook,
  SimplifiedChapter,
  SimplifiedEpisode,
  SimplifiedShow,
} from "../../contract/models/index.js";
import { memo } from "../memo.js";
import type { Catalogue } from "../world/catalogue.js";
import { AUDIOBOOK_MARKETS, isOffered, marketsOf } from "../world/markets.js";
import type { FaceOptions } from "./face-options.js";
import { imagesAt, linksTo } from "./objects/links.js";

/** Shows and audiobooks; what a person has heard of them is not in it, as it differs by person. */
export interface SpokenFace {
  /**
   * Whether a show or audiobook can be had at all. Where no market is known, none can. As documented.
   */
  offers(kind: "show" | "audiobook", index: number): boolean;
  show(index: number): SimplifiedShow;
  episode(index: number): Episode;
  simplifiedEpisode(index: number): SimplifiedEpisode;
  audiobook(index: number): SimplifiedAudiobook;
  chapter(index: number): Chapter;
  simplifiedChapter(index: number): SimplifiedChapter;
}

export function spokenFace(catalogue: Catalogue, options: FaceOptions, keepsMembers: boolean): SpokenFace {
  const { market, api, pictures } = options;

  const show = memo((index): SimplifiedShow => {
    const entry = catalogue.show(index);
    return {
      ...linksTo("show", entry.id, api),
      copyrights: [],
      ...described(`${entry.publisher} and guests on ${entry.topic.toLowerCase()}.`),
      explicit: entry.explicit,
      images: imagesAt(pictures, entry.id),
      is_externally_hosted: false,
      languages: [entry.language],
      media_type: "audio",
      name: entry.name,
      total_episodes: entry.totalEpisodes,
      ...(keepsMembers && { available_markets: marketsOf(entry), publisher: entry.publisher }),
    };
  });

  const simplifiedEpisode = memo((index): SimplifiedEpisode => {
    const entry = catalogue.episode(index);
    const { language } = catalogue.show(entry.show);
    return {
      ...linksTo("episode", entry.id, api),
      audio_preview_url: null,
      ...described(`This week: ${entry.topic.toLowerCase()}.`),
      duration_ms: entry.durationMs,
      explicit: entry.explicit,
      images: imagesAt(pictures, entry.id),
      is_externally_hosted: false,
      is_playable: true,
      language,
      languages: [language],
      name: entry.name,
      release_date: entry.releaseDate,
      release_date_precision: "day",
    };
  });

  const audiobook = memo((index): SimplifiedAudiobook => {
    const entry = catalogue.audiobook(index);
    const year = entry.releaseDate.slice(0, 4);
    return {
      ...linksTo("audiobook", entry.id, api),
      authors: [{ name: entry.author }],
      copyrights: [
        { text: `${year} ${entry.author}`, type: "C" },
        { text: `${year} ${entry.publisher}`, type: "P" },
      ],
      ...described(`${entry.author} on ${entry.topic.toLowerCase()}, read by ${entry.narrator}.`),
      edition: "Unabridged",
      explicit: entry.explicit,
      images: imagesAt(pictures, entry.id),
      languages: [entry.language],
      media_type: "audio",
      name: entry.name,
      narrators: [{ name: entry.narrator }],
      total_chapters: entry.totalChapters,
      ...(keepsMembers && { available_markets: AUDIOBOOK_MARKETS, publisher: entry.publisher }),
    };
  });

  const simplifiedChapter = memo((index): SimplifiedChapter => {
    const entry = catalogue.chapter(index);
    const book = catalogue.audiobook(entry.audiobook);
    // The first chapter is there to be tried.
    const mustBePaid = book.isSold && entry.number > 0;
    return {
      // A chapter is an episode in all but its address. As documented.
      ...linksTo("episode", entry.id, api),
      href: `${api}/chapters/${entry.id}`,
      audio_preview_url: null,
      chapter_number: entry.number,
      ...described(`${entry.name} of ${book.name}.`),
      duration_ms: entry.durationMs,
      explicit: book.explicit,
      images: imagesAt(pictures, book.id),
      is_playable: !mustBePaid,
      languages: [book.language],
      name: entry.name,
      release_date: book.releaseDate,
      release_date_precision: "day",
      ...(mustBePaid && { restrictions: { reason: "payment_required" } }),
      ...(keepsMembers && { available_markets: AUDIOBOOK_MARKETS }),
    };
  });

  return {
    offers(kind, index) {
      if (market === undefined) return false;
      return kind === "show" ? isOffered(catalogue.show(index), market) : AUDIOBOOK_MARKETS.includes(market);
    },
    show,
    simplifiedEpisode,
    episode: memo((index) => ({ ...simplifiedEpisode(index), show: show(catalogue.episode(index).show) })),
    audiobook,
    simplifiedChapter,
    chapter: memo((index) => ({
      ...simplifiedChapter(index),
      audiobook: audiobook(catalogue.chapter(index).audiobook),
    })),
  };
}

function described(text: string): { readonly description: string; readonly html_description: string } {
  return { description: text, html_description: `<p>${text.replaceAll("&", "&amp;")}</p>` };
}
