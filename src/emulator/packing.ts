/**
 * Values as JSON and back, with what JSON lacks: maps, sets, bytes, `undefined`, infinity, and the same object in two places, which
 * comes back as one object.
 */

/** Each object once; whoever holds it names its place in the list. The first is the whole. */
export interface Packed {
  readonly objects: readonly PackedObject[];
}

type PackedObject =
  | { readonly list: readonly PackedValue[] }
  | { readonly members: Readonly<Record<string, PackedValue>> }
  | { readonly map: readonly (readonly [PackedValue, PackedValue])[] }
  | { readonly set: readonly PackedValue[] }
  /** Two hexadecimal digits a byte. */
  | { readonly bytes: string };

type PackedValue =
  | string
  | number
  | boolean
  | null
  | { readonly at: number }
  | { readonly special: "undefined" | "Infinity" | "-Infinity" };

/** @throws TypeError for a function, or an object of a class other than those named above */
export function pack(value: object): Packed {
  const objects: PackedObject[] = [];
  const places = new Map<object, number>();

  function packValue(one: unknown): PackedValue {
    if (one === undefined) return { special: "undefined" };
    if (one === Number.POSITIVE_INFINITY) return { special: "Infinity" };
    if (one === Number.NEGATIVE_INFINITY) return { special: "-Infinity" };
    if (one === null || typeof one === "string" || typeof one === "number" || typeof one === "boolean")
      return one;
    if (typeof one !== "object") throw new TypeError(`A ${typeof one} cannot be packed.`);
    const known = places.get(one);
    if (known !== undefined) return { at: known };
    const at = objects.length;
    places.set(one, at);
    objects.push({ list: [] });
    objects[at] = packObject(one);
    return { at };
  }
  function packObject(one: object): PackedObject {
    if (Array.isArray(one)) return { list: one.map(packValue) };
    if (one instanceof Map) return { map: [...one].map(([key, held]) => [packValue(key), packValue(held)]) };
    if (one instanceof Set) return { set: [...one].map(packValue) };
    if (one instanceof Uint8Array) return { bytes: hexOf(one) };
    const parent: unknown = Object.getPrototypeOf(one);
    if (parent !== Object.prototype && parent !== null)
      throw new TypeError("An object of a class cannot be packed.");
    return {
      members: Object.fromEntries(Object.entries(one).map(([name, held]) => [name, packValue(held)])),
    };
  }
  packValue(value);
  return { objects };
}

/** @throws TypeError for what `pack` did not make */
export function unpack({ objects }: Packed): unknown {
  const made = new Map<number, unknown>();

  function unpackValue(value: PackedValue): unknown {
    if (typeof value !== "object" || value === null) return value;
    if ("special" in value) return value.special === "undefined" ? undefined : Number(value.special);
    if (!made.has(value.at)) unpackObject(value.at);
    return made.get(value.at);
  }
  /** Remembered before it is filled: what it holds may hold it. */
  function unpackObject(at: number): void {
    const object = objects[at];
    if (object === undefined) throw new TypeError("This is no snapshot.");
    if ("bytes" in object) {
      made.set(at, bytesOf(object.bytes));
    } else if ("list" in object) {
      const list: unknown[] = [];
      made.set(at, list);
      for (const value of object.list) list.push(unpackValue(value));
    } else if ("map" in object) {
      const map = new Map<unknown, unknown>();
      made.set(at, map);
      for (const [key, value] of object.map) map.set(unpackValue(key), unpackValue(value));
    } else if ("set" in object) {
      const set = new Set<unknown>();
      made.set(at, set);
      for (const value of object.set) set.add(unpackValue(value));
    } else {
      const members: Record<string, unknown> = {};
      made.set(at, members);
      for (const [name, value] of Object.entries(object.members)) {
        // Not by assignment: a member may be called `__proto__`.
        Object.defineProperty(members, name, {
          value: unpackValue(value),
          enumerable: true,
          writable: true,
          configurable: true,
        });
      }
    }
  }
  return unpackValue({ at: 0 });
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
