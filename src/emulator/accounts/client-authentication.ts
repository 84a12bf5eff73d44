import { decodeUtf8, equalInConstantTime } from "../../base/encoding.js";
import type { RegisteredApp } from "../apps.js";
import type { Stage } from "../stage.js";
import { TokenRefusal } from "./token-refusal.js";

/** Who asks, and whether the secret was shown. */
export interface AuthenticatedClient {
  readonly app: RegisteredApp;
  readonly confidential: boolean;
}

/**
 * Finds out which app sends a token request: Basic, id and secret in the body, or, for a public client, the id alone.
 *
 * @throws TokenRefusal `invalid_client`; `invalid_request` for two ways at once (RFC 6749 section 2.3)
 */
export function authenticateClient(
  { apps, era }: Pick<Stage, "apps" | "era">,
  authorization: string | null,
  form: ReadonlyMap<string, string>,
): AuthenticatedClient {
  const bodyId = form.get("client_id");
  const bodySecret = form.get("client_secret");
  const basic = authorization === null ? undefined : readBasic(authorization);
  if (basic === undefined && bodyId === undefined) throw new TokenRefusal("invalid_client");
  if (basic !== undefined && (bodySecret !== undefined || (bodyId !== undefined && bodyId !== basic.id))) {
    throw new TokenRefusal("invalid_request", "Only one method of client authentication may be used");
  }

  const app = apps.get(basic?.id ?? bodyId ?? "");
  const secret = basic?.secret ?? bodySecret;
  if (app === undefined) throw new TokenRefusal("invalid_client", "Invalid client");
  if (secret === undefined) return { app, confidential: false };
  if (!equalInConstantTime(secret, app.clientSecret)) {
    throw new TokenRefusal("invalid_client", era === "classic" ? "Invalid client secret" : "Invalid client");
  }
  return { app, confidential: true };
}

/** The client id that a token request names, true or not; `undefined` when it names none that can be read. */
export function claimedClient(
  authorization: string | null,
  form: ReadonlyMap<string, string>,
): string | undefined {
  try {
    return authorization === null ? form.get("client_id") : readBasic(authorization).id;
  } catch {
    return undefined;
  }
}

/** `Basic` credentials; both halves are form-encoded before they are joined (RFC 6749 section 2.3.1). */
function readBasic(authorization: string): { readonly id: string; readonly secret: string } {
  const [, encoded] = /^basic +([A-Za-z0-9+/]+=*)$/i.exec(authorization) ?? [];
  const pair = encoded === undefined ? undefined : decodeBase64(encoded);
  const colon = pair?.indexOf(":") ?? -1;
  const id = pair && colon > 0 ? formDecode(pair.slice(0, colon)) : undefined;
  const secret = pair && colon > 0 ? formDecode(pair.slice(colon + 1)) : undefined;
  if (id === undefined || secret === undefined) throw new TokenRefusal("invalid_client", "Invalid client");
  return { id, secret };
}

function decodeBase64(encoded: string): string | undefined {
  try {
    return decodeUtf8(Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
