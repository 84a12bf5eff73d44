import { StagedoorError } from "../base/errors.js";
import type { RedisConnection } from "./redis-connection.js";
import { redisError, redisFault } from "./redis-error.js";
import { replyPairs, replyText } from "./redis-reply.js";

const LOSS = "a refresh token that was just replaced can be lost in a crash";

/**
 * What about a server could cost somebody their login, as sentences. What it may not be asked is passed over.
 *
 * @throws StagedoorError `store-unavailable` when it cannot be reached
 */
export async function redisFindings(connection: RedisConnection): Promise<readonly string[]> {
  const info = infoFields(replyText(await ask(connection, ["INFO"])) ?? "");
  const sync = replyPairs(await ask(connection, ["CONFIG", "GET", "appendfsync"])).get("appendfsync");
  const snapshots = replyPairs(await ask(connection, ["CONFIG", "GET", "save"])).get("save");
  return [
    ...eviction(info.get("maxmemory_policy"), info.get("maxmemory")),
    ...persistence(info.get("aof_enabled"), sync, snapshots),
    ...failures(info),
    ...role(info),
  ];
}

async function ask(connection: RedisConnection, args: readonly string[]): Promise<unknown> {
  try {
    return await connection.once(args);
  } catch (error) {
    const fault = redisFault(error);
    if (fault.passing || ["NOAUTH", "WRONGPASS"].includes(fault.word)) throw redisError(fault, "read");
    if (error instanceof StagedoorError) throw error;
    return null;
  }
}

function infoFields(text: string): ReadonlyMap<string, string> {
  const lines = text.split(/\r?\n/).flatMap((line) => {
    const colon = line.indexOf(":");
    return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)] as const] : [];
  });
  return new Map(lines);
}

function eviction(policy: string | undefined, limit: string | undefined): readonly string[] {
  if (policy === undefined || !/^[a-z-]{1,40}$/.test(policy)) return [];
  const when = limit === "0" ? "as soon as it has a maxmemory that is reached" : "when its memory is full";
  if (policy.startsWith("allkeys-")) {
    return [
      `Redis may throw logins away ${when} (maxmemory-policy ${policy}). Keep them: CONFIG SET maxmemory-policy noeviction`,
    ];
  }
  if (policy.startsWith("volatile-") && limit !== "0") {
    return [
      `Redis may drop the lock of a refresh ${when} (maxmemory-policy ${policy}); two processes may then refresh at once. Keep it: CONFIG SET maxmemory-policy noeviction`,
    ];
  }
  return [];
}

function persistence(
  log: string | undefined,
  sync: string | undefined,
  snapshots: string | undefined,
): readonly string[] {
  const remedy = "Where refresh tokens rotate: CONFIG SET appendonly yes, CONFIG SET appendfsync always";
  if (log === "0" && snapshots === "") {
    return [`Redis keeps nothing on its disk: every login is gone when it restarts. ${remedy}`];
  }
  if (log === "0") {
    return [`Redis writes to its disk only now and then (no append-only file): ${LOSS}. ${remedy}`];
  }
  if (log === "1" && sync !== undefined && sync !== "always") {
    const often = sync === "everysec" ? "once a second" : "when the system likes";
    return [`Redis syncs its append-only file ${often} (appendfsync): ${LOSS}. ${remedy}`];
  }
  return [];
}

function failures(info: ReadonlyMap<string, string>): readonly string[] {
  const found: string[] = [];
  if (info.get("aof_last_write_status") === "err") {
    found.push("Redis could not write its append-only file the last time: see its log and its disk.");
  }
  if (info.get("rdb_last_bgsave_status") === "err") {
    found.push("Redis could not write its snapshot the last time: see its log and its disk.");
  }
  return found;
}

function role(info: ReadonlyMap<string, string>): readonly string[] {
  if (info.get("role") !== "slave") return [];
  const kind =
    info.get("slave_read_only") === "0"
      ? "that takes writes, which its primary never sees and which are lost"
      : "that takes no writes";
  return [`This Redis is a replica ${kind}: connect the client to the primary, or by way of the sentinels.`];
}
