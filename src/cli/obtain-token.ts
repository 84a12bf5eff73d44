import { StagedoorError } from "../base/errors.js";
import { isLoopback } from "../base/origins.js";
import { canOpenBrowser, DEFAULT_REDIRECT_URI, login, type Ports, pasteLogin } from "../login/index.js";
import type { App } from "../oauth/index.js";
import type { Token } from "../token/index.js";
import { consentByProgram } from "./consent.js";
import { type Context, inputLines, isInteractive, say } from "./context.js";
import { reportError } from "./output.js";

/** How a person is to be logged in. */
export interface ObtainOptions {
  readonly scope?: readonly string[] | undefined;
  readonly port?: Ports | undefined;
  readonly paste?: boolean | undefined;
  readonly browser?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly showDialog?: boolean | undefined;
  /** Seconds. */
  readonly timeout?: number | undefined;
}

/**
 * Gets a token in the way that the options ask for; nothing is stored yet.
 *
 * @param redirectUri a registered one; `undefined` for the usual one on loopback
 */
export async function obtainToken(
  context: Context,
  app: App,
  redirectUri: string | undefined,
  options: ObtainOptions,
): Promise<Token> {
  if (options.yes) refuseConsentAtSpotify(app.accountsUrl);
  const ended = new AbortController();
  const signal = AbortSignal.any([context.signal, ended.signal]);
  const common = {
    redirectUri: redirectUri ?? DEFAULT_REDIRECT_URI,
    scope: options.scope,
    showDialog: options.showDialog,
    timeoutMs: options.timeout === undefined ? undefined : options.timeout * 1000,
    signal,
    onProblem: (problem: StagedoorError) => reportError(context, problem),
  };
  try {
    if (options.paste) {
      const onUrl = (url: string) => say(context, pasteInvitation(url));
      return await pasteLogin(app, { ...common, lines: inputLines(context, signal), onUrl });
    }
    // When the program cannot agree, nobody else will: its failure ends the wait.
    const consent = (url: string) => consentByProgram(url).catch((error: unknown) => ended.abort(error));
    const shown = options.browser !== false && canOpenBrowser(context.environment);
    return await login(app, {
      ...common,
      ports: options.port,
      openBrowser: options.yes ? consent : shown ? undefined : false,
      paste: isInteractive(context) && !options.yes ? inputLines(context, signal) : undefined,
      onUrl: (url, answerAt) =>
        say(
          context,
          options.yes ? "Agreeing at the emulator …" : loopbackInvitation(context, url, answerAt, shown),
        ),
    });
  } finally {
    // Standard input is let go of, so that the program can end.
    ended.abort();
  }
}

function pasteInvitation(url: string): string {
  return `Open this address, agree, and paste the address that the browser ends on:\n\n  ${url}\n`;
}

function loopbackInvitation(context: Context, url: string, answerAt: string, shown: boolean): string {
  if (shown) {
    return `Open this address and agree, if your browser does not open by itself:\n\n  ${url}\n`;
  }
  // A URL does not say its scheme's own port.
  const port = new URL(answerAt).port || "80";
  const paste = isInteractive(context) ? "paste the address that its browser ends on here, or " : "";
  return `Open this address in a browser on this machine and agree:

  ${url}

If the browser is on another machine, ${paste}connect with this first:

  ssh -L ${port}:127.0.0.1:${port} HOST
`;
}

function refuseConsentAtSpotify(accountsUrl: string): void {
  if (isLoopback(new URL(accountsUrl))) return;
  throw new StagedoorError("argument-invalid", "--yes agrees in your place, which only an emulator allows.", {
    hint: "Leave --yes out, or point SPOTIFY_ACCOUNTS_URL and SPOTIFY_API_URL at an emulator: stagedoor emulate",
  });
}
