import { DAY } from "../base/clock.js";
import { StagedoorError } from "../base/errors.js";
import { randomString } from "../base/random.js";
import type { StoredToken, TokenKey, TokenOfGeneration } from "../token/store.js";
import { ABSENT } from "../token/store.js";
import type { Token } from "../token/token.js";
import { parseRecordOf, serializeRecord } from "./record.js";
import type { RedisConnection } from "./redis-connection.js";
import type { RedisNames } from "./redis-names.js";
import { entryKey, entryName } from "./redis-names.js";
import { replyList, replyNumber, replyPairs, replyText } from "./redis-reply.js";
import { FORGET, SET_ASIDE, SWAP } from "./redis-scripts.js";

/**
 * How long the last generation of a removed entry is remembered, and a damaged record kept. It may end: a new generation is never less than the
 * server's clock in microseconds, so that one comes back only if the count was forgotten and the clock was set back by longer than the
 * entry is gone. The clock also keeps generations apart that a failover lost: a mere count would give the next writer a lost one.
 */
const REMEMBERED_MS = 30 * DAY;
/** Beyond this a clock is not believed; the count goes on without it. */
const LATEST_MICROSECONDS = 2 ** 52;
/** How often a write, or the reading of a damaged record, begins anew because somebody wrote at the same moment. */
const ROUNDS = 5;
/** How many names are asked for at a time while listing, and how many are looked up at a time. */
const LIST_STEP = 500;

/** The part of the store that is about records: one hash a token, and an index of their names. */
export interface RedisRecords {
  read(key: TokenKey): Promise<StoredToken | null>;
  compareAndSwap(
    key: TokenKey,
    expected: number,
    token: Token | TokenOfGeneration | null,
  ): Promise<number | null>;
  list(): Promise<readonly TokenKey[]>;
}

interface Setting {
  readonly connection: RedisConnection;
  readonly names: RedisNames;
  readonly replicas: number;
  readonly timeoutMs: number;
}

/** What a hash holds, as Redis gave it. */
interface Entry {
  readonly stored: StoredToken | null;
  /** The last generation there was, also of an entry that is removed; text, to be compared in the server. */
  readonly last: string;
}

export function redisRecords({ connection, names, replicas, timeoutMs }: Setting): RedisRecords {
  async function look(key: TokenKey): Promise<Entry> {
    for (let round = 1; ; round++) {
      const name = names.token(key);
      const reply = await connection.run("read", ["HMGET", name, "generation", "last", "record", "writes"]);
      const [generation, last, record, writes] = replyList(reply).map(replyText);
      const entry = { last: last ?? String(ABSENT) };
      if (generation === null) return { ...entry, stored: null };
      const content = parseRecordOf(key, record ?? undefined);
      if (content.kind === "newer") throw newer(key);
      if (content.kind === "record" && String(content.stored.generation) === generation) {
        return { ...entry, stored: content.stored };
      }
      const why = content.kind === "corrupt" ? content.why : "its generation is not that of its entry";
      const isAside = await setAside(name, writes ?? "").catch(() => undefined);
      // False: somebody has written since, and perhaps something better.
      if (isAside !== false || round === ROUNDS) throw corrupt(key, why, isAside === true);
    }
  }

  async function setAside(name: string, writes: string): Promise<boolean> {
    const args = [writes, String(REMEMBERED_MS)];
    return replyNumber(await connection.evaluate("write", SET_ASIDE, [name], args)) === 1;
  }

  async function serverTime(): Promise<number> {
    const [seconds, microseconds] = replyList(await connection.run("read", ["TIME"])).map(replyNumber);
    return (seconds ?? 0) * 1_000_000 + (microseconds ?? 0);
  }

  async function swap(key: TokenKey, args: readonly string[]): Promise<string> {
    const answer = replyText(await connection.evaluateOnce(SWAP, [names.token(key)], args));
    if (answer === "written" || answer === "refused" || answer === "again") return answer;
    throw new StagedoorError("store-unwritable", "The token could not be saved: the answer is not Redis's.", {
      hint: "Give redisStore a command that hands back what Redis answers.",
    });
  }

  /** `WAIT` counts what was written over its own connection, so both must have gone over the same one. */
  async function swapWithReplicas(key: TokenKey, args: readonly string[]): Promise<string> {
    const before = replyText(await connection.once(["CLIENT", "ID"]));
    const answer = await swap(key, args);
    if (answer !== "written") return answer;
    // Half of the time, so that the answer is there before the command counts as lost.
    const wait = ["WAIT", String(replicas), String(Math.ceil(timeoutMs / 2))];
    const confirmed = replyNumber(await connection.once(wait)) ?? 0;
    const after = replyText(await connection.once(["CLIENT", "ID"]));
    // Read as a lost connection, which it is: all is done once more.
    if (before !== after) throw new Error("The connection was replaced.");
    if (confirmed >= replicas) return answer;
    throw new StagedoorError(
      "store-unwritable",
      `The token was written, but only ${confirmed} of ${replicas} replicas have confirmed it: a failover may lose it.`,
      { hint: "See which replicas follow: redis-cli INFO replication" },
    );
  }

  async function note(key: TokenKey, microseconds: number, isNew: boolean): Promise<void> {
    const time = String(Math.floor(microseconds / 1000));
    const args = ["ZADD", names.index, time, entryName(key)];
    // A new entry must not be missing in the index; with an old one this only mends an index that was lost.
    if (isNew) await connection.run("write", args);
    else await connection.once(args).catch(() => undefined);
  }

  /** The key of a name in the index, when something is stored under it; a name that has been without for long is dropped. */
  async function storedKey(name: string, noted: number, longAgo: number): Promise<TokenKey | undefined> {
    const key = entryKey(name);
    if (key === undefined) return undefined;
    const has = await connection.run("read", ["HEXISTS", names.token(key), "generation"]);
    if (replyNumber(has) === 1) return key;
    if (noted > longAgo) return undefined;
    // A list is right without this too.
    await connection.evaluateOnce(FORGET, [names.index], [name, String(longAgo)]).catch(() => undefined);
    return undefined;
  }

  return {
    async read(key) {
      return (await look(key)).stored;
    },

    async compareAndSwap(key, expected, token) {
      for (let round = 1; round <= ROUNDS; round++) {
        const [{ stored, last }, microseconds] = await Promise.all([look(key), serverTime()]);
        if ((stored?.generation ?? ABSENT) !== expected) return null;
        if (token === null && stored === null) return ABSENT;
        const generation = token === null ? ABSENT : nextGeneration(expected, last, microseconds);
        const written = typeof token === "function" ? await token(generation) : token;
        const record = written === null ? "" : serializeRecord(key, { generation, token: written });
        const args = [expected, last, randomString(9), generation, record, REMEMBERED_MS].map(String);
        const work = () => (replicas === 0 ? swap(key, args) : swapWithReplicas(key, args));
        if (record !== "" && stored === null) await note(key, microseconds, true);
        const [answer] = await Promise.all([
          connection.patiently("write", work, true),
          record !== "" && stored !== null ? note(key, microseconds, false) : undefined,
        ]);
        if (answer === "written") return generation;
        if (answer === "refused") return null;
      }
      return null;
    },

    async list() {
      const longAgo = Math.floor((await serverTime()) / 1000) - REMEMBERED_MS;
      const stored = new Map<string, TokenKey>();
      let cursor = "0";
      do {
        const step = ["ZSCAN", names.index, cursor, "COUNT", String(LIST_STEP)];
        const [next, members] = replyList(await connection.run("read", step));
        const noted = [...replyPairs(members)];
        const keys = await Promise.all(noted.map(([name, time]) => storedKey(name, Number(time), longAgo)));
        for (const key of keys) if (key !== undefined) stored.set(entryName(key), key);
        cursor = replyText(next) ?? "0";
      } while (cursor !== "0");
      return [...stored.values()];
    },
  };
}

function nextGeneration(expected: number, last: string, microseconds: number): number {
  const counted = Math.max(expected, replyNumber(last) ?? ABSENT) + 1;
  return microseconds < LATEST_MICROSECONDS ? Math.max(counted, microseconds) : counted;
}

function newer(key: TokenKey): StagedoorError {
  return new StagedoorError(
    "store-unreadable",
    `The login "${key.profile}" was stored in Redis by a newer stagedoor.`,
    { hint: "Update stagedoor: npm install -g stagedoor@latest" },
  );
}

function corrupt(key: TokenKey, why: string, isAside: boolean): StagedoorError {
  const said = `The login "${key.profile}" in Redis cannot be used: ${why}.`;
  return isAside
    ? new StagedoorError("store-corrupt", `${said} It was put aside there.`, {
        hint: "Log in again: stagedoor login",
      })
    : new StagedoorError("store-corrupt", `${said} It could not be put aside either.`, {
        hint: "Make Redis writable, or remove the key there; then log in again: stagedoor login",
      });
}
