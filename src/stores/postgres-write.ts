import type { PostgresClient } from "./postgres-client.js";
import { persist } from "./postgres-client.js";

/** One change of one row. */
export interface PostgresWrite {
  readonly id: string;
  /** Tells this change from all others; the row keeps the marks of the last few. */
  readonly mark: string;
}

/**
 * Runs a statement that changes its row or does not, and leaves the mark when it does. Where an answer was lost, the row is asked for the
 * mark: a change that was ours is never taken for a refusal, and none is made twice.
 *
 * @param look the statement that asks for the mark
 * @returns whether the row was changed
 */
export function writeSurely(
  client: PostgresClient,
  { id, mark }: PostgresWrite,
  look: string,
  statement: string,
  values: readonly string[],
): Promise<boolean> {
  let isUnsure = false;
  const isOurs = async () => (await client.ask(look, [id, mark]))[0]?.ours === "true";
  const attempt = async () => {
    const wasUnsure = isUnsure;
    isUnsure = true;
    const rows = await client.ask(statement, values);
    if (rows.length > 0) return true;
    if (wasUnsure) return isOurs();
    isUnsure = false;
    return false;
  };
  return client.told("write", async () => {
    try {
      return await persist(attempt, client.timeoutMs);
    } catch (error) {
      // The statement may still be on its way. It does no harm when it comes: it changes the row only as it was.
      if (isUnsure && (await isOurs().catch(() => false))) return true;
      throw error;
    }
  });
}
