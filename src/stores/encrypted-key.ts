import { base64Url, decodeBase64 } from "../base/encoding.js";
import { StagedoorError } from "../base/errors.js";

/** A passphrase that a person remembers; a key of 32 random bytes is faster and stronger. */
export interface Passphrase {
  /** At least 8 characters, better several words. */
  readonly passphrase: string;
  /** How often PBKDF2 hashes it. Default and least: 600,000. */
  readonly iterations?: number | undefined;
}

/** A key as the runtime's Web Crypto has it. */
export type AesKey = Parameters<typeof crypto.subtle.encrypt>[1];

/**
 * What encrypts: 32 random bytes, as they are or written as base64, base64url or hexadecimal; a `CryptoKey` for AES-GCM with 256 bits that
 * may encrypt and decrypt; or a passphrase.
 */
export type EncryptionKey = string | Uint8Array | AesKey | Passphrase;

/**
 * The least that OWASP advises for PBKDF2 with HMAC-SHA-256.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
const LEAST_ITERATIONS = 600_000;
/** A record that asks for more was not written by us, and would keep the reader busy for minutes. */
const MOST_ITERATIONS = 10_000_000;
const LEAST_PASSPHRASE = 8;
/** How many derived keys are kept: each costs a good part of a second, and a place normally has one salt. */
const DERIVED_KEPT = 16;

const KEY_BYTES = 32;
const SALT_BYTES = 16;
const SALT = /^[\w-]{22}$/;
const utf8 = new TextEncoder();

/** From what a key was derived. */
export interface Derivation {
  readonly iterations: number;
  /** 16 bytes as base64url. */
  readonly salt: string;
}

/** A key that is ready for use. */
export interface ReadyKey {
  /** Tells it from others without telling anything about it. */
  readonly id: string;
  readonly derivation: Derivation | undefined;
  readonly key: AesKey;
}

/** One of the keys that were given; nothing is imported or derived before it is needed. */
export interface KeySource {
  /** The key to seal with. */
  current(): Promise<ReadyKey>;
  /** The key for what was sealed with this derivation; `undefined` when it cannot be this one. */
  keyFor(derivation: Derivation | undefined): Promise<ReadyKey | undefined>;
  /** Told of a key that has opened something. */
  proved(key: ReadyKey): void;
}

/**
 * Checks a key as far as that can be done at once.
 *
 * @throws StagedoorError `argument-invalid`; the message never holds the key
 */
export function keySource(given: EncryptionKey): KeySource {
  if (typeof given === "string") return fixedSource(bytesOfText(given));
  if (given instanceof Uint8Array) return fixedSource(given);
  if (isPassphrase(given)) return passphraseSource(given);
  if (isAesKey(given)) return importedSource(given);
  throw invalid("The encryption key is missing or of the wrong kind.");
}

function fixedSource(given: Uint8Array): KeySource {
  // A copy: what the caller does with the array afterwards must not change the key.
  const bytes = given.slice();
  if (bytes.length !== KEY_BYTES)
    throw invalid(`The encryption key has ${bytes.length} bytes in place of 32.`);
  if (bytes.every((byte) => byte === bytes[0])) {
    throw invalid("The encryption key is the same byte 32 times: it was never filled.");
  }
  return sourceOf(() =>
    webCrypto().importKey("raw", bytes, { name: "AES-GCM" }, false, ["encrypt", "decrypt"]),
  );
}

function importedSource(key: AesKey): KeySource {
  return sourceOf(async () => key);
}

function sourceOf(load: () => Promise<AesKey>): KeySource {
  let ready: Promise<ReadyKey> | undefined;
  const current = () => {
    ready ??= load().then((key) => readyKey(key, undefined));
    return ready;
  };
  return {
    current,
    keyFor: async (derivation) => (derivation === undefined ? current() : undefined),
    proved: () => undefined,
  };
}

function passphraseSource({ passphrase, iterations = LEAST_ITERATIONS }: Passphrase): KeySource {
  if (passphrase.length < LEAST_PASSPHRASE) {
    throw invalid(`The passphrase has fewer than ${LEAST_PASSPHRASE} characters.`);
  }
  if (!Number.isSafeInteger(iterations) || iterations < LEAST_ITERATIONS || iterations > MOST_ITERATIONS) {
    throw new StagedoorError(
      "argument-invalid",
      `The iterations must be a whole number from ${LEAST_ITERATIONS} to ${MOST_ITERATIONS}.`,
      { hint: "Leave them out for the default." },
    );
  }
  const derived = new Map<string, Promise<ReadyKey>>();
  const derive = (derivation: Derivation) => {
    const name = `${derivation.iterations}.${derivation.salt}`;
    const known = derived.get(name);
    const key = known ?? deriveKey(passphrase, derivation).then((made) => readyKey(made, derivation));
    // The one that was used last goes to the end, so that the first is the one to drop.
    derived.delete(name);
    derived.set(name, key);
    const [oldest] = derived.keys();
    if (derived.size > DERIVED_KEPT && oldest !== undefined) derived.delete(oldest);
    return key;
  };
  let own: Derivation | undefined;
  return {
    current() {
      own ??= { iterations, salt: base64Url(crypto.getRandomValues(new Uint8Array(SALT_BYTES))) };
      return derive(own);
    },
    keyFor: async (derivation) => (derivation === undefined ? undefined : derive(derivation)),
    proved({ derivation }) {
      // The salt of what is there already, so that all who share the place derive one key and not one each. Only what a key has
      // opened counts: nobody else can choose a salt for us.
      if (derivation?.iterations === iterations) own ??= derivation;
    },
  };
}

/**
 * Derives a key for AES-256-GCM from a passphrase by PBKDF2 with HMAC-SHA-256 (RFC 8018 section 5.2).
 *
 * The passphrase is brought to Unicode's form NFC first: the same letters are other bytes on another system.
 */
export async function deriveKey(passphrase: string, { iterations, salt }: Derivation): Promise<AesKey> {
  const material = utf8.encode(passphrase.normalize("NFC"));
  const secret = await webCrypto().importKey("raw", material, "PBKDF2", false, ["deriveKey"]);
  const parameters = {
    name: "PBKDF2",
    hash: "SHA-256",
    iterations,
    salt: bytesOfBase64Url(salt) ?? new Uint8Array(),
  };
  const algorithm = { name: "AES-GCM", length: 256 };
  return webCrypto().deriveKey(parameters, secret, algorithm, false, ["encrypt", "decrypt"]);
}

/** Reads a derivation as it is written in a sealed text; `undefined` when it is none that we would write. */
export function parseDerivation(iterations: string, salt: string): Derivation | undefined {
  const count = Number(iterations);
  if (String(count) !== iterations || !Number.isSafeInteger(count)) return undefined;
  if (count < LEAST_ITERATIONS || count > MOST_ITERATIONS) return undefined;
  if (!SALT.test(salt) || bytesOfBase64Url(salt) === undefined) return undefined;
  return { iterations: count, salt };
}

/** The bytes of a base64url text without padding; `undefined` for one that we would have written otherwise. */
export function bytesOfBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  const bytes = decodeBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
  return bytes !== undefined && base64Url(bytes) === text ? bytes.slice() : undefined;
}

/** @throws StagedoorError `store-unavailable` where the runtime has no Web Crypto */
export function webCrypto(): typeof crypto.subtle {
  const subtle: typeof crypto.subtle | undefined = globalThis.crypto?.subtle;
  if (subtle !== undefined) return subtle;
  throw new StagedoorError("store-unavailable", "Nothing can be encrypted here: there is no Web Crypto.", {
    hint: "In a browser serve the page over https:, or from localhost.",
  });
}

/**
 * The id is a part of the tag of an empty message, under a nonce that is never used for anything else: that tells nothing about the
 * key, and works for keys that give their bytes away to nobody.
 */
async function readyKey(key: AesKey, derivation: Derivation | undefined): Promise<ReadyKey> {
  const algorithm = {
    name: "AES-GCM",
    iv: new Uint8Array(12),
    additionalData: utf8.encode("stagedoor key id"),
  };
  const tag = new Uint8Array(await webCrypto().encrypt(algorithm, key, new Uint8Array()));
  return { id: base64Url(tag.subarray(0, 6)), derivation, key };
}

function bytesOfText(given: string): Uint8Array {
  const text = given.trim();
  if (/^[0-9a-f]{64}$/i.test(text)) {
    return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  }
  const url = text.replaceAll("+", "-").replaceAll("/", "_").replace(/=$/, "");
  const bytes = /^[\w-]{43}$/.test(url) ? bytesOfBase64Url(url) : undefined;
  if (bytes === undefined)
    throw invalid("The text of the encryption key is not 32 bytes in base64 or hexadecimal.");
  return bytes;
}

function isPassphrase(given: unknown): given is Passphrase {
  return isObject(given) && typeof given.passphrase === "string";
}

function isAesKey(given: unknown): given is AesKey {
  if (!isObject(given) || given.type !== "secret" || !isObject(given.algorithm)) return false;
  const { name, length } = given.algorithm;
  if (name !== "AES-GCM" || length !== 256) return false;
  const { usages } = given;
  return Array.isArray(usages) && usages.includes("encrypt") && usages.includes("decrypt");
}

/** Not `isRecord`: what the runtime made has its members higher up. */
function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function invalid(message: string): StagedoorError {
  return new StagedoorError("argument-invalid", message, {
    hint: "Make a key and keep it where your other secrets are: openssl rand -base64 32",
  });
}
