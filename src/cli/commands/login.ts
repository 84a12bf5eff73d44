import { StagedoorError } from "../../base/errors.js";
import { isLoopback } from "../../base/origins.js";
import { createClient } from "../../client/index.js";
import { DEFAULT_REDIRECT_URI, login, type Ports, pasteLogin } from "../../login/index.js";
import { lackingScopes, normalizeScopes, type Token } from "../../token/index.js";
import { consentByProgram } from "../consent.js";
import { type Context, inputLines, isInteractive, say } from "../context.js";
import { name, reportError } from "../output.js";
import { type OpenProfile, openProfile, type ProfileOptions } from "../profile.js";

export interface LoginCommandOptions extends ProfileOptions {
  readonly scope?: readonly string[] | undefined;
  readonly port?: Ports | undefined;
  readonly paste?: boolean | undefined;
  readonly browser?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly showDialog?: boolean | undefined;
  /** Seconds. */
  readonly timeout?: number | undefined;
}

/** `stagedoor login`: logs a person in and stores the token. */
export async function loginCommand(context: Context, options: LoginCommandOptions): Promise<void> {
  const opened = openProfile(context, options);
  const token = await obtainToken(context, opened, options);
  await opened.session.adopt(token);
  await welcome(context, opened, token, options);
}

/** Gets a token in the way that the options ask for; nothing is stored yet. */
export async function obtainToken(
  context: Context,
  opened: OpenProfile,
  options: LoginCommandOptions,
): Promise<Token> {
  const { app, settings } = opened;
  const redirectUri = settings.redirectUri ?? DEFAULT_REDIRECT_URI;
  if (options.yes) refuseConsentAtSpotify(app.accountsUrl);
  const done = new AbortController();
  const common = {
    scope: options.scope,
    showDialog: options.showDialog,
    signal: context.signal,
    timeoutMs: options.timeout === undefined ? undefined : options.timeout * 1000,
    onProblem: (problem: StagedoorError) => reportError(context, problem),
  };
  try {
    if (options.paste) {
      return await pasteLogin(app, {
        ...common,
        redirectUri,
        lines: inputLines(context, done.signal),
        onUrl: (url) => {
          say(
            context,
            `Open this address, agree, and paste the address that the browser ends on:\n\n  ${url}\n`,
          );
        },
      });
    }
    return await login(app, {
      ...common,
      redirectUri,
      ports: options.port,
      openBrowser: options.yes ? consentByProgram : options.browser === false ? false : undefined,
      paste: isInteractive(context) && !options.yes ? inputLines(context, done.signal) : undefined,
      onUrl: (url) => {
        if (options.yes) say(context, "Agreeing at the emulator …");
        else
          say(context, `Open this address and agree, if your browser does not open by itself:\n\n  ${url}\n`);
      },
    });
  } finally {
    done.abort();
  }
}

function refuseConsentAtSpotify(accountsUrl: string): void {
  if (isLoopback(new URL(accountsUrl))) return;
  throw new StagedoorError("argument-invalid", "--yes agrees in your place, which only an emulator allows.", {
    hint: "Leave --yes out, or point SPOTIFY_ACCOUNTS_URL and SPOTIFY_API_URL at an emulator: stagedoor emulate",
  });
}

async function welcome(
  context: Context,
  { settings, session, store }: OpenProfile,
  token: Token,
  options: LoginCommandOptions,
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
  const missing = lackingScopes(normalizeScopes(options.scope), token.scopes);
  if (missing.length > 0) say(context, `Not granted: ${missing.join(" ")}`);
  say(context, `The token is stored in ${store.directory}`);
  say(context, "Try: stagedoor api GET /me");
}
