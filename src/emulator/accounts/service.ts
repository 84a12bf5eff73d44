import { nearMiss } from "../api/near-miss.js";
import { type Answer, emptyAnswer, type Inquiry, textAnswer } from "../exchange.js";
import type { Note } from "../ledger.js";
import type { Stage, Visit } from "../stage.js";
import { authorize, decide } from "./authorize.js";
import { claimedClient } from "./client-authentication.js";
import { AUTHORIZE_PATH, DECISION_PATH, TICKED_DECISION_PATH } from "./consent-page.js";
import { type Form, readForm } from "./form.js";
import { GRANT_TYPES } from "./grants.js";
import { tokenEndpoint, tokenMethodRefused, tokenPreflight } from "./token-endpoint.js";

const TOKEN_PATH = "/api/token";
const NO_FORM: Form = { values: new Map(), repeated: [] };

/** Recognizes a request to the accounts service. */
export async function visitAccounts(stage: Stage, inquiry: Inquiry, note: Note): Promise<Visit> {
  if (inquiry.path === TOKEN_PATH && inquiry.method === "POST") {
    const isForm = /^application\/x-www-form-urlencoded *(?:;|$)/i.test(inquiry.header("content-type") ?? "");
    const form = isForm ? readForm(await inquiry.text()) : NO_FORM;
    const type = form.values.get("grant_type") ?? "";
    // Only the known names: whatever else was sent could be a secret in the wrong place.
    note.grant = GRANT_TYPES.includes(type) ? type : "unknown";
    if (stage.faults.asksWho) identify(stage, form, inquiry.header("authorization"), note);
    return { note, perform: () => tokenEndpoint(stage, form, inquiry.header("authorization"), note) };
  }
  return { note, perform: () => otherPage(stage, inquiry, note) };
}

/** Says whose token request it is before it is judged: for faults that ask. Only what is known here is named. */
function identify(stage: Stage, { values }: Form, authorization: string | null, note: Note): void {
  const clientId = claimedClient(authorization, values);
  if (clientId !== undefined && stage.apps.get(clientId) !== undefined) note.clientId = clientId;
  const person = stage.grants.personOf(values.get("refresh_token") ?? values.get("code") ?? "");
  if (person !== undefined) note.person = person;
}

async function otherPage(stage: Stage, inquiry: Inquiry, note: Note): Promise<Answer> {
  const { path, method } = inquiry;
  switch (path) {
    case TOKEN_PATH:
      return method === "OPTIONS" ? tokenPreflight() : tokenMethodRefused();
    case AUTHORIZE_PATH:
      if (method === "GET") return authorize(stage, inquiry, note);
      return emptyAnswer(405, { allow: "GET" });
    case DECISION_PATH:
    case TICKED_DECISION_PATH: {
      if (method !== "POST") return emptyAnswer(405, { allow: "POST" });
      const ticked = path === TICKED_DECISION_PATH;
      return decide(stage, await inquiry.text(), { ticked }, note);
    }
    default: {
      note.rule = "route";
      note.why = "there is no such path";
      const nearest = nearMiss("accounts", method, path);
      if (nearest !== undefined) note.nearest = nearest;
      return textAnswer(404, "Not found");
    }
  }
}
