import { createClient } from "../../client/index.js";
import { lackingScopes, normalizeScopes, type Token } from "../../token/index.js";
import { type Context, say } from "../context.js";
import { type ObtainOptions, obtainToken } from "../obtain-token.js";
import { name, reportError } from "../output.js";
import { type OpenProfile, openProfile, type ProfileOptions } from "../profile.js";

/** `stagedoor login`: logs a person in and stores the token. */
export async function loginCommand(context: Context, options: ProfileOptions & ObtainOptions): Promise<void> {
  const opened = openProfile(context, options);
  const token = await obtainToken(context, opened, options);
  await opened.session.adopt(token);
  await welcome(context, opened, token, options.scope);
}

async function welcome(
  context: Context,
  { settings, session, store }: OpenProfile,
  token: Token,
  askedFor: readonly string[] | undefined,
): Promise<void> {
  const client = createClient({ source: session, apiUrl: settings.apiUrl, clock: context.clock });
  const { profile } = session.key;
  try {
    const me = await client.me.profile({}, { signal: context.signal });
    say(context, `Logged in as ${name(me.display_name ?? me.id)} (profile "${profile}").`);
  } catch (error) {
    say(context, `Logged in (profile "${profile}"), but a first call failed:`);
    reportError(context, error);
  }
  const missing = lackingScopes(normalizeScopes(askedFor), token.scopes);
  if (missing.length > 0) say(context, `Not granted: ${missing.join(" ")}`);
  say(context, `The token is stored in ${store.directory}`);
  say(context, "Try: stagedoor api GET /me");
}
