import type { Turns } from "../base/queue.js";
import { inTurn } from "../base/queue.js";
import type { HeldLock, StoredToken, TokenKey, TokenOfGeneration, TokenStore } from "../token/store.js";
import { ABSENT } from "../token/store.js";
import type { Token } from "../token/token.js";
import { checkKey, keyText } from "./key.js";
import { limitsInMemory } from "./limit-memory.js";

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
  const held: HeldLock = { isHeld: () => true };
  const turns: Turns = new Map();
  // One count for all keys: a generation that belonged to a removed entry cannot come back.
  let lastGeneration = ABSENT;

  return {
    place: "the memory of this process",
    limits: limitsInMemory(),

    async read(key) {
      checkKey(key);
      const entry = entries.get(keyText(key));
      return entry === undefined ? null : { generation: entry.generation, token: entry.token };
    },

    async compareAndSwap(key: TokenKey, expected: number, token: Token | TokenOfGeneration | null) {
      checkKey(key);
      const name = keyText(key);
      const isCurrent = () => (entries.get(name)?.generation ?? ABSENT) === expected;
      if (!isCurrent()) return null;
      if (token === null) {
        entries.delete(name);
        return ABSENT;
      }
      lastGeneration += 1;
      const generation = lastGeneration;
      const written = typeof token === "function" ? await token(generation) : token;
      if (!isCurrent()) return null;
      const { provider, clientId, profile } = key;
      entries.set(name, { key: { provider, clientId, profile }, generation, token: written });
      return generation;
    },

    async withLock(key, action, signal) {
      checkKey(key);
      return inTurn(turns, keyText(key), () => action(held), signal, "Waiting for the token");
    },

    async list() {
      return [...entries.values()].map((entry) => entry.key);
    },
  };
}
