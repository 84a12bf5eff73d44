import { StagedoorError } from "../base/errors.js";
import { ApiError } from "./api-error.js";

/** How far a write in several calls has come. */
export interface Progress {
  /** How many elements were written, from the first on. */
  readonly done: number;
  readonly of: number;
  /** Of the playlist after the last call that succeeded. */
  readonly snapshotId?: string | undefined;
}

/**
 * A write that takes several calls and was cut off between them: code, status and reason are those of the call that failed, the counts
 * say where to go on.
 *
 * @example
 * try {
 *   await spotify.playlists.add({ playlistId, uris });
 * } catch (error) {
 *   if (error instanceof PartialWriteError) await spotify.playlists.add({ playlistId, uris: uris.slice(error.done) });
 * }
 */
export class PartialWriteError extends ApiError {
  /** How many elements were written for certain, from the first on. */
  readonly done: number;
  readonly of: number;
  /** Of the playlist after the last call that succeeded. */
  readonly snapshotId: string | undefined;

  constructor(failure: StagedoorError, { done, of, snapshotId }: Progress) {
    const api = failure instanceof ApiError ? failure : undefined;
    super(failure.code, `${failure.message} Of ${of} elements ${done} were written before.`, {
      status: api?.status ?? 0,
      reason: api?.reason,
      operationId: api?.operationId,
      missingScopes: api?.missingScopes,
      heldScopes: api?.heldScopes,
      retryAt: api?.retryAt,
      hint: `Go on with element ${done} (counted from 0)${failure.hint === undefined ? "." : `. ${failure.hint}`}`,
    });
    this.done = done;
    this.of = of;
    this.snapshotId = snapshotId;
  }
}

/** Gives the failure of a later call the counts of those before it; a failure of the first call stays as it is. */
export function cutOff(failure: unknown, progress: Progress): unknown {
  return failure instanceof StagedoorError && progress.done > 0
    ? new PartialWriteError(failure, progress)
    : failure;
}
