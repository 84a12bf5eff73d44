import type { Endpoint, List, OutputOf, Parameter } from "../contract/index.js";
import { ApiError } from "./api-error.js";
import { chunksOf, elementsOf, mapInParallel, PARALLEL_SINGLES } from "./batches.js";
import { invoke } from "./call.js";
import type { CallOptions, Connection } from "./connection.js";

export interface SeveralArguments {
  /** Ids, URIs or URLs, as many as you like. */
  readonly ids: readonly string[];
  /** A country, where the things of this kind depend on one. */
  readonly market?: string | undefined;
}

/** A row that reads several things by their ids. */
export type BatchRow = Endpoint & { readonly parameters: { readonly ids: Parameter<List> } };

/** Things by their ids, in the order of the ids; `null` for those that Spotify does not have. */
export type Several<T> = (args: SeveralArguments, options?: CallOptions) => Promise<readonly (T | null)[]>;

/**
 * Makes the function that reads any number of things: in batches as large as the row allows, or, for apps that lost the batches, by
 * single calls, a few at a time and each thing once.
 *
 * @param batch the row that takes `ids`
 * @param single the row that takes `id`
 * @see https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide
 *
 * @example
 * const several = severalOf(connection, albums.several, albums.get);
 * const found = await several({ ids: ["0sNOF9WDwhWunNAHPD3Baj", "spotify:album:1Je1IMUlBXcx1Fz0WE7oPT"] });
 */
export function severalOf<E extends Endpoint>(
  connection: Connection,
  batch: BatchRow,
  single: E,
): Several<OutputOf<E["result"]>> {
  type Thing = OutputOf<E["result"]>;
  const { element, max } = batch.parameters.ids.value;
  // A batch row gives a list of what its single row gives: the contract's types say so of each pair, but not of all in general.
  const readBatch = async (ids: readonly string[], rest: object, options: CallOptions) =>
    (await invoke(connection, batch, { ids, ...rest }, options)) as readonly (Thing | null)[];
  const readOne = async (id: string, rest: object, options: CallOptions) =>
    (await invoke(connection, single, { id, ...rest }, options)) as Thing;

  async function inBatches(ids: readonly string[], rest: object, options: CallOptions) {
    const chunks = chunksOf(ids, max);
    const read = (chunk: readonly string[]) => readBatch(chunk, rest, options);
    if (connection.tiers.tier !== undefined) return (await mapInParallel(chunks, read)).flat();
    // While it is not known whether batches are gone, the first one goes alone: one refusal is enough.
    const [first = [], ...others] = chunks;
    const begun = await read(first);
    return [begun, ...(await mapInParallel(others, read))].flat();
  }

  async function oneByOne(ids: readonly string[], rest: object, options: CallOptions) {
    const distinct = [...new Set(ids)];
    const read = (id: string) => readOne(id, rest, options).catch(nullWhenNotFound);
    const found = await mapInParallel(distinct, read, PARALLEL_SINGLES);
    const byId = new Map(distinct.map((id, index) => [id, found[index] ?? null]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  return async (args, options = {}) => {
    const { ids: given, ...rest } = args ?? {};
    const ids = elementsOf("ids", given, element);
    if (ids.length === 0) return [];
    try {
      // Where batches are known to be gone, this fails before anything is sent.
      return await inBatches(ids, rest, options);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "endpoint-removed") throw error;
    }
    const found = await oneByOne(ids, rest, options);
    if (batch.life.removed !== undefined) connection.tiers.learnLost(batch.life.removed);
    return found;
  };
}

function nullWhenNotFound(error: unknown): null {
  if (error instanceof ApiError && error.code === "not-found") return null;
  throw error;
}
