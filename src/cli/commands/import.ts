import { duration } from "../../base/clock.js";
import { hasCode, StagedoorError } from "../../base/errors.js";
import { type ImportedLogin, importTokens, type TokenFormat } from "../../token/formats/index.js";
import { ABSENT, type StoredToken, type Token, type TokenStore } from "../../token/index.js";
import { type Context, say } from "../context.js";
import { name, profileFlag, reportError } from "../output.js";
import type { ProfileOptions } from "../profile.js";
import { commandSettings } from "../settings.js";
import { openStore } from "../store.js";
import { readTokenFile } from "../token-file.js";

export interface ImportCommandOptions extends ProfileOptions {
  readonly format?: TokenFormat | undefined;
  readonly entry?: string | undefined;
  readonly scope?: readonly string[] | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly authorizedAt?: number | undefined;
  readonly dryRun?: boolean | undefined;
  readonly force?: boolean | undefined;
}

/** What is to become of one login of the file. */
interface Plan {
  readonly login: ImportedLogin;
  readonly deed: "store" | "replace" | "correct" | "nothing";
  /** What is stored then. */
  readonly token: Token;
}

/** The terms of one import. */
interface Terms {
  readonly force: boolean;
  /** Whether the time of the consent is known, not guessed. */
  readonly knowsConsent: boolean;
}

/** `stagedoor import FILE`: takes the logins of another program's token file over. The file stays as it is. */
export async function importCommand(
  context: Context,
  file: string,
  options: ImportCommandOptions,
): Promise<void> {
  const { clientId, clientSecret, accountsUrl } = commandSettings(context);
  const text = await readTokenFile(context, file);
  const { format, logins, notes } = importTokens(text, {
    format: options.format,
    clientId: options.clientId ?? clientId,
    issuer: new URL(accountsUrl).origin,
    profile: options.profile,
    entry: options.entry,
    scopes: options.scope,
    authorizedAt: options.authorizedAt,
    // The secret of the environment belongs to the client id of the environment.
    confidential: clientSecret !== undefined && (options.clientId ?? clientId) === clientId,
    now: context.clock.now(),
  });
  for (const note of notes) say(context, note);
  const store = openStore(context);
  const terms = {
    force: options.force ?? false,
    knowsConsent: options.authorizedAt !== undefined || format === "stagedoor",
  };
  // All are looked at before the first is stored: a refusal in the middle would leave half of the file.
  const plans: Plan[] = [];
  for (const login of logins)
    plans.push(planFor(context, login, await storedFor(context, store, login, options.clientId), terms));
  for (const plan of plans) {
    if (options.dryRun || plan.deed === "nothing") say(context, sentence(plan, "would be"));
    else await carryOut(context, store, plan, { ...terms, clientId: options.clientId });
  }
  if (options.dryRun) return;
  if (format !== "stagedoor") {
    say(
      context,
      "From now on let only one of the two programs use it: where Spotify gives a new refresh token with every refresh, the one that refreshes ends the other's login.",
    );
  }
  const [first] = logins;
  if (first !== undefined) say(context, `See: stagedoor status${profileFlag(first.key.profile)}`);
}

async function storedFor(
  context: Context,
  store: TokenStore,
  { key }: ImportedLogin,
  clientId: string | undefined,
): Promise<StoredToken | null> {
  try {
    return await store.read(key);
  } catch (error) {
    // It has been set aside, and a new login is what helps.
    if (!hasCode(error, "store-corrupt")) throw error;
    reportError(context, error, { profile: key.profile, clientId });
    return null;
  }
}

function planFor(
  context: Context,
  login: ImportedLogin,
  stored: StoredToken | null,
  { force, knowsConsent }: Terms,
): Plan {
  const { token, key } = login;
  if (stored === null) return { login, deed: "store", token };
  const there = stored.token;
  if (there.accessToken === token.accessToken && there.refreshToken === token.refreshToken) {
    // Whether it works is known better here: only what the person says of it counts for more.
    const authorizedAt = knowsConsent ? token.authorizedAt : there.authorizedAt;
    const isSame = authorizedAt === there.authorizedAt && token.scopes.join(" ") === there.scopes.join(" ");
    if (isSame) return { login, deed: "nothing", token: there };
    if (force) return { login, deed: "correct", token: there.with({ authorizedAt, scopes: token.scopes }) };
    throw new StagedoorError(
      "argument-invalid",
      `The login is there already (profile "${name(key.profile)}"), with another time of the consent or other scopes.`,
      { hint: "To correct them, import it once more with --force." },
    );
  }
  if (force) return { login, deed: "replace", token };
  const apart = there.obtainedAt - token.obtainedAt;
  const age =
    apart === 0 ? "as old as" : `${duration(Math.abs(apart))} ${apart > 0 ? "newer" : "older"} than`;
  const ago = duration(Math.max(0, context.clock.now() - there.obtainedAt));
  throw new StagedoorError(
    "argument-invalid",
    `The profile "${name(key.profile)}" has a login already. Its token is ${ago} old, ${age} the one in the file.`,
    {
      hint:
        apart > 0
          ? "Keep what is there: the refresh token in the file is older and may be used up. Only if you are sure that you want that one, replace it with --force, or store it under another name: --profile NAME"
          : "Replace it with --force, or store the other one under another name: --profile NAME",
    },
  );
}

async function carryOut(
  context: Context,
  store: TokenStore,
  plan: Plan,
  terms: Terms & { readonly clientId: string | undefined },
): Promise<void> {
  const { key } = plan.login;
  const done = await store.withLock(
    key,
    async () => {
      const stored = await storedFor(context, store, plan.login, terms.clientId);
      // Somebody may have logged in since the first look.
      const now = planFor(context, plan.login, stored, terms);
      if (now.deed === "nothing") return now;
      const generation = await store.compareAndSwap(key, stored?.generation ?? ABSENT, now.token);
      return generation === null ? undefined : now;
    },
    context.signal,
  );
  if (done === undefined) {
    throw new StagedoorError(
      "store-conflict",
      "The login was changed by another program at the same moment.",
      { hint: "Import again." },
    );
  }
  say(context, sentence(done, "is"));
}

function sentence({ login, deed }: Plan, verb: "is" | "would be"): string {
  const { key, entry } = login;
  const what = `${entry === undefined ? "The login" : `The entry "${entry}"`} of the app ${key.clientId.slice(0, 8)}…`;
  if (deed === "nothing")
    return `${what} is there already (profile "${name(key.profile)}"); nothing is changed.`;
  if (deed === "correct") {
    return `${what} is there already (profile "${name(key.profile)}"); its time of the consent and its scopes ${verb === "is" ? "are" : verb} corrected.`;
  }
  const where = `under the profile "${name(key.profile)}"`;
  return `${what} ${verb} stored ${where}${deed === "replace" ? ", in place of the one there" : ""}.`;
}
