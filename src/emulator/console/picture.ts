import type { Answer } from "../exchange.js";
import type { World } from "../world/world.js";
import { jpeg, type Painter } from "./jpeg.js";

const NAME = /^\/image\/([0-9A-Za-z]{1,64})-(640|300|64)\.jpg$/;
/** Of an uploaded cover: the number is another one after each upload, so that the address is a temporary one. */
const UPLOADED = /^\/image\/([0-9A-Za-z]{1,64})-cover([0-9]{1,15})\.jpg$/;
/** A picture has a few kilobytes: all that are kept have a few megabytes. */
const MAX_KEPT = 500;
const kept = new Map<string, Uint8Array<ArrayBuffer>>();

/** A cover: the one that was uploaded, or one drawn from the id in its address; `undefined` when the address is none of a picture. */
export function picture(path: string, world: World): Answer | undefined {
  const [, drawnId, size] = NAME.exec(path) ?? [];
  const [, id = drawnId ?? "", cover] = UPLOADED.exec(path) ?? [];
  const uploaded = world.covers.get(id);
  if (cover !== undefined && world.playlists.get(id)?.cover !== Number(cover)) return undefined;
  if (uploaded !== undefined) return answer(new Uint8Array(uploaded), "no-cache");
  return size === undefined ? undefined : answer(drawn(id, Number(size)), "public, max-age=3600");
}

function answer(body: Uint8Array<ArrayBuffer>, caching: string): Answer {
  return { status: 200, headers: { "content-type": "image/jpeg", "cache-control": caching }, body };
}

function drawn(id: string, size: number): Uint8Array<ArrayBuffer> {
  const key = `${id}-${size}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (kept.size >= MAX_KEPT) kept.clear();
  const made = jpeg(size, cover(id));
  kept.set(key, made);
  return made;
}

/** A slope between two colours with a disc of a third before it, all three out of the id. */
function cover(id: string): Painter {
  let hash = 0x811c9dc5;
  for (const letter of id) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  const part = (shift: number) => ((hash >>> shift) & 0xff) / 255;
  const turn = part(0) * 2 * Math.PI;
  const [from, to] = [colour(turn, 0.55, 70), colour(turn + 0.7 + part(8), 0.5, 150)];
  const disc = colour(turn + 2.4 + part(16), 0.6, 205);
  const [slopeX, slopeY] = [Math.cos(part(4) * 6.3), Math.sin(part(4) * 6.3)];
  const [centreX, centreY, radius] = [0.3 + part(12) * 0.4, 0.3 + part(20) * 0.4, 0.16 + part(24) * 0.16];
  return (x, y) => {
    if (Math.hypot(x - centreX, y - centreY) < radius) return disc;
    const along = 0.5 + ((x - 0.5) * slopeX + (y - 0.5) * slopeY) * 0.7;
    return [mixed(from, to, along, 0), mixed(from, to, along, 1), mixed(from, to, along, 2)];
  };
}

type Colour = readonly [number, number, number];

/** A hue as an angle, how strong it is from 0 to 1, and how bright from 0 to 255. */
function colour(turn: number, strength: number, luma: number): Colour {
  return [luma, 128 + Math.cos(turn) * strength * 80, 128 + Math.sin(turn) * strength * 80];
}

function mixed(a: Colour, b: Colour, share: number, index: 0 | 1 | 2): number {
  const at = Math.max(0, Math.min(1, share));
  return a[index] * (1 - at) + b[index] * at;
}
