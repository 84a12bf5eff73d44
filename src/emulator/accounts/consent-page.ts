import type { Scope } from "../../contract/scopes.js";
import type { RegisteredApp } from "../apps.js";
import type { Answer } from "../exchange.js";
import { escapeHtml, page } from "../page.js";
import type { Person } from "../world/people.js";
import type { AuthorizationRequest } from "./consents.js";

export const AUTHORIZE_PATH = "/authorize";
/** Where the form goes when it is sent by a program. */
export const DECISION_PATH = "/authorize/decision";
/** Where its buttons go in a browser, which also sends the boxes that are ticked. */
export const TICKED_DECISION_PATH = "/authorize/decision/ticked";

/** Each scope as a person would say it. */
const IN_WORDS: Readonly<Record<Scope, string>> = {
  "app-remote-control": "Talk to the Spotify app on your phone",
  "playlist-modify-private": "Change your private playlists",
  "playlist-modify-public": "Change your public playlists, and follow others",
  "playlist-read-collaborative": "See playlists that you share with others",
  "playlist-read-private": "See your private playlists",
  streaming: "Play music here, as a device of yours",
  "ugc-image-upload": "Give your playlists new covers",
  "user-follow-modify": "Follow and unfollow for you",
  "user-follow-read": "See whom you follow",
  "user-library-modify": "Add to your library and remove from it",
  "user-library-read": "See what is in your library",
  "user-modify-playback-state": "Control what your devices play",
  "user-read-currently-playing": "See what you are playing now",
  "user-read-email": "See your email address",
  "user-read-playback-position": "See where you stopped in podcasts and audiobooks",
  "user-read-playback-state": "See your devices and what they play",
  "user-read-private": "See your country and subscription",
  "user-read-recently-played": "See what you played lately",
  "user-top-read": "See your top artists and tracks",
};

export interface ConsentPageOptions {
  readonly request: AuthorizationRequest;
  readonly ticket: string;
  readonly people: readonly Person[];
  /** The id of who is chosen when the page opens. */
  readonly person: string;
}

/** The page that asks: who are you, what may the app do, yes or no. */
export function consentPage({ request, ticket, people, person }: ConsentPageOptions): Answer {
  const persons = people.map((one) => personRow(one, request.app, one.id === person)).join("\n");
  const scopes = request.scopes.map(scopeRow).join("\n");
  const asked =
    request.scopes.length > 0
      ? `<fieldset><legend>It would like to</legend>\n${scopes}\n</fieldset>`
      : `<p class="soft">It asks for nothing but what everybody can see.</p>`;
  return page({
    title: "Log in · stagedoor emulator",
    // A browser holds the redirect after a form to the same rule as the form itself.
    formTargets: ["'self'", formTarget(request.redirectUri)],
    content: `<form class="card" method="post" action="${DECISION_PATH}">
<h1>An app asks for access</h1>
<p class="soft">Client <code>${escapeHtml(request.app.clientId)}</code></p>
<input type="hidden" name="ticket" value="${escapeHtml(ticket)}">
<fieldset><legend>Log in as</legend>
${persons}
</fieldset>
${asked}
<div class="actions">
<button name="decision" value="deny" formaction="${TICKED_DECISION_PATH}">Cancel</button>
<button class="key" name="decision" value="allow" formaction="${TICKED_DECISION_PATH}">Agree</button>
</div>
</form>
<p class="soft">You go back to <code>${escapeHtml(request.redirectUri)}</code></p>`,
  });
}

const APP_IS_WRONG =
  "The app that sent you here has to be changed, or registered differently. Nothing was sent back to it.";

/** What is told to the person alone: the redirect URI cannot be trusted with it. */
export function refusalPage(text: string, advice: string = APP_IS_WRONG): Answer {
  return page({
    status: 400,
    title: text,
    content: `<div class="card"><h1 class="bad">${escapeHtml(text)}</h1>
<p class="soft">${escapeHtml(advice)}</p></div>`,
  });
}

function personRow(person: Person, app: RegisteredApp, chosen: boolean): string {
  const id = escapeHtml(person.id);
  // Logging in succeeds all the same, as at Spotify; only the Web API then refuses.
  const outsider = app.users.includes(person.id) ? "" : " · not on the app’s list of users";
  return `<label class="row"><input type="radio" name="person" value="${id}"${chosen ? " checked" : ""}>
<span>${escapeHtml(person.displayName)}<small>${id} · ${person.product} · ${person.country}${outsider}</small></span></label>`;
}

function scopeRow(scope: Scope): string {
  return `<label class="row"><input type="checkbox" name="scope" value="${scope}" checked>
<span>${IN_WORDS[scope]}<small>${scope}</small></span></label>`;
}

function formTarget(redirectUri: string): string {
  const url = URL.canParse(redirectUri) ? new URL(redirectUri) : undefined;
  if (url === undefined) return "";
  // The rule has no way to write an IPv6 address, nor an app's own scheme with a path: the scheme has to do.
  return url.origin === "null" || url.hostname.startsWith("[") ? url.protocol : url.origin;
}
