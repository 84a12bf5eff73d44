import { StagedoorError } from "../base/errors.js";
import { ApiError } from "./api-error.js";
import { mayBeDone } from "./outcome.js";

/** How far a write in several calls has come. */
export interface Progress {
  /** How many elements were written for certain, from the first on. */
  readonly done: number;
  /** How many were in the call that failed. */
  readonly failed: number;
  readonly of: number;
  /** Of the playlist after the last call that succeeded. */
  readonly snapshotId?: string | undefined;
  /** What to do with the rest, such as `playlists.add, at position 107`. */
  readonly goOnBy: string;
  /** True when to write an element twice leaves the same as to write it once. */
  readonly repeatable: boolean;
}

/**
 * A write that takes several calls and was cut off between them: code, status and reason are those of the call that failed, the counts
 * say where to go on, and whether the call that failed may have been done all the same.
 *
 * @example
 * try {
 *   await spotify.playlists.add({ playlistId, uris });
 * } catch (error) {
 *   if (error instanceof PartialWriteError && error.uncertain === 0) {
 *     await spotify.playlists.add({ playlistId, uris: uris.slice(error.done) });
 *   }
 * }
 */
export class PartialWriteError extends ApiError {
  override readonly name = "PartialWriteError";
  /** How many elements were written for certain, from the first on. */
  readonly done: number;
  /** How many elements after those may have been written or not: the connection broke, or Spotify failed. 0 when they were refused. */
  readonly uncertain: number;
  readonly of: number;
  /** Of the playlist after the last call that succeeded. */
  readonly snapshotId: string | undefined;

  constructor(failure: StagedoorError, progress: Progress) {
    const { done, failed, of, snapshotId } = progress;
    const api = failure instanceof ApiError ? failure : undefined;
    const uncertain = mayBeDone(failure) ? failed : 0;
    const said = failure.message.replace(/\.$/, "");
    const looking = uncertain > 0 ? ` Whether the next ${uncertain} were is not known.` : "";
    super(failure.code, `${said}. Of ${of} elements ${done} were written before.${looking}`, {
      status: api?.status ?? 0,
      reason: api?.reason,
      operationId: api?.operationId,
      missingScopes: api?.missingScopes,
      heldScopes: api?.heldScopes,
      retryAt: api?.retryAt,
      hint: nextStep(failure, uncertain, progress),
    });
    if (uncertain > 0) this.markMayBeDone();
    this.done = done;
    this.uncertain = uncertain;
    this.of = of;
    this.snapshotId = snapshotId;
  }
}

function nextStep(
  { hint }: StagedoorError,
  uncertain: number,
  { done, goOnBy, repeatable }: Progress,
): string {
  if (uncertain > 0 && !repeatable) {
    return `Look whether elements ${done} to ${done + uncertain - 1} (counted from 0) are there; then go on with what is missing by ${goOnBy}.`;
  }
  const own = uncertain > 0 || hint === undefined ? "" : ` ${hint}`;
  return `Go on with element ${done} (counted from 0) by ${goOnBy}.${own}`;
}

/** Gives the failure of a later call the counts of those before it; a failure of the first call stays as it is. */
export function cutOff(failure: unknown, progress: Progress): unknown {
  return failure instanceof StagedoorError && progress.done > 0
    ? new PartialWriteError(failure, progress)
    : failure;
}
