import { isRecord } from "../../src/base/encoding.js";
import type { OperationId } from "../../src/contract/table.js";
import type { World } from "../../src/emulator/index.js";
import type { Cast } from "./cast.js";
import type { LocalSpotify, TokenAnswer } from "./local-spotify.js";

/**
 * What a client can call, by Spotify's name for the operation, about the things of the cast. An answer is what Spotify's JSON holds,
 * without the envelope that some operations have around it and some clients take off: a list of albums, not `{"albums": […]}`.
 */
export type ClientCalls<Api> = { readonly [K in OperationId]?: (api: Api, cast: Cast) => Promise<unknown> };

/**
 * The methods of a client beside those, for operations that another of its methods calls already; each with what has to come of it. The
 * name is the method's.
 */
export type ClientVariants<Api> = Readonly<Record<string, (api: Api, scene: Scene) => Promise<void>>>;

/** A client that only makes calls, or makes calls too. */
export interface ApiClient<Api> {
  /** The name of its package. */
  readonly name: string;
  /** Points it at the emulator and gives it the token of a login. */
  connect(spotify: LocalSpotify, token: TokenAnswer): Api;
  /** Where `connect` had to change more than the client's own settings. */
  disconnect?(): void;
  readonly calls: ClientCalls<Api>;
  readonly variants?: ClientVariants<Api>;
}

/** A world and a client that is logged in there. */
export interface Scene {
  readonly world: World;
  readonly cast: Cast;
  /** What the client answers; with `changes` about other things. */
  call(operationId: OperationId, changes?: Partial<Cast>): Promise<unknown>;
}

/** What has to come of a call: what it answers, and what it leaves behind in the world. */
export type Expectation = (scene: Scene) => Promise<void>;
export type Expectations = { readonly [K in OperationId]?: Expectation };

/** A member of an answer, where a client leaves the envelope on. */
export async function under(answer: unknown, name: string): Promise<unknown> {
  const given = await answer;
  return isRecord(given) ? given[name] : undefined;
}

/** The things of a list, or of a page of one. */
export function itemsOf(answer: unknown): readonly unknown[] {
  const items = isRecord(answer) ? answer.items : answer;
  return Array.isArray(items) ? items : [];
}

/** One member of every thing of a list, or of a page of one; with more names, a member of that. */
export function each(answer: unknown, ...names: readonly string[]): readonly unknown[] {
  return itemsOf(answer).map((item) =>
    names.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), item),
  );
}

/** The operations that a client calls, by the alphabet. */
export function operationsOf(calls: ClientCalls<never>): readonly OperationId[] {
  // The contract's names are all that a table of calls can have.
  return (Object.keys(calls) as OperationId[]).sort();
}
