import { createHash } from "node:crypto";
import { type Clock, HOUR, systemClock } from "../base/clock.js";
import { hasCode, StagedoorError } from "../base/errors.js";
import { checkServiceUrl, SPOTIFY_ACCOUNTS_URL } from "../base/origins.js";
import type { Turns } from "../base/queue.js";
import { inTurn } from "../base/queue.js";
import { DEFAULT_PROFILE, tokenKey } from "../token/key.js";
import { normalizeScopes } from "../token/scopes.js";
import { isTokenText, parseToken } from "../token/serialization.js";
import type { HeldLock, StoredToken, TokenKey, TokenStore } from "../token/store.js";
import { Token } from "../token/token.js";
import { type FoundSecret, findSecret, findSecretLine, refusal, type Variables } from "./env-secret.js";
import { checkKey, equalKeys, keyText } from "./key.js";

export interface EnvStoreOptions {
  /** Default: `process.env`. */
  readonly environment?: Variables | undefined;
  /** Where files named like the variables, in small letters, are looked for; `false` for nowhere. Default: `/run/secrets`. */
  readonly secretsDirectory?: string | false | undefined;
  /** The profile that the token is found under. Default: `default`. */
  readonly profile?: string | undefined;
  /** The app that the token belongs to. Default: `SPOTIFY_CLIENT_ID`, or whichever is asked for. */
  readonly clientId?: string | undefined;
  /** The origin of the accounts service that gave it. Default: that of `SPOTIFY_ACCOUNTS_URL`, or Spotify's. */
  readonly issuer?: string | undefined;
  readonly clock?: Clock | undefined;
}

/** As long as Spotify's access tokens live. */
const LIFE_MS = HOUR;
/** What stands for an access token that is not there; it counts as expired, so that it is never sent. */
const NO_ACCESS_TOKEN = "none-yet";

const SECRETS_DIRECTORY = "/run/secrets";
const CODE = "store-unreadable";

interface Secrets {
  readonly whole: FoundSecret | undefined;
  readonly access: FoundSecret | undefined;
  readonly refresh: FoundSecret | undefined;
  readonly scope: string | undefined;
}

/**
 * Takes the token from environment variables or from files such as Docker's secrets, for machines where nobody logs in. It is read-only.
 *
 * Each secret is looked for in the variable `NAME`, then in the file that `NAME_FILE` names, then in `/run/secrets` under its name in small
 * letters. `SPOTIFY_TOKEN` counts before the others: the JSON that `serializeToken` writes. Otherwise `SPOTIFY_REFRESH_TOKEN`,
 * `SPOTIFY_ACCESS_TOKEN` or both, with `SPOTIFY_SCOPE` for what was granted; it may be empty.
 *
 * Files are better: variables show in `docker inspect` and in Node's diagnostic reports, and child processes inherit them.
 *
 * They are read at every use, so that a secret file that is replaced counts from then on. The generation is made from the content: it is
 * the same as long as the content is, in every process, and another after a change.
 *
 * Nobody says how old a bare access token is: it counts for an hour from when it was first read here, which is longer than it can live,
 * and should Spotify refuse it earlier, that counts. Without `SPOTIFY_SCOPE` a refresh token is used at once, because Spotify then says
 * what was granted. A refreshed token stays in the session; where Spotify replaces the refresh token with it, the secret has to be replaced
 * too, which the session's event `save-failed` tells.
 *
 * `withLock` queues the callers of this process only: no other one can see what was refreshed here.
 *
 * @throws StagedoorError from its methods: `store-unreadable` for a secret that cannot be used, naming the variable or file, `store-read-only`
 * for each write, `issuer-mismatch` for a token of another app or accounts service, `endpoint-url-invalid`, `aborted`, `argument-invalid`
 *
 * @example
 * const spotify = createSpotify({ clientId, store: envStore() });
 */
export function envStore(options: EnvStoreOptions = {}): TokenStore {
  const { profile = DEFAULT_PROFILE, clock = systemClock } = options;
  const directory =
    options.secretsDirectory === false ? undefined : (options.secretsDirectory ?? SECRETS_DIRECTORY);
  const turns: Turns = new Map();
  const held: HeldLock = { isHeld: () => true };
  const variables = () => options.environment ?? process.env;
  const secret = (name: string) => findSecretLine(variables(), name, { directory, code: CODE });
  let firstSeen: { readonly generation: number; readonly at: number } | undefined;

  function secrets(): Secrets | undefined {
    const whole = findSecret(variables(), "SPOTIFY_TOKEN", { directory, code: CODE });
    if (whole !== undefined) return { whole, access: undefined, refresh: undefined, scope: undefined };
    const refresh = secret("SPOTIFY_REFRESH_TOKEN");
    const access = secret("SPOTIFY_ACCESS_TOKEN");
    if (refresh === undefined && access === undefined) return undefined;
    const given = variables().SPOTIFY_SCOPE?.trim();
    // An empty one says that nothing was granted, which is something else than saying nothing.
    const scope = given === "" ? "" : secret("SPOTIFY_SCOPE")?.text;
    return { whole, access, refresh, scope };
  }

  const issuer = () => {
    const url = options.issuer ?? (variables().SPOTIFY_ACCOUNTS_URL?.trim() || SPOTIFY_ACCOUNTS_URL);
    return new URL(checkServiceUrl(url, options.issuer === undefined ? "SPOTIFY_ACCOUNTS_URL" : "issuer"))
      .origin;
  };
  const ownClientId = () => options.clientId ?? secret("SPOTIFY_CLIENT_ID")?.text;

  /** When this content was first seen here: what is known of the age of a token that does not say it. */
  function seenAt(generation: number): number {
    if (firstSeen?.generation !== generation) firstSeen = { generation, at: clock.now() };
    return firstSeen.at;
  }

  return {
    loginHint:
      "Set SPOTIFY_REFRESH_TOKEN or SPOTIFY_TOKEN, or put one into a file of that name in small letters in /run/secrets.",
    place:
      directory === undefined ? "environment variables" : `environment variables and files in ${directory}`,

    readOnly: true,

    async read(key: TokenKey): Promise<StoredToken | null> {
      checkKey(key);
      const wanted = tokenKey(issuer(), ownClientId() ?? key.clientId, profile);
      if (!equalKeys(key, wanted)) return null;
      const found = secrets();
      if (found === undefined) return null;
      const generation = generationOf(found);
      if (found.whole !== undefined) {
        const token = parseWhole(found.whole);
        return { generation, token: checkOwner(token, found.whole.source, issuer(), key.clientId) };
      }
      const life = { issuer: issuer(), clientId: key.clientId, seenAt: seenAt(generation) };
      return { generation, token: bareToken(found, life) };
    },

    async compareAndSwap(key) {
      checkKey(key);
      throw new StagedoorError(
        "store-read-only",
        "The token comes from the environment, and nothing can be stored there.",
        {
          hint: "Change the variable or the secret itself, or use a store that can be written, such as fileStore().",
        },
      );
    },

    async withLock(key, action, signal) {
      checkKey(key);
      return inTurn(turns, keyText(key), () => action(held), signal, "Waiting for the token");
    },

    async list() {
      const found = secrets();
      if (found === undefined) return [];
      const clientId =
        ownClientId() ?? (found.whole === undefined ? undefined : parseWhole(found.whole).clientId);
      return clientId === undefined ? [] : [tokenKey(issuer(), clientId, profile)];
    },
  };
}

interface BareTokenTerms {
  readonly issuer: string;
  readonly clientId: string;
  /** Milliseconds since the Unix epoch. */
  readonly seenAt: number;
}

function parseWhole({ text, source }: FoundSecret): Token {
  try {
    return parseToken(text);
  } catch (error) {
    if (!hasCode(error, "token-invalid")) throw error;
    // Its message names the member that is wrong and never what is in it.
    const why = error.message.replace(/^.*?: /, "").replace(/\.$/, "");
    throw refusal(CODE, source, `holds no token (${why})`, "Put there what serializeToken writes.");
  }
}

function checkOwner(token: Token, source: string, issuer: string, clientId: string): Token {
  if (token.issuer === issuer && token.clientId === clientId) return token;
  throw new StagedoorError(
    "issuer-mismatch",
    `The token in ${source} belongs to another accounts service or app.`,
    {
      hint: "Put the token of the present app there, or set SPOTIFY_CLIENT_ID and SPOTIFY_ACCOUNTS_URL to those that it belongs to.",
    },
  );
}

function bareToken({ access, refresh, scope }: Secrets, { issuer, clientId, seenAt }: BareTokenTerms): Token {
  for (const found of [access, refresh]) {
    if (found !== undefined && !isTokenText(found.text)) {
      throw refusal(CODE, found.source, "holds what no token can be", "Put the token alone there.");
    }
  }
  if (access !== undefined && refresh === undefined && scope === undefined) {
    throw refusal(
      CODE,
      access.source,
      "does not say what was granted",
      'Say it: SPOTIFY_SCOPE="user-top-read …", or SPOTIFY_SCOPE="" for public information only.',
    );
  }
  const isKnown = access !== undefined && scope !== undefined;
  return new Token({
    accessToken: isKnown ? access.text : NO_ACCESS_TOKEN,
    refreshToken: refresh?.text,
    expiresAt: isKnown ? seenAt + LIFE_MS : 0,
    obtainedAt: isKnown ? seenAt : 0,
    // The latest that it can have been.
    authorizedAt: seenAt,
    scopes: scopesOf(scope),
    issuer,
    clientId,
    // Without a refresh token it cannot be renewed, however it came about.
    grant: refresh === undefined ? "implicit" : "authorization_code",
  });
}

function scopesOf(text: string | undefined): readonly string[] {
  try {
    return normalizeScopes(text);
  } catch {
    throw refusal(
      CODE,
      "SPOTIFY_SCOPE",
      "holds what no scope can be",
      "Separate scopes by spaces or commas.",
    );
  }
}

/** From the content, so that all processes have the same one, and another when the secret is replaced. */
function generationOf({ whole, access, refresh, scope }: Secrets): number {
  const content = JSON.stringify(
    [whole?.text, access?.text, refresh?.text, scope].map((text) => text ?? null),
  );
  // 48 bits, which a number holds exactly; never 0, which stands for nothing.
  return createHash("sha256").update(content).digest().readUIntBE(0, 6) + 1;
}
