import { parseResource } from "../../contract/ids.js";
import { removalFor, type Tier } from "../../contract/life.js";
import { missingScopes } from "../../contract/scopes.js";
import type { OperationId } from "../../contract/table.js";
import type { AccessToken } from "../accounts/grants.js";
import type { RegisteredApp } from "../apps.js";
import { type Answer, BodyTooLarge, emptyAnswer, type Inquiry } from "../exchange.js";
import { textOf } from "../kept.js";
import type { Note } from "../ledger.js";
import type { Stage, Visit } from "../stage.js";
import type { PlayerAnswers } from "../world/world.js";
import { createFaces } from "./faces.js";
import type { Handler, View } from "./handler.js";
import { handlers } from "./handlers/index.js";
import { nearMiss } from "./near-miss.js";
import {
  API_HEADERS,
  API_JSON_HEADERS,
  bodyTooLarge,
  endpointLost,
  methodNotAllowed,
  notBearer,
  notRegistered,
  ownerNotPremium,
  quotaExceeded,
  Refusal,
  rateLimited,
  routeUnknown,
  scopeMissing,
  unauthorized,
  userNeeded,
} from "./refusal.js";
import { createRoutes, type Match, type Route } from "./routes.js";

const PREFIX = "/v1";
const PREFLIGHT = emptyAnswer(204, API_HEADERS);
const DONE = emptyAnswer(204, API_HEADERS);

/** What player writes now and then answer, as was seen since 2024. */
const STRAY_TEXT = "oPClBVDzidwlAlSqmFF-zKNO62E";

/** The Web API: recognizes a request by the contract's table and sends it through the gates to its handler. */
export function createApi(stage: Stage): (inquiry: Inquiry, note: Note) => Visit {
  const routes = createRoutes();
  const faces = createFaces(stage);

  function perform(inquiry: Inquiry, match: Match | undefined, note: Note, body: string): Answer {
    const { clock, world } = stage;
    // 1 · The token.
    const token = readToken(stage, inquiry, clock.now());
    note.clientId = token.clientId;
    if (token.person !== undefined) note.person = token.person;
    if (token.grant !== undefined) note.generation = token.grant.generation;
    // 2 · The route.
    if (match === undefined) throw routeUnknown();
    const route = match.methods.get(methodOf(inquiry));
    if (route === undefined) throw methodNotAllowed([...match.methods.keys()]);
    // 3 · The app: its owner, its list of users, its quota and rate, its tier.
    const app = stage.apps.get(token.clientId);
    if (app === undefined) throw unauthorized("invalid", stage.era);
    const tier = app.tier ?? stage.tier;
    if (tier !== "extended") {
      if (!app.ownerPremium) throw ownerNotPremium();
      if (token.person !== undefined && !app.users.includes(token.person)) throw notRegistered();
    }
    if (stage.limits.active) checkLimits(stage, app, tier, route);
    const removal = removalFor(route.row.life, tier);
    if (removal !== undefined) throw endpointLost(removal.status);
    // 4 · The person and the scopes.
    const person = token.person === undefined ? undefined : world.people.get(token.person);
    if (route.needsPerson && person === undefined) throw userNeeded();
    const query = inquiry.query === "" ? undefined : new URLSearchParams(inquiry.query);
    if (missingScopes(route.row.scopes, token.scopes, typesIn(route, query)).length > 0) throw scopeMissing();
    // 5 · The parameters; the handler then looks for the thing and for whose it is.
    const args = route.read({ path: match.parameters, query, body }, tier);
    const asked = typeof args.market === "string" ? args.market : undefined;
    if (asked === "from_token" && !token.scopes.includes("user-read-private")) throw scopeMissing();
    const view: View = { face: faces(tier, person?.country ?? asked), scopes: token.scopes };
    const path = inquiry.path.slice(PREFIX.length);
    // `read` has checked the arguments against the very row whose handler is called: what no type can say of a union of rows.
    const handler = handlers[route.operationId] as Handler<OperationId>;
    const result: unknown = handler({
      args,
      world,
      token,
      person,
      view,
      path,
      query: inquiry.query,
    } as never);
    note.committed = route.row.method !== "GET";
    return answerWith(route, result, () => strayAnswer(world.playerAnswers, world.playerWrites++));
  }

  function attempt(inquiry: Inquiry, match: Match | undefined, note: Note, body: string): Answer {
    try {
      return perform(inquiry, match, note, body);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return refused(note, error);
    }
  }

  return (inquiry, note) => {
    if (inquiry.method === "OPTIONS") return { note, perform: () => PREFLIGHT };
    const match = inquiry.path.startsWith(`${PREFIX}/`)
      ? routes(inquiry.path.slice(PREFIX.length))
      : undefined;
    const route = match?.methods.get(methodOf(inquiry));
    if (route !== undefined) note.operationId = route.operationId;
    else noteMiss(note);
    if (route === undefined || !route.hasBody)
      return { note, perform: () => attempt(inquiry, match, note, "") };
    return {
      note,
      perform: () =>
        inquiry.text().then(
          (body) => attempt(inquiry, match, note, body),
          (error: unknown) => {
            if (error instanceof BodyTooLarge) return refused(note, bodyTooLarge());
            throw error;
          },
        ),
    };
  };
}

function refused(note: Note, { rule, why, answer }: Refusal): Answer {
  note.rule = rule;
  note.why = why;
  return answer;
}

/** `HEAD` is `GET` whose body stays here (RFC 9110 section 9.3.2). That Spotify holds to it is guessed. */
function methodOf({ method }: Inquiry): string {
  return method === "HEAD" ? "GET" : method;
}

function noteMiss(note: Note): void {
  const nearest = nearMiss("api", note.method, note.path);
  if (nearest !== undefined) note.nearest = nearest;
}

function readToken(stage: Stage, inquiry: Inquiry, now: number): AccessToken {
  const header = inquiry.header("authorization");
  if (header === null) throw unauthorized("missing", stage.era);
  const value = header.slice(0, 7).toLowerCase() === "bearer " ? header.slice(7).trim() : "";
  if (value === "") throw notBearer();
  const token = stage.grants.findAccessToken(value);
  if (token === undefined) throw unauthorized("invalid", stage.era);
  if (now >= token.expiresAt) throw unauthorized("expired", stage.era);
  return token;
}

/** @throws Refusal the quota's or the rate limit's */
function checkLimits(stage: Stage, app: RegisteredApp, tier: Tier, { bucket }: Route): void {
  const met = stage.limits.judge({ clientId: app.clientId, owner: app.owner, tier, bucket });
  if (met === undefined) return;
  const refuse = met.limit === "quota" ? quotaExceeded : rateLimited;
  throw refuse(met.retryAfterSeconds, stage.era);
}

/** The types of the things named in a call whose scopes depend on them; they are looked at before the parameters are checked. */
function typesIn({ row }: Route, query: URLSearchParams | undefined): readonly string[] {
  if (row.scopes.rule !== "by-type") return [];
  const uris = query?.get(row.scopes.parameter) ?? "";
  return uris.split(",").map((uri) => parseResource(uri)?.type ?? "");
}

function answerWith({ row: { result: kind } }: Route, result: unknown, stray: () => Answer): Answer {
  switch (kind.kind) {
    case "json":
      return json(kind.status, kind.under === undefined ? result : { [kind.under]: result });
    case "json-by":
      return json(kind.status, result);
    case "json-or-nothing":
      return result === null ? DONE : json(kind.status, result);
    case "nothing":
      return emptyAnswer(kind.status, API_HEADERS);
    case "ignored":
      return stray();
  }
}

function json(status: number, value: unknown): Answer {
  return { status, headers: API_JSON_HEADERS, body: textOf(value) };
}

function strayAnswer(setting: PlayerAnswers, count: number): Answer {
  // Every third one, so that a test of a few commands meets both.
  if (setting === "empty" || (setting === "mixed" && count % 3 !== 2)) return DONE;
  const type = setting === "mislabelled" ? "application/json; charset=utf-8" : "text/plain; charset=utf-8";
  return { status: 200, headers: { "content-type": type, ...API_HEADERS }, body: STRAY_TEXT };
}
