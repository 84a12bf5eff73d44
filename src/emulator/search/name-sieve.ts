import type { Key } from "../world/key.js";
import { GENRES, genrePlaces, type NamePattern, nameDraw, type Slot } from "../world/names.js";
import { foldPart } from "./fold.js";

/** A word that is looked for, and the bit that stands for "found". */
export interface Needle {
  readonly text: string;
  readonly bit: number;
}

/** Tells, from the `stem` of a thing, something about its name. */
type FromStem<T> = (from: number) => T;

/** The words that are in a thing, as bits. */
export interface BitSieve {
  readonly bitsOf: FromStem<number>;
  /** All bits that any thing can have. */
  readonly reach: number;
}

const NOTHING: BitSieve = { bitsOf: () => 0, reach: 0 };

function bitsIn(text: string, needles: readonly Needle[]): number {
  const folded = foldPart(text);
  return needles.reduce((bits, needle) => bits | (folded.includes(needle.text) ? needle.bit : 0), 0);
}

/** The bits of each word in a list. */
function bitsInList(list: readonly string[], needles: readonly Needle[]): readonly number[] {
  return list.map((word) => bitsIn(word, needles));
}

function union(all: readonly number[]): number {
  return all.reduce((sum, bits) => sum | bits, 0);
}

/** The words of a name, by the draw that it comes from: a million names are read so in the time in which some thousands are made. */
export function nameSieve(patterns: readonly NamePattern[], key: Key, needles: readonly Needle[]): BitSieve {
  const compiled = patterns.map((pattern) => {
    const slots = slotsOf(pattern).map(({ list, count }) => ({ count, bits: bitsInList(list, needles) }));
    // What comes after the last slot that matters need not be read: most slots, of most searches.
    while (slots.at(-1)?.bits.every((bits) => bits === 0)) slots.pop();
    return { fixed: bitsIn(pattern.filter((part) => typeof part === "string").join(" "), needles), slots };
  });
  const reach = union(compiled.flatMap(({ fixed, slots }) => [fixed, ...slots.flatMap(({ bits }) => bits)]));
  if (reach === 0) return NOTHING;

  const bitsOf = (from: number): number => {
    let rest = nameDraw(key, from) * compiled.length;
    const place = Math.floor(rest);
    const pattern = compiled[place];
    if (pattern === undefined) return 0;
    rest -= place;
    let found = pattern.fixed;
    for (const { count, bits } of pattern.slots) {
      rest *= count;
      const word = Math.floor(rest);
      rest -= word;
      // Beyond the list are the empty words.
      if (word < bits.length) found |= bits[word] ?? 0;
    }
    return found;
  };
  return { bitsOf, reach };
}

/** The words of an artist's genres. */
export function genreSieve(key: Key, needles: readonly Needle[]): BitSieve {
  const bits = bitsInList(GENRES, needles);
  const reach = union(bits);
  if (reach === 0) return NOTHING;
  return { bitsOf: (from) => union(genrePlaces(key, from).map((place) => bits[place] ?? 0)), reach };
}

function slotsOf(pattern: NamePattern): readonly Slot[] {
  return pattern.filter((part) => typeof part !== "string");
}

/** A way to read a full name: the pattern, and of each slot the words that it can be, from one to below another. */
interface Reading {
  readonly pattern: number;
  readonly slots: readonly { readonly count: number; readonly word: number; readonly end: number }[];
}

/** Whether a thing has just this folded name; `undefined` where no thing can have it. */
export function exactName(
  patterns: readonly NamePattern[],
  key: Key,
  name: string,
): FromStem<boolean> | undefined {
  const readings = patterns.flatMap((pattern, place) => readName(pattern, place, name));
  if (readings.length === 0) return undefined;

  const isReading = (draw: number, reading: Reading): boolean => {
    let rest = draw * patterns.length - reading.pattern;
    if (rest < 0 || rest >= 1) return false;
    for (const { count, word, end } of reading.slots) {
      rest *= count;
      const drawn = Math.floor(rest);
      if (drawn < word || drawn >= end) return false;
      rest -= drawn;
    }
    return true;
  };
  return (from) => {
    const draw = nameDraw(key, from);
    for (const reading of readings) if (isReading(draw, reading)) return true;
    return false;
  };
}

function readName(pattern: NamePattern, place: number, name: string): readonly Reading[] {
  // Only letters, digits and spaces are left in what was folded: nothing that means something in a regular expression.
  const source = pattern.map((part) =>
    typeof part === "string"
      ? foldPart(part)
      : `(${part.list.map(foldWord).join("|")})${part.count > part.list.length ? "?" : ""}`,
  );
  const match = new RegExp(`^${source.join("")}$`).exec(name);
  if (match === null) return [];
  const slots = slotsOf(pattern).map(({ list, count }, slot) => {
    const text = match[slot + 1];
    if (text === undefined) return { count, word: list.length, end: count };
    const word = list.findIndex((one) => foldWord(one) === text);
    return { count, word, end: word + 1 };
  });
  return [{ pattern: place, slots }];
}

/** A word keeps the space before it, but none after it: the name's own end has none. */
function foldWord(word: string): string {
  return foldPart(word).trimEnd();
}
