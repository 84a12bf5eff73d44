import { equalInConstantTime } from "../base/encoding.js";
import { StagedoorError } from "../base/errors.js";
import { cleanRemoteText } from "../base/text.js";
import type { PendingLogin } from "./pending-login.js";

/** RFC 6749 appendix A.11: a code is visible ASCII; a bound keeps nonsense out. */
const CODE = /^[\x20-\x7e]{1,4096}$/;

/** What a verified callback brought. */
export type Callback =
  | { readonly kind: "code"; readonly code: string }
  | { readonly kind: "refused"; readonly error: StagedoorError };

/**
 * Checks that a callback belongs to a pending login, `state` before anything else.
 *
 * @param parameters the query of the callback address
 * @returns the code, or the refusal of the person or of Spotify
 * @throws StagedoorError `state-mismatch` or `callback-invalid` when it is not the answer to this login: a server that waits for the
 * answer should go on waiting
 * @see RFC 6749 sections 4.1.2 and 10.12, RFC 9207 section 2.4
 */
export function readCallback(pending: PendingLogin, parameters: URLSearchParams): Callback {
  const [state, ...moreStates] = parameters.getAll("state");
  if (state === undefined || moreStates.length > 0 || !equalInConstantTime(state, pending.state)) {
    throw new StagedoorError(
      "state-mismatch",
      "The callback does not belong to this login: its state differs.",
      {
        hint: "Use the address from the browser of this very login, or begin again.",
      },
    );
  }
  for (const name of ["code", "error", "iss"]) {
    if (parameters.getAll(name).length > 1) throw invalid(`it has more than one ${name}`);
  }
  const issuer = parameters.get("iss");
  if (issuer !== null && issuer !== pending.issuer) throw invalid("it comes from another issuer");
  const error = parameters.get("error");
  if (error !== null) return { kind: "refused", error: refusal(error, parameters, pending) };
  const code = parameters.get("code");
  return { kind: "code", code: checkCode(code) };
}

/** @throws StagedoorError `callback-invalid` when it cannot be a code */
export function checkCode(code: string | null): string {
  if (code === null || !CODE.test(code)) throw invalid("it has no code");
  return code;
}

/**
 * The query of a callback given as an address, once the address is known to be the login's own redirect URI.
 *
 * @throws StagedoorError `callback-invalid`
 */
export function callbackParameters(
  pending: PendingLogin,
  callback: string | URL | URLSearchParams,
): URLSearchParams {
  if (callback instanceof URLSearchParams) return callback;
  const text = String(callback).trim();
  if (!URL.canParse(text)) throw invalid("it is not an address");
  const url = new URL(text);
  const expected = new URL(pending.redirectUri);
  if (
    url.protocol !== expected.protocol ||
    url.host !== expected.host ||
    url.pathname !== expected.pathname
  ) {
    throw invalid(`it is not at ${pending.redirectUri}`);
  }
  return url.searchParams;
}

function refusal(error: string, parameters: URLSearchParams, pending: PendingLogin): StagedoorError {
  if (error === "access_denied") {
    return new StagedoorError("access-denied", "The consent was declined.", {
      hint: "Log in again and agree, or ask for fewer scopes.",
    });
  }
  const description = parameters.get("error_description");
  const secrets = [pending.state, pending.verifier, parameters.get("code") ?? undefined];
  const words = cleanRemoteText(description === null ? error : `${error}: ${description}`, secrets);
  return new StagedoorError("authorization-failed", `Spotify ended the login: ${words}`, {
    hint: "Check the client id, the redirect URI and the scopes, then log in again.",
  });
}

function invalid(why: string): StagedoorError {
  return new StagedoorError("callback-invalid", `This is not the answer to the login: ${why}.`, {
    hint: "Paste the whole address that the browser ended on.",
  });
}
