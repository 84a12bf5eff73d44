import { StagedoorError } from "../base/errors.js";
import type { Settings } from "../environment.js";
import { type App, createApp } from "../oauth/index.js";
import { Session } from "../session/index.js";
import { DEFAULT_PROFILE, providerOf, type TokenKey } from "../token/index.js";
import { type Context, OUTPUT_CLOSED, say } from "./context.js";
import { commandSettings } from "./settings.js";
import { type CommandStore, openStore } from "./store.js";

/** A profile of the store, ready to be used. */
export interface OpenProfile {
  readonly settings: Settings;
  readonly app: App;
  readonly store: CommandStore;
  readonly session: Session;
}

export interface ProfileOptions {
  readonly profile?: string | undefined;
  readonly clientId?: string | undefined;
}

/** The session of a profile, for a login that is about to be made or for one that may exist. */
export function openProfile(context: Context, options: ProfileOptions): OpenProfile {
  const settings = commandSettings(context);
  const { accountsUrl } = settings;
  const clientId = options.clientId ?? settings.clientId;
  // The secret of the environment belongs to the client id of the environment.
  const clientSecret =
    settings.clientId === undefined || clientId === settings.clientId ? settings.clientSecret : undefined;
  const app = createApp({
    clientId,
    clientSecret,
    accountsUrl,
    // For one call the fast sender takes longer to load than it saves.
    fetch: (url, init) => fetch(url, init),
    clock: context.clock,
  });
  const store = openStore(context);
  const session = new Session({ app, store, profile: options.profile });
  session.on("save-failed", ({ error }) => {
    say(context, `stagedoor: the new token could not be stored: ${error.message}`);
    if (error.hint !== undefined) say(context, `  ${error.hint}`);
  });
  sayUnfinished(context, session);
  return { settings, app, store, session };
}

/** What is shorter nobody notices. */
const NOTICED_MS = 200;

/** Once the user ends the program while a refresh is under way: says what it goes on waiting for. */
function sayUnfinished(context: Context, session: Session): void {
  const { signal } = context;
  const onAbort = () => {
    if (signal.reason === OUTPUT_CLOSED) return;
    const timer = setTimeout(() => {
      say(
        context,
        "A refresh is under way: waiting until Spotify's answer is stored. Ctrl-C again ends at once.",
      );
    }, NOTICED_MS);
    void session.idle().then(() => clearTimeout(timer));
  };
  signal.addEventListener("abort", onAbort, { once: true });
}

/**
 * The session of a profile that somebody has logged in. The client id may be left out when the store knows only one for it.
 *
 * @throws StagedoorError `profile-unknown` with the profiles there are, `login-required` when there are none, `argument-invalid` when
 * several apps have the profile, `store-unavailable` when it may lie where nothing can be read now
 */
export async function openStoredProfile(context: Context, options: ProfileOptions): Promise<OpenProfile> {
  const settings = commandSettings(context);
  const { profile = DEFAULT_PROFILE, clientId: namedId = settings.clientId } = options;
  if (namedId !== undefined) {
    const opened = openProfile(context, { profile, clientId: namedId });
    if ((await opened.session.stored()) !== null) return opened;
  }
  const provider = providerOf(new URL(settings.accountsUrl).origin);
  const store = openStore(context);
  const all = await store.list();
  const known = all.filter(
    (key) => key.provider === provider && (namedId === undefined || key.clientId === namedId),
  );
  const clientIds = known.filter((key) => key.profile === profile).map((key) => key.clientId);
  const [clientId] = clientIds;
  if (clientId === undefined) throw unknownProfile(store, profile, known, all);
  if (clientIds.length > 1) {
    throw new StagedoorError(
      "argument-invalid",
      `Several apps have a profile "${profile}": ${clientIds.join(", ")}.`,
      { hint: "Set SPOTIFY_CLIENT_ID to the one you mean." },
    );
  }
  return openProfile(context, { profile, clientId });
}

/**
 * No such profile, as far as the store can be read: names those there are, or says how to make the first one. The flags of that command
 * come with the report.
 *
 * @param known the logins of this app at this accounts service
 * @param all every login that is stored
 */
export function unknownProfile(
  { outage }: CommandStore,
  profile: string,
  known: readonly TokenKey[],
  all: readonly TokenKey[],
): StagedoorError {
  if (outage !== undefined) {
    return new StagedoorError("store-unavailable", `${outage.message} It may hold the login "${profile}".`, {
      hint: outage.hint,
    });
  }
  if (known.length > 0) {
    const names = [...new Set(known.map((key) => key.profile))].sort().join(", ");
    return new StagedoorError("profile-unknown", `There is no profile "${profile}". There is: ${names}.`, {
      hint: "Use one of them with --profile, or make it: stagedoor login",
    });
  }
  const elsewhere =
    all.length === 0 ? "" : " The logins that are stored belong to other apps or services: stagedoor status";
  return new StagedoorError("login-required", `Nobody is logged in yet.${elsewhere}`, {
    hint: "Log in: stagedoor login",
  });
}
