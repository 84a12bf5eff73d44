import { type Key, mix } from "./key.js";

/**
 * What an id can stand for, as a number that goes into it. Numbers are never reused: the same seed must give the same ids in
 * every version.
 */
export const KIND = {
  artist: 1,
  album: 2,
  track: 3,
  playlist: 4,
  snapshot: 5,
  device: 6,
  image: 7,
  show: 8,
  episode: 9,
  audiobook: 10,
  chapter: 11,
  category: 12,
} as const;
export type Kind = keyof typeof KIND;

/** The largest index an id can hold. */
export const MAX_INDEX = 2 ** 40 - 1;

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const NO_DIGIT = 255;
/** By the code of the letter. */
const DIGITS = new Uint8Array(128).fill(NO_DIGIT);
for (const [value, letter] of [...ALPHABET].entries()) DIGITS[letter.charCodeAt(0)] = value;
const LENGTH = 22;
const ROUNDS = 6;
// Three digits at a time: 62³ times a 32-bit word still fits exactly into a double.
const STEP = 3;
const STEP_BASE = 62 ** STEP;
const WORD = 0x1_0000_0000;

/** 128 bits, the most significant word first. */
type Block = [number, number, number, number];

/**
 * A Feistel network over two halves of 64 bits: a bijection whatever the round function is, so that each (kind, index) has
 * exactly one id and no table of ids is needed.
 */
function encrypt(key: Key, [a, b, c, d]: Block): Block {
  for (let round = 0; round < ROUNDS; round++) {
    const e = (a ^ mix(key, c, d, 2 * round)) >>> 0;
    const f = (b ^ mix(key, c, d, 2 * round + 1)) >>> 0;
    [a, b, c, d] = [c, d, e, f];
  }
  return [a, b, c, d];
}

function decrypt(key: Key, [a, b, c, d]: Block): Block {
  for (let round = ROUNDS - 1; round >= 0; round--) {
    const e = (c ^ mix(key, a, b, 2 * round)) >>> 0;
    const f = (d ^ mix(key, a, b, 2 * round + 1)) >>> 0;
    [a, b, c, d] = [e, f, a, b];
  }
  return [a, b, c, d];
}

function toBase62(block: Block): string {
  let text = "";
  while (text.length < LENGTH) {
    let rest = 0;
    for (let word = 0; word < 4; word++) {
      const value = rest * WORD + (block[word] ?? 0);
      block[word] = Math.floor(value / STEP_BASE);
      rest = value % STEP_BASE;
    }
    for (let digit = 0; digit < STEP; digit++) {
      text = (ALPHABET[rest % 62] ?? "") + text;
      rest = Math.floor(rest / 62);
    }
  }
  // 24 digits were made; 128 bits fill 22, the first two are zeros.
  return text.slice(-LENGTH);
}

function fromBase62(text: string): Block | null {
  if (text.length !== LENGTH) return null;
  const block: Block = [0, 0, 0, 0];
  // 22 digits are one more than seven steps.
  for (let start = 1 - STEP; start < LENGTH; start += STEP) {
    let carry = 0;
    for (let place = Math.max(0, start); place < start + STEP; place++) {
      const digit = DIGITS[text.charCodeAt(place)] ?? NO_DIGIT;
      if (digit === NO_DIGIT) return null;
      carry = carry * 62 + digit;
    }
    for (let word = 3; word >= 0; word--) {
      const value = (block[word] ?? 0) * STEP_BASE + carry;
      carry = Math.floor(value / WORD);
      block[word] = value - carry * WORD;
    }
    if (carry > 0) return null;
  }
  return block;
}

/**
 * The id of a thing: 22 characters of base62, as Spotify's.
 *
 * @param index from 0 to `MAX_INDEX`
 */
export function toId(key: Key, kind: Kind, index: number): string {
  const high = (KIND[kind] << 24) | Math.floor(index / WORD);
  return toBase62(encrypt(key, [high >>> 0, index % WORD, 0, 0]));
}

/** The index of a thing of this kind, or `null` when the id is of another kind, of another world, or none at all. */
export function fromId(key: Key, kind: Kind, id: string): number | null {
  const block = fromBase62(id);
  if (block === null) return null;
  const [high, low, zero, alsoZero] = decrypt(key, block);
  // Sixty-four bits that must be zero: a made-up id passes once in 2⁶⁴.
  if (zero !== 0 || alsoZero !== 0 || high >>> 24 !== KIND[kind] || (high & 0xffff00) !== 0) return null;
  return (high & 0xff) * WORD + low;
}
