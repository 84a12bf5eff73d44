import { type Answer, emptyAnswer, type Inquiry } from "../exchange.js";
import type { Note } from "../ledger.js";
import type { Stage } from "../stage.js";
import { judgeAuthorization, redirectLocation } from "./authorization-request.js";
import { consentPage, refusalPage } from "./consent-page.js";
import type { AuthorizationRequest } from "./consents.js";
import { readForm } from "./form.js";
import { ACCESS_TOKEN_SECONDS } from "./grants.js";

const LOGIN_COOKIE = "emulator_login";

/** What somebody said at the page, or what is said for them. */
interface Decision {
  readonly allowed: boolean;
  readonly person: string;
  readonly scopes: readonly string[];
}

/** `GET /authorize`: a page, or at once a redirect where nothing is left to ask. */
export function authorize(stage: Stage, inquiry: Inquiry, note: Note): Answer {
  const verdict = judgeAuthorization(stage, readForm(inquiry.query));
  if (verdict.outcome === "page") {
    note.rule = verdict.rule;
    return refusalPage(verdict.text);
  }
  if (verdict.outcome === "redirect") {
    note.rule = verdict.rule;
    return emptyAnswer(303, { location: verdict.location, "cache-control": "no-store" });
  }
  const { request } = verdict;
  const { consents } = stage;
  note.clientId = request.app.clientId;
  const loggedIn = consents.personOf(cookie(inquiry, LOGIN_COOKIE) ?? "");
  const { consentScopes, defaultPerson } = stage.world;
  const consent = inquiry.agreedBy === undefined ? stage.world.consent : "allow";
  if (consent !== "ask") {
    const person = inquiry.agreedBy ?? loggedIn ?? defaultPerson;
    const scopes = request.scopes.filter((scope) => consentScopes?.includes(scope) ?? true);
    return conclude(stage, request, { allowed: consent === "allow", person, scopes }, note);
  }
  const { app, scopes } = request;
  if (loggedIn !== undefined && !request.showDialog && consents.covers(loggedIn, app.clientId, scopes)) {
    return conclude(stage, request, { allowed: true, person: loggedIn, scopes }, note);
  }
  return consentPage({
    request,
    ticket: consents.openTicket(request),
    people: [...stage.world.people.values()],
    person: loggedIn ?? defaultPerson,
  });
}

/**
 * The page's buttons.
 *
 * @param ticked whether the boxes on the page count: a browser sends those that are ticked, while a program that sends back only
 *   the hidden fields agrees to everything
 */
export function decide(
  stage: Stage,
  body: string,
  options: { readonly ticked: boolean },
  note: Note,
): Answer {
  const sent = new URLSearchParams(body);
  const request = stage.consents.useTicket(sent.get("ticket") ?? "");
  const decision = sent.get("decision");
  if (request === undefined || (decision !== "allow" && decision !== "deny")) {
    note.rule = "ticket";
    return refusalPage("This page is no longer valid", "Go back to the app and log in again.");
  }
  note.clientId = request.app.clientId;
  const person = sent.get("person") ?? stage.world.defaultPerson;
  if (!stage.world.people.has(person)) {
    note.rule = "person";
    return refusalPage("Nobody of this name has an account here", "Go back and choose somebody else.");
  }
  const ticks = sent.getAll("scope");
  const scopes =
    options.ticked || ticks.length > 0
      ? request.scopes.filter((scope) => ticks.includes(scope))
      : request.scopes;
  return conclude(stage, request, { allowed: decision === "allow", person, scopes }, note);
}

function conclude(stage: Stage, request: AuthorizationRequest, decision: Decision, note: Note): Answer {
  const { app, redirectUri, responseType, state, challenge } = request;
  const { person, scopes } = decision;
  const { clientId } = app;
  const { consents } = stage;
  note.person = person;
  const redirect = (answer: Readonly<Record<string, string | undefined>>, mark: "?" | "#" = "?") =>
    emptyAnswer(303, {
      location: redirectLocation(redirectUri, { ...answer, state }, mark),
      "cache-control": "no-store",
      "set-cookie": `${LOGIN_COOKIE}=${consents.openLogin(person)}; Path=/; HttpOnly; SameSite=Lax`,
    });
  if (!decision.allowed) {
    note.rule = "consent";
    return redirect({ error: "access_denied" });
  }
  consents.agree(person, clientId, scopes);
  note.committed = true;
  if (responseType === "token") {
    const accessToken = stage.grants.issueAccessToken({ clientId, person, scopes, grant: undefined });
    const expires = String(ACCESS_TOKEN_SECONDS);
    return redirect({ access_token: accessToken, token_type: "Bearer", expires_in: expires }, "#");
  }
  return redirect({ code: stage.grants.issueCode({ clientId, person, scopes, redirectUri, challenge }) });
}

function cookie(inquiry: Inquiry, name: string): string | undefined {
  for (const pair of (inquiry.header("cookie") ?? "").split(";")) {
    const [key, value] = pair.trim().split("=");
    if (key === name) return value;
  }
  return undefined;
}
