/**
 * What a parameter may hold, as data. The client checks arguments against it, and the emulator checks requests against it.
 */
import type { ResourceType } from "./ids.js";
import type { Tier } from "./life.js";

/** A limit that is the same for everybody, or differs by the app's tier. */
export type Limit = number | Readonly<Record<Tier, number>>;

export interface Text {
  readonly kind: "text";
  /** Source of a regular expression that the whole text must match. */
  readonly pattern?: string;
  /** What the pattern stands for, in words: "a country, such as PT". */
  readonly means?: string;
  /** Default: 1. */
  readonly minLength?: number;
  readonly maxLength?: number;
}
export interface Integer {
  readonly kind: "integer";
  readonly min: number;
  readonly max?: Limit;
}
/** A number that need not be whole. */
export interface Decimal {
  readonly kind: "decimal";
  readonly min?: number;
  readonly max?: number;
}
export interface Truth {
  readonly kind: "boolean";
}
export interface Choice<C extends string = string> {
  readonly kind: "choice";
  readonly choices: readonly C[];
}
/** An id of a thing of one of these types; where one is asked for, the client also takes the URI or the URL. */
export interface Id {
  readonly kind: "id";
  readonly of: readonly ResourceType[];
}
export interface Uri {
  readonly kind: "uri";
  readonly of: readonly ResourceType[];
}
/** A JPEG, which travels as base64 text. */
export interface Jpeg {
  readonly kind: "jpeg";
  /** Of the base64 text, in bytes. */
  readonly maxBytes: number;
}
/** In a query the elements are joined by commas, in a body they are a JSON array. */
export interface List<V extends Value = Value> {
  readonly kind: "list";
  readonly element: V;
  readonly min: number;
  readonly max: number;
}
export interface Fields<F extends Readonly<Record<string, Value>> = Readonly<Record<string, Value>>> {
  readonly kind: "fields";
  readonly fields: F;
}
/** As `Fields`, but each member may be absent. */
export interface PartialFields<F extends Readonly<Record<string, Value>> = Readonly<Record<string, Value>>> {
  readonly kind: "partial";
  readonly fields: F;
}
export type Value =
  | Text
  | Integer
  | Decimal
  | Truth
  | Choice
  | Id
  | Uri
  | Jpeg
  | List
  | Fields
  | PartialFields;

/** The TypeScript type of what a caller hands in for a value. */
export type InputOf<V> = V extends Text | Id | Uri
  ? string
  : V extends Integer | Decimal
    ? number
    : V extends Truth
      ? boolean
      : V extends Choice<infer C>
        ? C
        : V extends Jpeg
          ? Uint8Array | string
          : V extends List<infer E>
            ? readonly InputOf<E>[]
            : V extends Fields<infer F>
              ? { readonly [K in keyof F]: InputOf<F[K]> }
              : V extends PartialFields<infer F>
                ? { readonly [K in keyof F]?: InputOf<F[K]> | undefined }
                : never;

/* @__NO_SIDE_EFFECTS__ */
export function text(limits: Omit<Text, "kind"> = {}): Text {
  return { kind: "text", ...limits };
}

/* @__NO_SIDE_EFFECTS__ */
export function integer(limits: Omit<Integer, "kind">): Integer {
  return { kind: "integer", ...limits };
}

/* @__NO_SIDE_EFFECTS__ */
export function decimal(limits: Omit<Decimal, "kind"> = {}): Decimal {
  return { kind: "decimal", ...limits };
}

/* @__NO_SIDE_EFFECTS__ */
export function truth(): Truth {
  return { kind: "boolean" };
}

/* @__NO_SIDE_EFFECTS__ */
export function choice<const C extends string>(...choices: readonly C[]): Choice<C> {
  return { kind: "choice", choices };
}

/* @__NO_SIDE_EFFECTS__ */
export function id(...of: readonly ResourceType[]): Id {
  return { kind: "id", of };
}

/* @__NO_SIDE_EFFECTS__ */
export function uri(...of: readonly ResourceType[]): Uri {
  return { kind: "uri", of };
}

/* @__NO_SIDE_EFFECTS__ */
export function jpeg(limits: Omit<Jpeg, "kind">): Jpeg {
  return { kind: "jpeg", ...limits };
}

/* @__NO_SIDE_EFFECTS__ */
export function list<V extends Value>(
  element: V,
  limits: { readonly min?: number; readonly max: number },
): List<V> {
  return { kind: "list", element, min: limits.min ?? 1, max: limits.max };
}

/* @__NO_SIDE_EFFECTS__ */
export function fields<F extends Readonly<Record<string, Value>>>(shape: F): Fields<F> {
  return { kind: "fields", fields: shape };
}

/* @__NO_SIDE_EFFECTS__ */
export function partialFields<F extends Readonly<Record<string, Value>>>(shape: F): PartialFields<F> {
  return { kind: "partial", fields: shape };
}

/** An ISO 3166-1 alpha-2 country code, or `from_token`, which Spotify still understands. */
export const market: Text = {
  kind: "text",
  pattern: "[A-Z]{2}|from_token",
  means: "a country in two capital letters, such as PT",
};

/** How many elements a page holds. @__NO_SIDE_EFFECTS__ */
export function pageSize(max: Limit): Integer {
  return { kind: "integer", min: 1, max };
}

/** The pages of searches and of artists' albums, which the 2026-02 wave made shorter. */
export const shortPage: Limit = { development: 10, legacy: 50, extended: 50 };
export const shortPageDefault: Limit = { development: 5, legacy: 20, extended: 20 };

/** Where a page starts, counted from 0. @__NO_SIDE_EFFECTS__ */
export function pageOffset(max?: Limit): Integer {
  return max === undefined ? { kind: "integer", min: 0 } : { kind: "integer", min: 0, max };
}

/**
 * The limit that holds for a tier; for an unknown tier the widest, so that nothing is refused here that Spotify might take.
 */
export function limitFor(limit: Limit, tier: Tier | undefined): number {
  if (typeof limit === "number") return limit;
  return tier === undefined ? Math.max(...Object.values(limit)) : limit[tier];
}
