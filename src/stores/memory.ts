import type { StoredToken, TokenKey, TokenStore } from "../token/store.js";
import { ABSENT } from "../token/store.js";
import type { Token } from "../token/token.js";
import { checkKey, keyText } from "./key.js";
import type { Turns } from "./queue.js";
import { inTurn } from "./queue.js";

interface Entry extends StoredToken {
  readonly key: TokenKey;
}

/**
 * Keeps tokens in this process, for tests and for programs that log in at every start.
 *
 * Nothing is shared with another process, and all is gone when this one ends.
 *
 * @throws StagedoorError `argument-invalid` from each method for a key with an empty part
 *
 * @example
 * const store = memoryStore();
 * await store.compareAndSwap({ provider: "spotify", clientId, profile: "default" }, 0, token);
 */
export function memoryStore(): TokenStore {
  const entries = new Map<string, Entry>();
  const turns: Turns = new Map();
  // One count for all keys: a generation that belonged to a removed entry cannot come back.
  let lastGeneration = ABSENT;

  return {
    async read(key) {
      checkKey(key);
      const entry = entries.get(keyText(key));
      return entry === undefined ? null : { generation: entry.generation, token: entry.token };
    },

    async compareAndSwap(key: TokenKey, expected: number, token: Token | null) {
      checkKey(key);
      const name = keyText(key);
      if ((entries.get(name)?.generation ?? ABSENT) !== expected) return null;
      if (token === null) {
        entries.delete(name);
        return ABSENT;
      }
      lastGeneration += 1;
      const { provider, clientId, profile } = key;
      entries.set(name, { key: { provider, clientId, profile }, generation: lastGeneration, token });
      return lastGeneration;
    },

    async withLock(key, action, signal) {
      checkKey(key);
      return inTurn(turns, keyText(key), action, signal, "Waiting for the token");
    },

    async list() {
      return [...entries.values()].map((entry) => entry.key);
    },
  };
}
