/**
 * One operation of the Web API as one row of data. From the row come the client's method, the emulator's route and checks, and the
 * sentence "needs scope X" in an error.
 */
import type { Life } from "./life.js";
import type { Meanings, OwnMeanings } from "./meanings.js";
import type { ScopeRule } from "./scopes.js";
import type { InputOf, Limit, Value } from "./values.js";

export type Method = "GET" | "POST" | "PUT" | "DELETE";
/** `content` is a parameter that is the whole body, such as a picture; `body` is a member of a JSON body. */
export type Place = "path" | "query" | "body" | "content";
/** What Spotify assumes when a parameter is absent; a number may differ by the app's tier. */
export type Assumed = string | boolean | Limit;

/** One parameter: where it travels, what it may hold, whether it must be there. */
export interface Parameter<
  V extends Value = Value,
  Required extends boolean = boolean,
  Default extends Assumed | undefined = Assumed | undefined,
> {
  readonly in: Place;
  /** Another place where Spotify takes it; we never send it there. */
  readonly alsoIn?: "query" | "body";
  readonly value: V;
  readonly required: Required;
  readonly default: Default;
}

/** A body of JSON of type `T`. */
export interface Json<T> {
  readonly kind: "json";
  readonly status: 200 | 201;
  /** The member that holds the value, where Spotify wraps it, as in `{"artists": {…}}`. */
  readonly under?: string;
  /** Carries the type; never there at run time. */
  readonly type?: T;
}
/** JSON, or 204 where there is nothing, which the client gives as `null`. */
export interface JsonOrNothing<T> {
  readonly kind: "json-or-nothing";
  readonly status: 200;
  readonly type?: T;
}
/** No body. */
export interface Nothing {
  readonly kind: "nothing";
  readonly status: 200 | 202 | 204;
}
/** Any 2xx; the body, which may be a short text that is not JSON, is never looked at. */
export interface Ignored {
  readonly kind: "ignored";
  readonly status: 204;
}
/** JSON whose type depends on the value of one parameter. */
export interface JsonBy<P extends string, M extends Readonly<Record<string, Json<unknown>>>> {
  readonly kind: "json-by";
  readonly status: 200;
  readonly parameter: P;
  readonly cases: M;
}
export type Result =
  | Json<unknown>
  | JsonOrNothing<unknown>
  | Nothing
  | Ignored
  | JsonBy<string, Readonly<Record<string, Json<unknown>>>>;

export interface Endpoint {
  /** Spotify's own name for the operation. */
  readonly operationId: string;
  readonly method: Method;
  /** As Spotify writes it, with `{wire_name}` for what travels in the path. */
  readonly path: `/${string}`;
  /** By our names; `wireName` gives Spotify's. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly scopes: ScopeRule;
  readonly life: Life;
  /** True when sending it twice leaves the same state as sending it once. */
  readonly repeatable: boolean;
  readonly result: Result;
}

/** Describes an endpoint; the argument comes back as it is, its type as narrow as written. */
/* @__NO_SIDE_EFFECTS__ */
export function endpoint<const E extends Endpoint>(row: E): E {
  return row;
}

/* @__NO_SIDE_EFFECTS__ */
export function path<V extends Value>(value: V): Parameter<V, true, undefined> {
  return { in: "path", value, required: true, default: undefined };
}

/* @__NO_SIDE_EFFECTS__ */
export function query<V extends Value>(value: V): Parameter<V, true, undefined> {
  return { in: "query", value, required: true, default: undefined };
}

/* @__NO_SIDE_EFFECTS__ */
export function body<V extends Value>(value: V): Parameter<V, true, undefined> {
  return { in: "body", value, required: true, default: undefined };
}

/** The whole body. */
/* @__NO_SIDE_EFFECTS__ */
export function content<V extends Value>(value: V): Parameter<V, true, undefined> {
  return { in: "content", value, required: true, default: undefined };
}

export function optionalQuery<V extends Value>(value: V): Parameter<V, false, undefined>;
export function optionalQuery<V extends Value, const D extends Assumed>(
  value: V,
  assumed: D,
): Parameter<V, false, D>;
/* @__NO_SIDE_EFFECTS__ */
export function optionalQuery(value: Value, assumed?: Assumed): Parameter {
  return { in: "query", value, required: false, default: assumed };
}

export function optionalBody<V extends Value>(value: V): Parameter<V, false, undefined>;
export function optionalBody<V extends Value, const D extends Assumed>(
  value: V,
  assumed: D,
): Parameter<V, false, D>;
/* @__NO_SIDE_EFFECTS__ */
export function optionalBody(value: Value, assumed?: Assumed): Parameter {
  return { in: "body", value, required: false, default: assumed };
}

/** A parameter of the query that Spotify takes from a JSON body too. */
/* @__NO_SIDE_EFFECTS__ */
export function alsoInBody<P extends Parameter>(parameter: P): P {
  return { ...parameter, alsoIn: "body" };
}

/** A parameter of the body that Spotify takes from the query too. */
/* @__NO_SIDE_EFFECTS__ */
export function alsoInQuery<P extends Parameter>(parameter: P): P {
  return { ...parameter, alsoIn: "query" };
}

/* @__NO_SIDE_EFFECTS__ */
export function json<T>(status: 200 | 201 = 200, options: { readonly under?: string } = {}): Json<T> {
  return { kind: "json", status, ...options };
}

/* @__NO_SIDE_EFFECTS__ */
export function jsonOrNothing<T>(): JsonOrNothing<T> {
  return { kind: "json-or-nothing", status: 200 };
}

/* @__NO_SIDE_EFFECTS__ */
export function nothing(status: 200 | 202 | 204 = 200): Nothing {
  return { kind: "nothing", status };
}

export const ignored: Ignored = { kind: "ignored", status: 204 };

/* @__NO_SIDE_EFFECTS__ */
export function jsonBy<const P extends string, M extends Readonly<Record<string, Json<unknown>>>>(
  parameter: P,
  cases: M,
): JsonBy<P, M> {
  return { kind: "json-by", status: 200, parameter, cases };
}

/** The one place where our names become Spotify's: `timeRange` travels as `time_range`. */
export function wireName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

type ParametersOf<E extends Endpoint> = E["parameters"];
type RequiredNames<P> = { [K in keyof P]: P[K] extends { required: true } ? K : never }[keyof P];
type OptionalNames<P> = Exclude<keyof P, RequiredNames<P>>;
type InputAt<P, K> = K extends keyof P ? (P[K] extends { value: infer V } ? InputOf<V> : never) : never;

// Editors show what these come to, in hovers and in errors: the members, and not the row that they come from. That is what the mapping in
// `Shown` is for. The comments of `D` follow its members through a mapping over keys of that very type.
type Needed<P, D, K extends keyof D> = { readonly [N in K]: InputAt<P, N> };
type Allowed<P, D, K extends keyof D> = { readonly [N in K]?: InputAt<P, N> | undefined };
type Documented<E extends Endpoint> = ParametersOf<E> &
  (E["operationId"] extends infer I extends keyof OwnMeanings
    ? OwnMeanings[I] & Omit<Meanings, keyof OwnMeanings[I]>
    : Meanings);
type Shown<T> = { readonly [K in keyof T]: T[K] } & {};

/** What a call of this endpoint must and may be given. */
export type Arguments<E extends Endpoint> = Shown<
  Needed<ParametersOf<E>, Documented<E>, RequiredNames<ParametersOf<E>>> &
    Allowed<ParametersOf<E>, Documented<E>, OptionalNames<ParametersOf<E>>>
>;

/** What a call of this endpoint holds once what was left out is filled in from the row. */
export type FilledArguments<E extends Endpoint> = Shown<
  Arguments<E> & { readonly [K in DefaultedNames<ParametersOf<E>>]: InputAt<ParametersOf<E>, K> }
>;
type DefaultedNames<P> = { [K in keyof P]: P[K] extends { default: Assumed } ? K : never }[keyof P];

/** What comes back for a result description; `C` picks the case where there are several. */
export type OutputOf<R, C extends PropertyKey = PropertyKey> =
  R extends Json<infer T>
    ? T
    : R extends JsonOrNothing<infer T>
      ? T | null
      : R extends JsonBy<string, infer M>
        ? OutputOf<M[C & keyof M]>
        : undefined;
