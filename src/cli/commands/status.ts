import { DAY, duration } from "../../base/clock.js";
import { sanitizeText } from "../../base/text.js";
import { DEFAULT_PROFILE, type Token, type TokenKey } from "../../token/index.js";
import { type Context, print } from "../context.js";
import { EXIT } from "../exit-codes.js";
import { profileFlag, reportError, toJsonText } from "../output.js";
import { type ProfileOptions, unknownProfile } from "../profile.js";
import { openStore, placeOf, sayProblems } from "../store.js";

export interface StatusOptions extends ProfileOptions {
  readonly json?: boolean | undefined;
}

/** What `stagedoor status --json` gives for one profile; times are ISO 8601. */
interface ProfileStatus {
  readonly profile: string;
  readonly provider: string;
  readonly clientId: string;
  readonly state: string;
  readonly reason: string | null;
  readonly scopes: readonly string[];
  readonly grant: string;
  readonly accessTokenExpiresAt: string;
  /** Seconds; 0 when it has run out. */
  readonly accessTokenSecondsLeft: number;
  readonly authorizedAt: string;
  readonly loginExpiresAt: string | null;
  /** Whole days; 0 when it has ended, `null` when the login has no end of its own. */
  readonly loginDaysLeft: number | null;
  /** In words for a person. */
  readonly storedIn: string;
}

/** `stagedoor status`: what is stored, without a call to Spotify and without a token. */
export async function statusCommand(context: Context, options: StatusOptions): Promise<number> {
  const store = openStore(context);
  const { profile, clientId } = options;
  const all = [...(await store.list())].sort(inOrder);
  const keys = all.filter((key) => clientId === undefined || key.clientId === clientId);
  const chosen = keys.filter((key) => profile === undefined || key.profile === profile);
  const statuses: ProfileStatus[] = [];
  let failed = false;
  for (const key of chosen) {
    try {
      const stored = await store.read(key);
      if (stored === null) continue;
      statuses.push(describe(key, stored.token, await placeOf(store, key), context.clock.now()));
    } catch (error) {
      failed = true;
      reportError(context, error, key.profile);
    }
  }
  if (sayProblems(context)) failed = true;
  if (options.json || statuses.length > 0) {
    print(context, options.json ? toJsonText(statuses) : statuses.map(table).join("\n\n"));
  }
  if (failed) return EXIT.error;
  if (chosen.length === 0) throw unknownProfile(store, profile ?? DEFAULT_PROFILE, keys, all);
  return statuses.some((status) => status.state === "reauthorization-required") ? EXIT.error : EXIT.ok;
}

/** By provider and profile, as a person would list them. */
function inOrder(a: TokenKey, b: TokenKey): number {
  const place = ({ provider, profile, clientId }: TokenKey) => `${provider}\n${profile}\n${clientId}`;
  return place(a) < place(b) ? -1 : 1;
}

function describe(key: TokenKey, token: Token, storedIn: string, now: number): ProfileStatus {
  const { status, refreshExpiresAt } = token;
  return {
    ...key,
    state: status.state,
    reason: status.state === "reauthorization-required" ? status.reason : null,
    scopes: token.scopes,
    grant: token.grant,
    accessTokenExpiresAt: new Date(token.expiresAt).toISOString(),
    accessTokenSecondsLeft: Math.max(0, Math.floor((token.expiresAt - now) / 1000)),
    authorizedAt: new Date(token.authorizedAt).toISOString(),
    loginExpiresAt: refreshExpiresAt === undefined ? null : new Date(refreshExpiresAt).toISOString(),
    loginDaysLeft:
      refreshExpiresAt === undefined ? null : Math.max(0, Math.floor((refreshExpiresAt - now) / DAY)),
    storedIn,
  };
}

function table(status: ProfileStatus): string {
  const rows = [
    ["app", `${status.clientId.slice(0, 8)}… (${status.provider})`],
    ["access token", accessTokenWords(status)],
    ["login", loginWords(status)],
    ["scopes", status.scopes.length > 0 ? status.scopes.join(" ") : "none: public information only"],
    ["stored in", status.storedIn],
  ];
  const lines = rows.map(([label = "", value = ""]) => `  ${label.padEnd(12)}  ${sanitizeText(value, 2000)}`);
  return [sanitizeText(status.profile), ...lines].join("\n");
}

function accessTokenWords({ state, accessTokenSecondsLeft: left }: ProfileStatus): string {
  if (state === "reauthorization-required") return "no longer used";
  return left > 0 ? `good for ${duration(left * 1000)}` : "run out; it is refreshed at the next call";
}

function loginWords(status: ProfileStatus): string {
  const { loginDaysLeft: days } = status;
  const again = `stagedoor login${profileFlag(status.profile)}`;
  if (status.state === "reauthorization-required") return `ended: ${status.reason}. Log in again: ${again}`;
  const uncertain =
    status.state === "uncertain" ? "; nothing is known of the outcome of the last refresh" : "";
  if (days === null || status.loginExpiresAt === null) return `no end of its own${uncertain}`;
  const until = status.loginExpiresAt.slice(0, 10);
  // Also where the day of the consent is not known and the earliest was taken.
  if (days === 0) return `may end any day, counted until ${until}; log in again: ${again}${uncertain}`;
  const soon = days < 30 ? `; log in again before then: ${again}` : "";
  return `${days} days left, until ${until}${soon}${uncertain}`;
}
