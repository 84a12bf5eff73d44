import { duration } from "../../base/clock.js";
import { hasCode, StagedoorError } from "../../base/errors.js";
import { type ImportedLogin, importTokens, type TokenFormat } from "../../token/formats/index.js";
import { ABSENT, type StoredToken, type TokenStore } from "../../token/index.js";
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
  readonly deed: "store" | "replace" | "nothing";
}

/** `stagedoor import FILE`: takes the logins of another program's token file over. The file stays as it is. */
export async function importCommand(
  context: Context,
  file: string,
  options: ImportCommandOptions,
): Promise<void> {
  const { clientId, accountsUrl } = commandSettings(context);
  const text = await readTokenFile(context, file);
  const { format, logins, notes } = importTokens(text, {
    format: options.format,
    clientId: options.clientId ?? clientId,
    issuer: new URL(accountsUrl).origin,
    profile: options.profile,
    entry: options.entry,
    scopes: options.scope,
    authorizedAt: options.authorizedAt,
    now: context.clock.now(),
  });
  for (const note of notes) say(context, note);
  const store = openStore(context);
  // All are looked at before the first is stored: a refusal in the middle would leave half of the file.
  const plans: Plan[] = [];
  for (const login of logins)
    plans.push(planFor(context, login, await storedFor(context, store, login), options));
  for (const plan of plans) {
    if (options.dryRun || plan.deed === "nothing") say(context, sentence(plan, "would be"));
    else await carryOut(context, store, plan, options);
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
): Promise<StoredToken | null> {
  try {
    return await store.read(key);
  } catch (error) {
    // It has been set aside, and a new login is what helps.
    if (!hasCode(error, "store-corrupt")) throw error;
    reportError(context, error, key.profile);
    return null;
  }
}

function planFor(
  context: Context,
  login: ImportedLogin,
  stored: StoredToken | null,
  { force }: ImportCommandOptions,
): Plan {
  if (stored === null) return { login, deed: "store" };
  const { token, key } = login;
  const there = stored.token;
  if (there.accessToken === token.accessToken && there.refreshToken === token.refreshToken)
    return { login, deed: "nothing" };
  if (force) return { login, deed: "replace" };
  const apart = there.obtainedAt - token.obtainedAt;
  const age =
    apart === 0 ? "as old as" : `${duration(Math.abs(apart))} ${apart > 0 ? "newer" : "older"} than`;
  const ago = duration(Math.max(0, context.clock.now() - there.obtainedAt));
  throw new StagedoorError(
    "argument-invalid",
    `The profile "${name(key.profile)}" has a login already. Its token is ${ago} old, ${age} the one in the file.`,
    { hint: "Replace it with --force, or store the other one under another name: --profile NAME" },
  );
}

async function carryOut(
  context: Context,
  store: TokenStore,
  plan: Plan,
  options: ImportCommandOptions,
): Promise<void> {
  const { key, token } = plan.login;
  const done = await store.withLock(
    key,
    async () => {
      const stored = await storedFor(context, store, plan.login);
      // Somebody may have logged in since the first look.
      const now = planFor(context, plan.login, stored, options);
      if (now.deed === "nothing") return now;
      const generation = await store.compareAndSwap(key, stored?.generation ?? ABSENT, token);
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
  const where = `under the profile "${name(key.profile)}"`;
  return `${what} ${verb} stored ${where}${deed === "replace" ? ", in place of the one there" : ""}.`;
}
