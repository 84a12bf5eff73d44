/**
 * A baseline JPEG encoder (ITU-T T.81) for pictures made of flat squares: of each 8×8 block only the average is written, so that no
 * cosine has to be computed and a picture of 640×640 takes a few kilobytes. Chroma has half the resolution (4:2:0), as in photographs.
 */

/** Luma and the two chroma differences, each from 0 to 255, at a place given from 0 to 1. */
export type Painter = (x: number, y: number) => readonly [luma: number, cb: number, cr: number];

const BLOCK = 8;
/** A minimum coded unit: four blocks of luma, one of each chroma. */
const UNIT = 2 * BLOCK;
/** With this divisor the written average of a block is its value minus 128. */
const QUANTIZER = 8;

/** How many bits the difference to the block before has; the code of each such number is one bit longer than that of the one before. */
const MAX_CATEGORY = 8;
const AC_END: readonly number[] = [0];

/** The bytes of a square picture, `size` pixels wide and high. */
export function jpeg(size: number, paint: Painter): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [0xff, 0xd8];
  const segment = (marker: number, ...content: number[]) =>
    bytes.push(0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 0xff, ...content);
  segment(0xe0, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0);
  segment(0xdb, 0, ...new Array<number>(64).fill(QUANTIZER));
  const side = [size >> 8, size & 0xff];
  segment(0xc0, 8, ...side, ...side, 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0);
  // One code of each length from 1 on (0, 10, 110, …), and none that is all ones.
  const lengths = Array.from({ length: 16 }, (_, index) => (index <= MAX_CATEGORY ? 1 : 0));
  segment(0xc4, 0x00, ...lengths, ...Array.from({ length: MAX_CATEGORY + 1 }, (_, index) => index));
  segment(0xc4, 0x10, 1, ...new Array<number>(15).fill(0), ...AC_END);
  segment(0xda, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0);
  writeScan(bytes, size, paint);
  bytes.push(0xff, 0xd9);
  return new Uint8Array(bytes);
}

function writeScan(bytes: number[], size: number, paint: Painter): void {
  const bits = new BitWriter(bytes);
  const last = [0, 0, 0];
  const writeBlock = (component: 0 | 1 | 2, value: number) => {
    const level = Math.max(0, Math.min(255, Math.round(value))) - 128;
    const difference = level - (last[component] ?? 0);
    last[component] = level;
    const category = 32 - Math.clz32(Math.abs(difference));
    bits.write(2 ** (category + 1) - 2, category + 1);
    bits.write(difference < 0 ? difference + 2 ** category - 1 : difference, category);
    // No other frequency: the one code of the other table, a single 0.
    bits.write(0, 1);
  };
  for (let top = 0; top < size; top += UNIT) {
    for (let left = 0; left < size; left += UNIT) {
      for (const [dx, dy] of BLOCKS) {
        writeBlock(0, paint((left + dx + BLOCK / 2) / size, (top + dy + BLOCK / 2) / size)[0]);
      }
      const [, cb, cr] = paint((left + BLOCK) / size, (top + BLOCK) / size);
      writeBlock(1, cb);
      writeBlock(2, cr);
    }
  }
  bits.end();
}

const BLOCKS = [
  [0, 0],
  [BLOCK, 0],
  [0, BLOCK],
  [BLOCK, BLOCK],
] as const;

/** Bits into bytes, the most significant first; a byte of ones is followed by a zero, so that it looks like no marker. */
class BitWriter {
  readonly #bytes: number[];
  #held = 0;
  #count = 0;

  constructor(bytes: number[]) {
    this.#bytes = bytes;
  }

  write(value: number, length: number): void {
    for (let bit = length - 1; bit >= 0; bit--) {
      this.#held = (this.#held << 1) | ((value >> bit) & 1);
      if (++this.#count === 8) this.#flush();
    }
  }

  /** Fills the last byte with ones. */
  end(): void {
    while (this.#count > 0) this.write(1, 1);
  }

  #flush(): void {
    this.#bytes.push(this.#held);
    if (this.#held === 0xff) this.#bytes.push(0);
    this.#held = 0;
    this.#count = 0;
  }
}
