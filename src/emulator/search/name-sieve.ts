import type { Key } from "../world/key.js";
import { type NamePattern, patternOf, type Slot, wordOf } from "../world/names.js";
import { foldPart } from "./fold.js";

/** A word that is looked for, and the bit that stands for "found". */
export interface Needle {
  readonly text: string;
  readonly bit: number;
}

/** Tells, from the `stem` of a thing, something about its name. */
type FromStem<T> = (from: number) => T;

/** The words that a list's entries hold, as bits. */
function bitsIn(list: readonly string[], needles: readonly Needle[]): readonly number[] {
  return list.map((entry) => bitsOf(entry, needles));
}

function bitsOf(text: string, needles: readonly Needle[]): number {
  const folded = foldPart(text);
  return needles.reduce((bits, needle) => bits | (folded.includes(needle.text) ? needle.bit : 0), 0);
}

/** Bits by the words of a slot; `undefined` where none of them has any, so that nothing need be drawn. */
function slotBits(slot: Slot, key: Key, needles: readonly Needle[]): FromStem<number> | undefined {
  const bits = bitsIn(slot.list, needles);
  if (bits.every((one) => one === 0)) return undefined;
  return (from) => bits[wordOf(slot, key, from)] ?? 0;
}

/** The words of some slots, as bits. */
export function slotSieve(slots: readonly Slot[], key: Key, needles: readonly Needle[]): FromStem<number> {
  const drawn = slots.map((slot) => slotBits(slot, key, needles)).filter((one) => one !== undefined);
  return (from) => {
    let bits = 0;
    for (const one of drawn) bits |= one(from);
    return bits;
  };
}

/** The words of a name, as bits, by a few draws: a million names are read so in the time in which some thousands are made. */
export function nameSieve(
  patterns: readonly NamePattern[],
  key: Key,
  needles: readonly Needle[],
): FromStem<number> {
  const compiled = patterns.map((pattern) => ({
    fixed: bitsOf(pattern.filter((part) => typeof part === "string").join(" "), needles),
    drawn: slotSieve(
      pattern.filter((part) => typeof part !== "string"),
      key,
      needles,
    ),
  }));
  return (from) => {
    const pattern = compiled[patternOf(patterns, key, from)];
    return pattern === undefined ? 0 : pattern.fixed | pattern.drawn(from);
  };
}

/** A way to read a full name: the pattern, and the word of each of its slots. */
interface Reading {
  readonly pattern: number;
  readonly words: readonly (readonly [Slot, number])[];
}

/** Whether a thing has just this folded name; `undefined` where no thing can have it. */
export function exactName(
  patterns: readonly NamePattern[],
  key: Key,
  name: string,
): FromStem<boolean> | undefined {
  const readings = patterns.flatMap((pattern, index) => readName(pattern, index, name));
  if (readings.length === 0) return undefined;
  return (from) => {
    const pattern = patternOf(patterns, key, from);
    return readings.some(
      (reading) =>
        reading.pattern === pattern &&
        reading.words.every(([slot, word]) => {
          const drawn = wordOf(slot, key, from);
          return word < 0 ? drawn >= slot.list.length : drawn === word;
        }),
    );
  };
}

function readName(pattern: NamePattern, index: number, name: string): readonly Reading[] {
  const slots = pattern.filter((part) => typeof part !== "string");
  // Only letters, digits and spaces are left in what was folded: nothing that means something in a pattern. Words end in no space:
  // the name's own end has none.
  const source = pattern.map((part) =>
    typeof part === "string"
      ? foldPart(part)
      : `(${part.list.map(foldWord).join("|")})${part.count > part.list.length ? "?" : ""}`,
  );
  const match = new RegExp(`^${source.join("")}$`).exec(name);
  if (match === null) return [];
  const words = slots.map((slot, place) => {
    const text = match[place + 1];
    return [slot, slot.list.findIndex((word) => foldWord(word) === text)] as const;
  });
  return [{ pattern: index, words }];
}

function foldWord(word: string): string {
  return foldPart(word).trimEnd();
}
