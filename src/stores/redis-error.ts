import { StagedoorError } from "../base/errors.js";

/** What a command was for: it decides the code of an error. */
export type RedisPurpose = "read" | "write" | "lock" | "read limits" | "write limits";

/** What is worth knowing of a failure: the error of the client may hold the address, the password and the token. */
export interface RedisFault {
  /** How Redis begins an error (`READONLY`); `CONNECTION` or `TIMEOUT` where it did not answer at all. */
  readonly word: string;
  /** The name of the client's error where that is what is known: `ECONNREFUSED`. */
  readonly detail?: string | undefined;
  /** Likely to be over in a moment. */
  readonly passing: boolean;
  /** What was asked for may have been done, or be done yet. */
  readonly unknown: boolean;
}

interface Meaning {
  readonly passing: boolean;
  /** True when the server as a whole cannot be used, whatever it is asked. */
  readonly unavailable: boolean;
  readonly says: string;
  readonly hint: string;
}

const passing = (unavailable: boolean, says: string, hint: string): Meaning => ({
  passing: true,
  unavailable,
  says,
  hint,
});
const lasting = (unavailable: boolean, says: string, hint: string): Meaning => ({
  ...passing(unavailable, says, hint),
  passing: false,
});

const PASSWORD = "Give the Redis client the right user and password, then try: redis-cli --askpass PING";
const REACH = "See whether the server runs and can be reached from here: redis-cli PING";
const CLUSTER = "This is a Redis Cluster: make the client with new Redis.Cluster(…) or createCluster(…).";
const LATER = "Try again in a moment.";

/** https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors, and the words in the sources of Redis. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  CONNECTION: passing(true, "Redis cannot be reached", REACH),
  TIMEOUT: passing(true, "Redis did not answer in time", REACH),
  CLIENTS: passing(true, "Redis has no room for another client", "Raise maxclients, or close some."),
  NOAUTH: lasting(true, "Redis asks for a password", PASSWORD),
  WRONGPASS: lasting(true, "Redis does not accept the user or password", PASSWORD),
  NOPERM: lasting(
    true,
    "The Redis user may not use a command or key that is needed",
    'Allow it: ACL SETUSER NAME "~stagedoor:*" +@read +@write +@scripting +time +wait +client|id',
  ),
  LOADING: passing(true, "Redis is still loading its data", LATER),
  MASTERDOWN: passing(true, "This Redis replica has lost its primary", LATER),
  CLUSTERDOWN: passing(true, "The Redis Cluster is down", "See what is missing: redis-cli CLUSTER INFO"),
  MOVED: passing(true, "Another node of the Redis Cluster has this key", CLUSTER),
  ASK: passing(true, "This key is moving to another node of the Redis Cluster", CLUSTER),
  TRYAGAIN: passing(true, "This key is moving to another node of the Redis Cluster", LATER),
  BUSY: passing(true, "Redis is busy with a script of somebody else's", "End it: redis-cli SCRIPT KILL"),
  UNBLOCKED: passing(true, "Redis changed from a primary to a replica", LATER),
  READONLY: passing(
    false,
    "This Redis is a replica, which takes no writes",
    "Connect the client to the primary, or by way of the sentinels: redis-cli INFO replication",
  ),
  NOREPLICAS: passing(
    false,
    "Redis takes no writes while it has too few replicas",
    "Bring the replicas back, or lower min-replicas-to-write.",
  ),
  OOM: lasting(
    false,
    "The memory of Redis is full",
    "Raise its maxmemory, or remove other data: redis-cli INFO memory",
  ),
  MISCONF: lasting(
    false,
    "Redis cannot write to its disk",
    "Free some space on its disk, and see its log: redis-cli INFO persistence",
  ),
};

const WORDS = Object.keys(MEANINGS).join("|");

/** What happened, without anything that the client's error holds. */
export function redisFault(error: unknown): RedisFault {
  if (error instanceof TimedOut) return { word: "TIMEOUT", passing: true, unknown: true };
  const message = error instanceof Error ? error.message : "";
  const word = /^-?([A-Z]{2,14})(?= |$)/.exec(message)?.[1];
  if (word === undefined || word.startsWith("ECONN")) {
    return { word: "CONNECTION", detail: nameOf(error), passing: true, unknown: true };
  }
  const known = word === "ERR" ? wordInside(message) : word;
  return { word: known, passing: MEANINGS[known]?.passing ?? false, unknown: false };
}

/** A command that was given up; it may still be carried out. */
export class TimedOut extends Error {
  override readonly name: string = "TimedOut";
}

/** Some errors come wrapped: those inside a script (before Redis 7), and some that have no word of their own. */
function wordInside(message: string): string {
  if (message.startsWith("ERR max number of clients")) return "CLIENTS";
  if (/^ERR (The user executing the script can't|ACL failure in script)/.test(message)) return "NOPERM";
  if (!message.startsWith("ERR Error running script")) return "ERR";
  return new RegExp(` -?(${WORDS}) `).exec(message)?.[1] ?? "ERR";
}

/** The system's code or the name of the error's class; a message may hold anything. */
function nameOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string" && /^[A-Z][A-Z_]{2,30}$/.test(error.code)) {
    return error.code;
  }
  return /^[A-Za-z]{1,40}Error$/.test(error.constructor.name) ? error.constructor.name : undefined;
}

const CODES = {
  read: "store-unreadable",
  write: "store-unwritable",
  lock: "store-lock-unavailable",
  "read limits": "store-unreadable",
  "write limits": "store-unwritable",
} as const;
const FAILED = {
  read: "The token could not be read",
  write: "The token could not be saved",
  lock: "The lock on the token could not be had",
  "read limits": "Spotify's limits could not be read",
  "write limits": "Spotify's limits could not be noted",
} as const;

/**
 * Our error for a failure.
 *
 * @param isUnknown true for a write that may have happened
 */
export function redisError(fault: RedisFault, purpose: RedisPurpose, isUnknown = false): StagedoorError {
  if (fault.word === "WRONGTYPE") {
    return new StagedoorError("store-corrupt", `${FAILED[purpose]}: Redis has other data under its name.`, {
      hint: "Choose another prefix for the tokens, or remove what is in the way.",
    });
  }
  const meaning = MEANINGS[fault.word];
  const says = meaning?.says ?? `Redis refused it (${fault.word})`;
  const detail = fault.detail === undefined ? "" : ` (${fault.detail})`;
  const unknown = isUnknown ? " Whether it was saved after all is not known." : "";
  return new StagedoorError(
    // A write that may have happened must not be made in another place instead, which is what "unavailable" invites to.
    meaning?.unavailable && !isUnknown ? "store-unavailable" : CODES[purpose],
    `${FAILED[purpose]}: ${says}${detail}.${unknown}`,
    { hint: meaning?.hint ?? "Redis 5 or newer is needed, or any Valkey: redis-cli INFO server" },
  );
}
