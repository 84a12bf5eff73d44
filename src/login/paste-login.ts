import { MINUTE } from "../base/clock.js";
import { abortable, abortError, StagedoorError } from "../base/errors.js";
import { type App, beginLogin, completeLogin, exchangeBareCode } from "../oauth/index.js";
import type { ScopeInput, Token } from "../token/index.js";
import { DEFAULT_REDIRECT_URI } from "./loopback.js";
import { readPasted } from "./pasted.js";
import { checkTimeout, waitForPerson } from "./wait.js";

/** How long a person may take to log in elsewhere and paste, in milliseconds. */
export const PASTE_TIMEOUT_MS = 10 * MINUTE;

export interface PasteLoginOptions {
  /** Any registered one, `https:` too. Default: `http://127.0.0.1/callback`. */
  readonly redirectUri?: string | undefined;
  /** What the person types or pastes, such as the lines of standard input. */
  readonly lines: AsyncIterable<string>;
  /** What the program wants to do. Default: nothing but public information. */
  readonly scope?: ScopeInput;
  /** True shows the consent page even to a person who has consented before. */
  readonly showDialog?: boolean | undefined;
  /** Further parameters of the authorize URL. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** Takes a code without its address. Nothing but PKCE then shows that it is of this login. Default: false. */
  readonly allowBareCode?: boolean | undefined;
  /** Milliseconds. Default: 10 minutes. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Where to send the person. */
  readonly onUrl?: ((url: string, redirectUri: string) => void) | undefined;
  /** Something was pasted that does not complete the login; the waiting goes on. */
  readonly onProblem?: ((problem: StagedoorError) => void) | undefined;
}

/**
 * Logs a person in whose browser is on another machine: shows the address to visit, and reads the address that the browser ended on.
 *
 * @throws StagedoorError `redirect-uri-invalid`, `argument-invalid`, `login-timeout`, `aborted` (also when the input ends),
 * `access-denied`, `authorization-failed`; `OAuthError` when the exchange is refused
 * @see RFC 6749 section 4.1, RFC 7636
 *
 * @example
 * const token = await pasteLogin(app, {
 *   redirectUri: "https://example.org/callback",
 *   lines: createInterface({ input: process.stdin }),
 *   onUrl: (url) => process.stderr.write(`Open ${url}\nand paste the address you end on:\n`),
 * });
 */
export async function pasteLogin(app: App, options: PasteLoginOptions): Promise<Token> {
  const { redirectUri = DEFAULT_REDIRECT_URI, scope, showDialog, parameters, signal } = options;
  const timeoutMs = checkTimeout(options.timeoutMs ?? PASTE_TIMEOUT_MS);
  if (signal?.aborted) throw abortError(signal, "The login");
  const { url, pending } = await beginLogin(app, { redirectUri, scope, showDialog, parameters });
  options.onUrl?.(url, redirectUri);
  const ended = new AbortController();
  try {
    const reading = readPasted(options.lines, pending, {
      allowBareCode: options.allowBareCode ?? false,
      onProblem: options.onProblem ?? (() => undefined),
      signal: ended.signal,
    });
    const pasted = await waitForPerson(reading, timeoutMs, signal);
    if (pasted === undefined) throw inputEnded();
    const exchange =
      pasted.kind === "code"
        ? exchangeBareCode(app, pending, pasted.code)
        : completeLogin(app, pending, pasted.parameters);
    return await abortable(exchange, signal, "The login");
  } finally {
    ended.abort();
  }
}

function inputEnded(): StagedoorError {
  return new StagedoorError("aborted", "The input ended before the login was complete.", {
    hint: "Log in again and paste the whole address that the browser ends on.",
  });
}
