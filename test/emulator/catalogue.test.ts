import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFace } from "../../src/emulator/api/face.js";
import { type CatalogueKind, createCatalogue } from "../../src/emulator/world/catalogue.js";
import { keyOf } from "../../src/emulator/world/key.js";
import {
  AUDIOBOOK_MARKETS,
  CLOSING_MARKETS,
  isOffered,
  likeMarket,
  MARKETS,
  marketsOf,
} from "../../src/emulator/world/markets.js";
import { rounds } from "../../src/emulator/world/rounds.js";
import { catalogueStage, NOBODY } from "./catalogue-stage.js";
import { TIERS } from "./guest.js";
import { sampleCalls } from "./sample-calls.js";

const sizes = fc.integer({ min: 1, max: 1_000_000 });
const KINDS = ["artist", "album", "track", "show", "episode", "audiobook", "chapter"] as const;
const COUNTS = {
  artist: "artists",
  album: "albums",
  track: "tracks",
  show: "shows",
  episode: "episodes",
  audiobook: "audiobooks",
  chapter: "chapters",
} as const satisfies Record<CatalogueKind, string>;

describe("everything in the catalogue", () => {
  it("is found by its id, in no other kind, and not beyond the last", () => {
    fc.assert(
      fc.property(sizes, fc.constantFrom(...KINDS), fc.nat(), fc.nat(), (size, kind, some, seed) => {
        const catalogue = createCatalogue(keyOf(seed), size);
        const count = catalogue[COUNTS[kind]];
        const index = some % count;
        const { id } = catalogue[kind](index);
        for (const other of KINDS) expect(catalogue.find(other, id)).toBe(other === kind ? index : null);
        expect(catalogue.find(kind, catalogue.idOf(kind, count))).toBeNull();
        expect(catalogue.find(kind, NOBODY)).toBeNull();
      }),
    );
  });

  it("is the same again from the same seed, whatever was looked at before", () => {
    const [one, other] = [createCatalogue(keyOf(5), 9000), createCatalogue(keyOf(5), 9000)];
    for (let index = 8999; index >= 0; index -= 7) other.track(index);
    for (const kind of KINDS) {
      for (let index = 0; index < Math.min(40, one[COUNTS[kind]]); index++)
        expect(one[kind](index)).toEqual(other[kind](index));
    }
  });

  it("belongs together: episodes to shows, chapters to audiobooks", () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, some) => {
        const catalogue = createCatalogue(keyOf(2), size);
        const episode = catalogue.episode(some % catalogue.episodes);
        const show = catalogue.show(episode.show);
        expect(episode.show).toBeLessThan(catalogue.shows);
        expect(episode.index - show.firstEpisode).toBeGreaterThanOrEqual(0);
        expect(episode.index - show.firstEpisode).toBeLessThan(show.totalEpisodes);
        const chapter = catalogue.chapter(some % catalogue.chapters);
        const book = catalogue.audiobook(chapter.audiobook);
        expect(chapter.audiobook).toBeLessThan(catalogue.audiobooks);
        expect(book.firstChapter + chapter.number).toBe(chapter.index);
        expect(chapter.number).toBeLessThan(book.totalChapters);
      }),
    );
  });

  it("has an edition for the one market where a track is closed, or none", () => {
    const catalogue = createCatalogue(keyOf(1), 3000);
    let editions = 0;
    for (let index = 0; index < catalogue.tracks; index++) {
      const track = catalogue.track(index);
      if (track.standIn === undefined) continue;
      editions++;
      const edition = catalogue.track(track.standIn);
      expect(catalogue.find("track", edition.id)).toBe(track.standIn);
      expect(marketsOf(edition)).toEqual([track.closedMarket]);
      expect(marketsOf(track)).not.toContain(track.closedMarket);
      expect([edition.name, edition.isrc, edition.album]).toEqual([track.name, track.isrc, track.album]);
      expect(edition.id).not.toBe(track.id);
    }
    expect(editions).toBeGreaterThan(50);
    const without = Array.from({ length: 300 }, (_, index) => index).filter(
      (index) => catalogue.track(index).standIn === undefined,
    );
    const idOfNone = catalogue.idOf("track", 2 ** 32 + (without[0] ?? 0));
    expect(catalogue.find("track", idOfNone)).toBeNull();
  });

  it("is kept only as long as a few thousand others are not asked for: memory stays flat", () => {
    const catalogue = createCatalogue(keyOf(1), 1_000_000);
    const followersOf = () => 0;
    const face = createFace(catalogue, {
      tier: "legacy",
      market: undefined,
      api: "",
      pictures: "",
      followersOf,
    });
    const makers = [
      catalogue.track,
      catalogue.album,
      catalogue.artist,
      catalogue.episode,
      catalogue.chapter,
      face.track,
      face.simplifiedTrack,
      face.album,
      face.fullAlbum,
      face.artist,
      face.episode,
      face.simplifiedEpisode,
      face.chapter,
    ];
    const askAgainAndAgain = (make: (index: number) => unknown, start: number, end: number) => {
      for (let round = 0; round < 3; round++) for (let index = start; index < end; index++) make(index);
    };
    for (const make of makers) {
      askAgainAndAgain(make, 0, 2);
      const first = make(0);
      expect(make(0)).toBe(first);
      for (let start = 1; start < 4200; start += 100) askAgainAndAgain(make, start, start + 100);
      expect(make(0)).not.toBe(first);
      expect(make(0)).toEqual(first);
    }
  });
});

describe("groups that come in rounds", () => {
  it("hold every member once, in order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 9 }), (list) => {
        const { groupOf, firstOf, sizeOf } = rounds(list);
        let member = 0;
        for (let group = 0; group < list.length * 3; group++) {
          expect(firstOf(group)).toBe(member);
          for (let place = 0; place < sizeOf(group); place++) expect(groupOf(member++)).toBe(group);
        }
      }),
    );
  });
});

describe("markets that are alike", () => {
  it("see the same of everything, and are few", () => {
    const all = ["AQ", "KP", ...MARKETS];
    for (const market of all) {
      const like = likeMarket(market) ?? "";
      for (const closedMarket of [undefined, ...CLOSING_MARKETS]) {
        expect(isOffered({ closedMarket }, like)).toBe(isOffered({ closedMarket }, market));
      }
      expect(AUDIOBOOK_MARKETS.includes(like)).toBe(AUDIOBOOK_MARKETS.includes(market));
    }
    expect(new Set(all.map(likeMarket)).size).toBeLessThanOrEqual(12);
    expect(likeMarket(undefined)).toBeUndefined();
  });
});

describe.each(TIERS)("the same seed, for a %s app", (tier) => {
  it("gives the same bytes for every call that only reads", async () => {
    const read = async () => {
      const { emulator, call } = await catalogueStage({ tier, seed: "bytes" });
      const calls = sampleCalls(emulator).filter(({ method }) => method === "GET");
      const answers: string[] = [];
      for (const { path } of calls) answers.push(`${path} ${(await call("GET", path)).text}`);
      return answers;
    };
    expect(await read()).toEqual(await read());
  });
});
