import { StagedoorError } from "../base/errors.js";
import { sanitizeText } from "../base/text.js";
import { UndecryptableError } from "../token/sealed.js";
import type { StoredToken, TokenKey, TokenOfGeneration, TokenStore } from "../token/store.js";
import type { Token } from "../token/token.js";
import { type EncryptionKey, keySource } from "./encrypted-key.js";
import { openToken, type Refusal, sealToken } from "./encrypted-seal.js";

export type { EncryptionKey, Passphrase } from "./encrypted-key.js";

export interface EncryptedOptions {
  /**
   * One key or several: the first encrypts, all decrypt. To change it, put the new one before the old one; each record gets the new one
   * at its next write.
   */
  readonly key: EncryptionKey | readonly EncryptionKey[];
  /**
   * Takes over what was stored before there was encryption, and encrypts it at its next write. Until it is left out again, whoever can
   * write to the place can put a token of their own there. Default: false.
   */
  readonly adoptPlain?: boolean | undefined;
}

/** How many keys one store takes: each is tried on what none before it opens. */
const MOST_KEYS = 16;

/**
 * Encrypts the secrets of the tokens that any other store keeps, with AES-256-GCM.
 *
 * Access and refresh token are unreadable without the key. Scopes, times and status stay readable, so that `list` and `status` work, but
 * are authenticated: a token that was changed in any part, came from another profile or generation, or was put together from two is
 * refused as a whole. Locks, generations and durability are those of the store within. What it cannot tell is a whole former record, its
 * generation included, that is put back, such as from a backup.
 *
 * A passphrase is hashed 600,000 times by PBKDF2, which takes a good part of a second once a process; the salt lies in the record. One
 * key is good for 2^32 secrets, of which a refresh encrypts four.
 *
 * @param store where the records go
 * @throws StagedoorError `argument-invalid` for a key that is none. From its methods: `store-undecryptable` for a record that no key opens
 * or that is not encrypted, `store-unwritable` for a secret of more than 6000 characters, `token-invalid`, and what `store` throws
 *
 * @example
 * const store = encrypted(fileStore(), { key: process.env.TOKEN_KEY ?? "" }); // openssl rand -base64 32
 * const spotify = createSpotify({ store });
 * const remembered = encrypted(fileStore(), { key: { passphrase: "four words picked blindly" } });
 */
export function encrypted(store: TokenStore, options: EncryptedOptions): TokenStore {
  const given = isList(options.key) ? options.key : [options.key];
  if (given.length > MOST_KEYS) {
    throw new StagedoorError("argument-invalid", `There are more than ${MOST_KEYS} encryption keys.`, {
      hint: "Leave out those that nothing is encrypted with any more.",
    });
  }
  const sources = given.map(keySource);
  const [first] = sources;
  if (first === undefined) {
    throw new StagedoorError("argument-invalid", "There is no encryption key.", {
      hint: "Make one: openssl rand -base64 32",
    });
  }

  return {
    get place() {
      return `${store.place ?? "a store"}, encrypted`;
    },

    async placeOf(key) {
      return `${(await store.placeOf?.(key)) ?? store.place ?? "a store"}, encrypted`;
    },

    get problems() {
      return store.problems ?? [];
    },

    get readOnly() {
      return store.readOnly ?? false;
    },

    // A limit is no secret.
    get limits() {
      return store.limits;
    },

    ...(store.loginHint !== undefined && { loginHint: store.loginHint }),

    async read(key): Promise<StoredToken | null> {
      const stored = await store.read(key);
      if (stored === null) return null;
      const opened = await openToken(sources, key, stored);
      if (opened.kind === "open") return { generation: stored.generation, token: opened.token };
      if (opened.kind === "refused") throw undecryptable(key, store, stored.generation, opened);
      if (options.adoptPlain === true) return stored;
      throw undecryptable(key, store, stored.generation, {
        why: "it is not encrypted",
        hint: "If it is yours from before, open the store once with adoptPlain: true; otherwise log in again, which takes its place.",
      });
    },

    async compareAndSwap(key: TokenKey, expected: number, token: Token | TokenOfGeneration | null) {
      if (token === null) return store.compareAndSwap(key, expected, null);
      return store.compareAndSwap(key, expected, async (generation) => {
        const made = typeof token === "function" ? await token(generation) : token;
        return sealToken(first, key, generation, made);
      });
    },

    withLock: (key, action, signal) => store.withLock(key, action, signal),

    list: () => store.list(),
  };
}

function undecryptable(
  { profile }: TokenKey,
  { place }: TokenStore,
  generation: number,
  { why, hint }: Refusal,
): StagedoorError {
  const where = place === undefined ? "" : ` (${place})`;
  const said = `The token of profile "${sanitizeText(profile)}"${where} cannot be decrypted: ${why}.`;
  return new UndecryptableError(said, generation, hint);
}

function isList(key: EncryptedOptions["key"]): key is readonly EncryptionKey[] {
  return Array.isArray(key);
}
