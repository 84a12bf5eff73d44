import { type Key, pick } from "./key.js";
import { FIRST_NAMES, type NamePattern, NOUNS, nameOf, PLACES, type Slot } from "./names.js";

const TOPICS =
  "Astronomy Beekeeping Bridges Chess Clocks Cooking Cycling Fermentation Fonts Gardening Harbours Hiking History Jazz Ladders Lighthouses Maps Mathematics Mushrooms Poetry Postage Railways Rivers Sailing Sleep Swimming Theatre Translation Vinyl Weather".split(
    " ",
  );
const ORDINALS = "First Second Third Fourth Fifth Last Long Short Quiet Unfinished Borrowed Hidden".split(
  " ",
);
const LAST_NAMES =
  "Aldous Brennan Castaldi Devereux Ekström Farrow Gallagher Hollis Ingram Juhász Kaplan Lowell Mercado Nyström Osei Pryce Quist Rowan Sterling Tveit".split(
    " ",
  );

// Added to a kind, so that no name of a person follows from the name of their work.
const AUTHOR = 64;
const NARRATOR = 128;
const DRAW_TOPIC = 511;

const slot = (list: readonly string[]): Slot => ({ list, count: list.length });
const topic = slot(TOPICS);
const noun = slot(NOUNS);
const place = slot(PLACES);
const ordinal = slot(ORDINALS);
const firstName = slot(FIRST_NAMES);
const lastName = slot(LAST_NAMES);

export const SHOW_NAMES: readonly NamePattern[] = [
  ["The ", topic, " Hour"],
  [topic, " & ", topic],
  [topic, " with ", firstName],
  ["Mostly ", topic],
  ["Late Night ", place],
];
export const EPISODE_NAMES: readonly NamePattern[] = [
  ["The ", ordinal, " ", noun],
  [topic, " in ", place],
  ["What the ", noun, " Knew"],
  [firstName, " ", lastName, " on ", topic],
];
export const AUDIOBOOK_NAMES: readonly NamePattern[] = [
  ["The ", ordinal, " ", noun],
  ["A ", noun, " for ", firstName],
  ["The ", noun, "s of ", place],
  [noun, " and ", noun],
];
const PEOPLE: readonly NamePattern[] = [[firstName, " ", lastName]];

/** Who wrote it, or who makes it. */
export function authorOf(key: Key, kind: number, index: number): string {
  return nameOf(PEOPLE, key, AUTHOR + kind, index);
}

export function narratorOf(key: Key, kind: number, index: number): string {
  return nameOf(PEOPLE, key, NARRATOR + kind, index);
}

/** What it is about, for a description. */
export function topicOf(key: Key, kind: number, index: number): string {
  return TOPICS[pick(key, kind, index, DRAW_TOPIC, TOPICS.length)] ?? "";
}
