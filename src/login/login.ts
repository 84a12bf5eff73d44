import { MINUTE } from "../base/clock.js";
import { abortable, abortError, hasCode, StagedoorError } from "../base/errors.js";
import { type App, beginLogin, completeLogin, type PendingLogin, readCallback } from "../oauth/index.js";
import type { ScopeInput, Token } from "../token/index.js";
import { canOpenBrowser, noBrowser, openBrowser } from "./browser.js";
import { CallbackServer } from "./callback-server.js";
import { DEFAULT_REDIRECT_URI, type Ports } from "./loopback.js";
import { readPasted } from "./pasted.js";
import { checkTimeout, waitForPerson } from "./wait.js";

/** How long a person may take to log in, in milliseconds. */
export const LOGIN_TIMEOUT_MS = 2 * MINUTE;

export interface LoopbackLoginOptions {
  /** A registered one on `http://127.0.0.1` or `http://[::1]`. Default: `http://127.0.0.1/callback`, and any free port. */
  readonly redirectUri?: string | undefined;
  /** Where to listen when the redirect URI names no port: one port, a list in order of preference, or a range. Default: any free one. */
  readonly ports?: Ports | undefined;
  /** What the program wants to do. Default: nothing but public information. */
  readonly scope?: ScopeInput;
  /** True shows the consent page even to a person who has consented before. */
  readonly showDialog?: boolean | undefined;
  /** Further parameters of the authorize URL. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds from the moment the person is sent off. Default: 2 minutes. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How to show the address to the person, or `false` (or `"none"`) not to. Default: the browser of the machine, where there is one. */
  readonly openBrowser?: ((url: string) => Promise<void> | void) | false | "none" | undefined;
  /** Called once the login can be completed, before a browser opens. */
  readonly onUrl?: ((url: string, redirectUri: string) => void) | undefined;
  /** Lines in which the person may paste the whole callback address, should the browser be on another machine. */
  readonly paste?: AsyncIterable<string> | undefined;
  /** Something went wrong that does not end the login: no browser, or a wrong address was pasted. */
  readonly onProblem?: ((problem: StagedoorError) => void) | undefined;
}

/**
 * Logs a person in by the browser of this machine: listens on a loopback address, sends the browser to Spotify, waits for it to come
 * back and exchanges the code for a token. When this settles, the port is free again.
 *
 * @throws StagedoorError `redirect-uri-invalid`, `argument-invalid`, `port-in-use`, `login-timeout`, `aborted`, `access-denied`,
 * `authorization-failed`; `OAuthError` and network errors of the exchange
 * @see RFC 8252 section 7.3, RFC 7636, https://developer.spotify.com/documentation/web-api/tutorials/code-pkce-flow
 *
 * @example
 * const token = await login(createApp({ clientId: "0123456789abcdef0123456789abcdef" }), {
 *   scope: "user-top-read",
 *   onUrl: (url) => process.stderr.write(`Open ${url}\n`),
 * });
 */
export async function login(app: App, options: LoopbackLoginOptions = {}): Promise<Token> {
  const { scope, showDialog, parameters, signal } = options;
  const timeoutMs = checkTimeout(options.timeoutMs ?? LOGIN_TIMEOUT_MS);
  if (signal?.aborted) throw abortError(signal, "The login");
  const server = await CallbackServer.open(options.redirectUri ?? DEFAULT_REDIRECT_URI, options.ports);
  const ended = new AbortController();
  try {
    const { redirectUri } = server;
    const { url, pending } = await beginLogin(app, { redirectUri, scope, showDialog, parameters });
    const answers = [server.callback((callback) => readCallback(pending, callback))];
    options.onUrl?.(url, redirectUri);
    if (options.paste !== undefined)
      answers.push(pastedCallback(options.paste, pending, options, ended.signal));
    answers.push(showUrl(url, options, ended.signal));
    const callback = await waitForPerson(Promise.race(answers), timeoutMs, signal);
    return await complete(app, pending, callback, server, signal);
  } finally {
    ended.abort();
    await server.close();
  }
}

/** Exchanges the code while the browser waits, and lets it see how that went. */
async function complete(
  app: App,
  pending: PendingLogin,
  callback: URLSearchParams,
  server: CallbackServer,
  signal: AbortSignal | undefined,
): Promise<Token> {
  try {
    const token = await abortable(completeLogin(app, pending, callback), signal, "The login");
    await server.finish("success");
    return token;
  } catch (error) {
    if (!signal?.aborted) await server.finish(hasCode(error, "access-denied") ? "denied" : "error");
    throw error;
  }
}

/** A callback from the clipboard; an input that ends leaves the login to the browser. */
async function pastedCallback(
  lines: AsyncIterable<string>,
  pending: PendingLogin,
  options: LoopbackLoginOptions,
  signal: AbortSignal,
): Promise<URLSearchParams> {
  const onProblem = options.onProblem ?? (() => undefined);
  const pasted = await readPasted(lines, pending, { allowBareCode: false, onProblem, signal });
  return pasted?.kind === "callback" ? pasted.parameters : new Promise(() => undefined);
}

/** Opens the browser, which answers nothing itself. A login does not fail with it: the address can be opened by hand. */
async function showUrl(url: string, options: LoopbackLoginOptions, ended: AbortSignal): Promise<never> {
  const open = options.openBrowser ?? openWherePossible;
  try {
    if (typeof open === "function") await open(url);
  } catch (error) {
    if (!ended.aborted) options.onProblem?.(error instanceof StagedoorError ? error : noBrowser());
  }
  return new Promise(() => undefined);
}

function openWherePossible(url: string): Promise<void> {
  return canOpenBrowser() ? openBrowser(url) : Promise.reject(noBrowser());
}
