import { StagedoorError } from "../base/errors.js";
import { isLoopback } from "../base/origins.js";
import { NetworkError, systemCodeOf } from "../transport/index.js";

/** A login page is at most a few redirects and one form away; more is a loop. */
const MAX_STEPS = 6;
const DEADLINE_MS = 10_000;

/**
 * Gives the consent in place of a person: opens an emulator's authorize page, presses "allow" and follows the browser's way back. Only on
 * loopback: nobody agrees for a person at Spotify.
 *
 * @throws StagedoorError `browser-unavailable` when the page is not an emulator's
 */
export async function consentByProgram(authorizeUrl: string): Promise<void> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  let cookies = "";
  let url = new URL(authorizeUrl);
  let form: URLSearchParams | undefined;
  for (let step = 0; step < MAX_STEPS; step++) {
    if (!isLoopback(url)) throw notEmulator();
    const { response, page } = await visit(url, cookies, form, signal);
    cookies = [cookies, ...response.headers.getSetCookie().map((line) => line.split(";", 1)[0] ?? "")]
      .filter(Boolean)
      .join("; ");
    const location = response.headers.get("location");
    form = undefined;
    if (location !== null && response.status >= 300 && response.status < 400) {
      url = new URL(location, url);
      continue;
    }
    const found = readForm(page);
    // The page without a form is the last one: our own at the end of the way, or a refusal.
    if (found === undefined) {
      if (response.ok) return;
      throw refused(page);
    }
    url = new URL(found.action, url);
    form = found.fields;
  }
  throw notEmulator();
}

async function visit(
  url: URL,
  cookies: string,
  form: URLSearchParams | undefined,
  signal: AbortSignal,
): Promise<{ readonly response: Response; readonly page: string }> {
  const init: RequestInit = {
    redirect: "manual",
    signal,
    headers: { accept: "text/html", ...(cookies !== "" && { cookie: cookies }) },
    ...(form !== undefined && { method: "POST", body: form }),
  };
  try {
    const response = await fetch(url, init);
    return { response, page: await response.text() };
  } catch (error) {
    throw new NetworkError(url.host, systemCodeOf(error));
  }
}

/** The one form of the consent page, filled in as it stands, with the button "allow" pressed. */
function readForm(page: string): { action: string; fields: URLSearchParams } | undefined {
  const action = /<form\b[^>]*\baction="([^"]*)"/i.exec(page)?.[1];
  if (action === undefined) return undefined;
  const fields = new URLSearchParams();
  for (const [tag] of page.matchAll(/<input\b[^>]*>/gi)) {
    const type = attribute(tag, "type") ?? "text";
    const field = attribute(tag, "name");
    const isChosen = !["checkbox", "radio"].includes(type) || /\bchecked\b/i.test(tag);
    if (field !== undefined && isChosen) fields.append(field, attribute(tag, "value") ?? "on");
  }
  fields.set("decision", "allow");
  return { action: decodeEntities(action), fields };
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`, "i").exec(tag)?.[1];
  return value === undefined ? undefined : decodeEntities(value);
}

function decodeEntities(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

/** The accounts service says why on a page, as Spotify does where it cannot send the person back. */
function refused(page: string): StagedoorError {
  const heading = /<h1\b[^>]*>([^<]{1,200})</i.exec(page)?.[1];
  if (heading === undefined) return notEmulator();
  return new StagedoorError(
    "authorization-failed",
    `The accounts service refused: ${decodeEntities(heading)}`,
    {
      hint: "Check the client id, the redirect URI and the scopes.",
    },
  );
}

function notEmulator(): StagedoorError {
  return new StagedoorError("browser-unavailable", "The consent could not be given by the program.", {
    hint: "--yes works with an emulator on this machine; at Spotify a person has to agree: leave --yes out.",
  });
}
