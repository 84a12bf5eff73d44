// What a crash left in a file store's directory, seen from outside: no session and no store of ours has touched it yet.
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseRecord } from "../../src/stores/record.js";
import { fingerprint } from "./fingerprint.js";

export interface TokenFiles {
  /** The fingerprint of the refresh token, and the status, of each token file that parses. */
  readonly records: readonly { readonly refresh: string | null; readonly state: string }[];
  readonly temporary: number;
  /** A sentence for each thing that must not be. */
  readonly broken: readonly string[];
}

export function readTokenFiles(directory: string): TokenFiles {
  const records: { refresh: string | null; state: string }[] = [];
  const broken: string[] = [];
  let temporary = 0;
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    const stats = lstatSync(path);
    if (stats.isDirectory()) continue;
    if ((stats.mode & 0o077) !== 0) broken.push(`a file with mode ${(stats.mode & 0o777).toString(8)}`);
    if (name.endsWith(".tmp")) temporary += 1;
    else if (!name.endsWith(".json")) broken.push(`a file that is neither a token nor temporary: ${name}`);
    if (!name.endsWith(".json")) continue;
    const content = parseRecord(readFileSync(path, "utf8"));
    if (content.kind !== "record") {
      broken.push(`a token file that does not parse (${stats.size} bytes)`);
      continue;
    }
    const { refreshToken, status } = content.stored.token;
    records.push({
      refresh: refreshToken === undefined ? null : fingerprint(refreshToken),
      state: status.state,
    });
  }
  return { records, temporary, broken };
}
