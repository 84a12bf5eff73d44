import { hasCode, StagedoorError } from "../../base/errors.js";
import { nearest } from "../../base/text.js";
import { createClient } from "../../client/index.js";
import { SCOPES } from "../../contract/index.js";
import { lackingScopes, normalizeScopes, type Token } from "../../token/index.js";
import { fetchSender } from "../../transport/index.js";
import { type Context, say } from "../context.js";
import { type ObtainOptions, obtainToken } from "../obtain-token.js";
import { name, profileFlag, reportError } from "../output.js";
import { type OpenProfile, openProfile, type ProfileOptions } from "../profile.js";
import { placeOf } from "../store.js";

export interface LoginCommandOptions extends ProfileOptions, ObtainOptions {
  /** Ask for nothing but the scopes named. Default: also for those that the login has. */
  readonly resetScopes?: boolean | undefined;
}

/** `stagedoor login`: logs a person in and stores the token. */
export async function loginCommand(context: Context, options: LoginCommandOptions): Promise<void> {
  const wanted = normalizeScopes(options.scope);
  checkScopes(wanted);
  const opened = openProfile(context, options);
  const before = await previousLogin(context, opened);
  const kept = options.resetScopes ? [] : (before?.scopes ?? []);
  const scope = normalizeScopes([...kept, ...wanted]);
  const token = await obtainToken(context, opened.app, opened.settings.redirectUri, { ...options, scope });
  await opened.session.adopt(token);
  await welcome(context, opened, token, scope);
}

/** Those of Spotify's partners, which are in no schema. */
const PARTNER_SCOPE = /^(?:user-)?soa-|^user-personalized$/;

/** Spotify refuses a login that asks for a scope which it does not know, and does not say which one it was. */
function checkScopes(wanted: readonly string[]): void {
  const known: readonly string[] = SCOPES;
  const wrong = wanted.filter((scope) => !known.includes(scope) && !PARTNER_SCOPE.test(scope));
  const [first] = wrong;
  if (first === undefined) return;
  const longer = known.filter((scope) => scope.startsWith(first));
  const near = longer.length > 0 ? longer.join(" or ") : nearest(first, known);
  throw new StagedoorError("argument-invalid", `Spotify has no scope ${wrong.join(", ")}.`, {
    hint: near === undefined ? `There are: ${known.join(" ")}` : `Did you mean ${near}?`,
  });
}

/** The login that is about to be replaced. Whatever is wrong with the store shows here, before the person agrees to anything. */
async function previousLogin(context: Context, { store, session }: OpenProfile): Promise<Token | undefined> {
  await store.withLock(session.key, async () => undefined, context.signal);
  try {
    return (await session.stored())?.token;
  } catch (error) {
    // It has been set aside, and a new login is what helps.
    if (!hasCode(error, "store-corrupt")) throw error;
    reportError(context, error);
    return undefined;
  }
}

async function welcome(
  context: Context,
  { settings, session, store }: OpenProfile,
  token: Token,
  askedFor: readonly string[],
): Promise<void> {
  const client = createClient({
    source: session,
    apiUrl: settings.apiUrl,
    // As for the session: one call loads no sender of its own.
    send: fetchSender(),
    clock: context.clock,
  });
  const { profile } = session.key;
  const place = await placeOf(store, session.key);
  const missing = lackingScopes(askedFor, token.scopes);
  try {
    const me = await client.me.profile({}, { signal: context.signal });
    say(context, `Logged in as ${name(me.display_name ?? me.id)} (profile "${name(profile)}").`);
    say(context, `The token is stored in ${place}`);
    if (missing.length > 0) say(context, `Not granted: ${missing.join(" ")}`);
    say(context, `Try: stagedoor api GET /me${profileFlag(profile)}`);
  } catch (error) {
    say(context, `Logged in (profile "${name(profile)}") and stored in ${place}, but a first call failed:`);
    reportError(context, error, profile);
  }
}
