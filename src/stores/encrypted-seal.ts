import { base64Url, decodeUtf8 } from "../base/encoding.js";
import { StagedoorError } from "../base/errors.js";
import { sealedIssuer, unsealedIssuer } from "../token/sealed.js";
import { isTokenText } from "../token/serialization.js";
import type { StoredToken, TokenKey } from "../token/store.js";
import type { Token } from "../token/token.js";
import type { KeySource, ReadyKey } from "./encrypted-key.js";
import { bytesOfBase64Url, parseDerivation, webCrypto } from "./encrypted-key.js";

const MARK = "stagedoor-sealed";
const VERSION = "1";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The longest secret whose sealed text is still a token text, also when it names a passphrase's salt. */
const LONGEST = 6000;

const utf8 = new TextEncoder();

type Role = "access token" | "refresh token";

/** Why something cannot be opened, and what helps. */
export interface Refusal {
  readonly why: string;
  readonly hint: string;
}

/** What a stored token turned out to be. */
export type Opened =
  | { readonly kind: "open"; readonly token: Token }
  /** Not sealed at all. */
  | { readonly kind: "plain" }
  | ({ readonly kind: "refused" } & Refusal);

/** By itself nothing is overwritten: a wrong key must not cost a login. Whoever logs in anew, or out, means it. */
const REPLACE = "log in again, which takes its place";

const CHANGED: Refusal = {
  why: "it was changed, or put there from another profile or an older record",
  hint: `Put back what was there. Otherwise ${REPLACE}.`,
};

/**
 * Seals the secrets of a token for one generation of one key; everything else stays readable, but cannot be changed unnoticed.
 *
 * @throws StagedoorError `token-invalid` for a secret that is no token text, `store-unwritable` for one that is too long
 */
export async function sealToken(
  source: KeySource,
  key: TokenKey,
  generation: number,
  token: Token,
): Promise<Token> {
  const ready = await source.current();
  const { accessToken: access, refreshToken: refresh } = token;
  const place = binding(key, generation, token);
  const accessToken = await seal(ready, "access token", place, access);
  // Bound to the access token beside it: the halves of two records never pass for one.
  const refreshToken =
    refresh === undefined ? undefined : await seal(ready, "refresh token", [...place, accessToken], refresh);
  return token.with({ accessToken, refreshToken, issuer: sealedIssuer(token.issuer) });
}

/** Opens what `sealToken` made, if it is that and nothing of it was changed. */
export async function openToken(
  sources: readonly KeySource[],
  key: TokenKey,
  { generation, token: sealed }: StoredToken,
): Promise<Opened> {
  const issuer = unsealedIssuer(sealed.issuer);
  const { accessToken: access, refreshToken: refresh } = sealed;
  const marks = [access, refresh]
    .filter((text) => text !== undefined)
    .map((text) => text.startsWith(`${MARK}.`));
  if (issuer === undefined) {
    return marks.includes(true) ? { kind: "refused", ...CHANGED } : { kind: "plain" };
  }
  const place = binding(key, generation, sealed.with({ issuer }));
  const accessToken = await open(sources, "access token", place, access);
  if (typeof accessToken !== "string") return { kind: "refused", ...accessToken };
  const refreshToken =
    refresh === undefined ? undefined : await open(sources, "refresh token", [...place, access], refresh);
  if (typeof refreshToken === "object") return { kind: "refused", ...refreshToken };
  return { kind: "open", token: sealed.with({ accessToken, refreshToken, issuer }) };
}

/** All that a sealed text belongs to, so that it opens nowhere else. */
function binding(key: TokenKey, generation: number, token: Token): readonly unknown[] {
  const { issuer, clientId, grant, scopes, expiresAt, authorizedAt, obtainedAt, status } = token;
  const members = Object.entries(status).filter(([, value]) => value !== undefined);
  return [
    [key.provider, key.clientId, key.profile, generation],
    [issuer, clientId, grant, scopes, expiresAt, authorizedAt, obtainedAt],
    members.sort(([a], [b]) => (a < b ? -1 : 1)),
    token.refreshToken !== undefined,
  ];
}

function associatedData(header: string, role: Role, place: readonly unknown[]): Uint8Array<ArrayBuffer> {
  // JSON, because no two lists of values have the same text.
  return utf8.encode(JSON.stringify([header, role, ...place]));
}

async function seal(ready: ReadyKey, role: Role, place: readonly unknown[], secret: string): Promise<string> {
  if (!isTokenText(secret)) {
    throw new StagedoorError("token-invalid", `The ${role} is empty, too long or not plain text.`);
  }
  if (secret.length > LONGEST) {
    throw new StagedoorError(
      "store-unwritable",
      `The ${role} is too long to be encrypted: it has ${secret.length} characters of at most ${LONGEST}.`,
      { hint: "Keep this token in a store without encryption." },
    );
  }
  const header = headerText(ready);
  // 96 random bits a seal. NIST SP 800-38D, section 8.3, allows 2^32 of them with one key. A refresh is two writes of two seals: with a
  // million logins, each refreshed once an hour, that is a new key every six weeks; one login would need 120,000 years.
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const algorithm = { name: "AES-GCM", iv, additionalData: associatedData(header, role, place) };
  const box = new Uint8Array(await webCrypto().encrypt(algorithm, ready.key, utf8.encode(secret)));
  return `${header}.${base64Url(Uint8Array.of(...iv, ...box))}`;
}

async function open(
  sources: readonly KeySource[],
  role: Role,
  place: readonly unknown[],
  text: string,
): Promise<string | Refusal> {
  const cut = text.lastIndexOf(".");
  const header = text.slice(0, cut);
  const bytes = bytesOfBase64Url(text.slice(cut + 1));
  const [mark, version, id, iterations, salt, ...rest] = header.split(".");
  if (mark !== MARK || version === undefined || id === undefined) return CHANGED;
  if (version !== VERSION) {
    return {
      why: "a newer stagedoor encrypted it, or it was changed",
      hint: "Update stagedoor, then try again.",
    };
  }
  const derivation = iterations === undefined ? undefined : parseDerivation(iterations, salt ?? "");
  const isOurs = rest.length === 0 && (iterations === undefined || derivation !== undefined);
  if (!isOurs || bytes === undefined || bytes.length <= NONCE_BYTES + TAG_BYTES) return CHANGED;
  for (const source of sources) {
    const ready = await source.keyFor(derivation);
    if (ready === undefined || ready.id !== id) continue;
    const algorithm = {
      name: "AES-GCM",
      iv: bytes.subarray(0, NONCE_BYTES),
      additionalData: associatedData(header, role, place),
    };
    const opened = await webCrypto()
      .decrypt(algorithm, ready.key, bytes.subarray(NONCE_BYTES))
      .catch(() => undefined);
    if (opened === undefined) return CHANGED;
    source.proved(ready);
    return decodeUtf8(new Uint8Array(opened)) ?? CHANGED;
  }
  return {
    why: `it is encrypted with another ${derivation === undefined ? "key" : "passphrase"} (key id ${id}) than ${sources.length === 1 ? "the one" : `the ${sources.length}`} given`,
    hint: `Give that one too: encrypted(store, { key: [present, former] }). If it is lost, ${REPLACE}.`,
  };
}

function headerText({ id, derivation }: ReadyKey): string {
  const from = derivation === undefined ? [] : [String(derivation.iterations), derivation.salt];
  return [MARK, VERSION, id, ...from].join(".");
}
