import { type Clock, MINUTE, steadyNow, systemClock } from "../base/clock.js";
import { decodeUtf8, isRecord, parseJson } from "../base/encoding.js";
import type { HttpRequest, HttpResponse, Layer } from "../base/http.js";
import type { RetryBudget } from "./retry-budget.js";

/** What is longer is no refusal of this kind. */
const MAX_PEEK_BYTES = 4096;
const MEMORY_MS = 10 * MINUTE;
const MOST_ACCOUNTS = 1_000;

export interface OdditiesOptions {
  /** What all calls of a client id may send again. Default: each call once. */
  readonly budget?: RetryBudget | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Sends a call once more that a good token was refused for: since July 2026 Spotify now and then answers 401 "Access token missing", and
 * 403 with the reason PREMIUM_REQUIRED to people who have Premium. Whoever refuses has done nothing, so that POST is sent again too.
 *
 * A person who really has no Premium is refused twice, and once only for the next ten minutes. Any other 401, such as that of an expired token, passes.
 *
 * @see https://github.com/thlucas1/homeassistantcomponent_spotifyplus/issues/237
 *
 * @example
 * const send = stack(fetchSender(), retry(), oddities());
 */
export function oddities({ budget, clock = systemClock }: OdditiesOptions = {}): Layer {
  /** Until when an account's refusal is believed. In the order of writing, which is that of the times. */
  const withoutPremium = new Map<string, number>();

  function isKnown(account: string): boolean {
    const until = withoutPremium.get(account);
    if (until === undefined) return false;
    if (until > steadyNow(clock)) return true;
    withoutPremium.delete(account);
    return false;
  }
  function remember(account: string): void {
    withoutPremium.delete(account);
    withoutPremium.set(account, steadyNow(clock) + MEMORY_MS);
    const [oldest] = withoutPremium.keys();
    if (withoutPremium.size > MOST_ACCOUNTS && oldest !== undefined) withoutPremium.delete(oldest);
  }

  return (next) => async (request) => {
    const first = await next(request);
    const { account } = request.call ?? {};
    if (account !== undefined && isCommandDone(request, first)) withoutPremium.delete(account);
    const oddity = oddityOf(request, first);
    if (oddity === undefined || request.signal?.aborted) return first;
    if (oddity === "premium-required" && account !== undefined && isKnown(account)) return first;
    if (budget?.withdraw() === false) return first;
    const second = await next(request);
    if (account !== undefined && oddityOf(request, second) === "premium-required") remember(account);
    return second;
  };
}

/** Only those who have Premium can give the player a command. */
function isCommandDone({ method, call }: HttpRequest, { status }: HttpResponse): boolean {
  return method !== "GET" && status < 300 && call?.endpoint.startsWith("/me/player") === true;
}

function oddityOf(
  { headers }: HttpRequest,
  { status, body }: HttpResponse,
): "access-token-missing" | "premium-required" | undefined {
  if ((status !== 401 && status !== 403) || body.length > MAX_PEEK_BYTES) return undefined;
  const text = decodeUtf8(body) ?? "";
  if (status === 401) {
    const isOdd = headers.authorization !== undefined && /\baccess token missing\b/i.test(text);
    return isOdd ? "access-token-missing" : undefined;
  }
  const data = parseJson(text);
  const error = isRecord(data) ? data.error : undefined;
  return isRecord(error) && error.reason === "PREMIUM_REQUIRED" ? "premium-required" : undefined;
}
