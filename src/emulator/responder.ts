import { visitAccounts } from "./accounts/service.js";
import { createApi } from "./api/service.js";
import type { Controls } from "./console/commands.js";
import { visitConsole } from "./console/service.js";
import { type Answer, BodyTooLarge, type Inquiry, textAnswer } from "./exchange.js";
import { strike } from "./faults/strike.js";
import type { Note } from "./ledger.js";
import { notedCaller, notedPath } from "./noted-path.js";
import { STYLE_PATH, styleSheet } from "./page.js";
import type { Stage, Visit } from "./stage.js";

/** From an inquiry to an answer and a line in the ledger, by way of the faults. */
export function responder(
  stage: Stage,
  controls: Controls,
  callerHeader: string | undefined,
): (inquiry: Inquiry) => Answer | Promise<Answer> {
  const visitApi = createApi(stage);

  function visit(inquiry: Inquiry, note: Note): Visit | Promise<Visit> {
    if (inquiry.service === "api") return visitApi(inquiry, note);
    if (inquiry.path === STYLE_PATH) return { note, perform: styleSheet };
    return inquiry.service === "accounts"
      ? visitAccounts(stage, inquiry, note)
      : visitConsole(stage, controls, inquiry, note);
  }

  function finish(note: Note, answer: Answer): Answer {
    note.status = answer.status;
    if (isTested(note)) stage.ledger.append(note);
    return answer;
  }

  function performed(inquiry: Inquiry, { note, perform }: Visit): Answer | Promise<Answer> {
    const { faults, clock } = stage;
    if (faults.any && isTested(note)) {
      if (faults.asksWho && note.service === "api") identify(stage, inquiry, note);
      const fault = faults.take(note);
      if (fault !== undefined)
        return strike(fault, { inquiry, note, clock, perform, finish: (given) => finish(note, given) });
    }
    const answer = perform();
    return answer instanceof Promise ? answer.then((given) => finish(note, given)) : finish(note, answer);
  }

  return (inquiry) => {
    const { service, method, path } = inquiry;
    const note: Note = {
      sequence: 0,
      time: stage.clock.now(),
      service,
      method,
      path: notedPath(path, stage.apps),
      status: 0,
      committed: false,
    };
    const caller = callerHeader === undefined ? null : inquiry.header(callerHeader);
    if (caller !== null) note.caller = notedCaller(caller, stage.apps);
    const visited = visit(inquiry, note);
    if (!(visited instanceof Promise)) return performed(inquiry, visited);
    return visited
      .then((made) => performed(inquiry, made))
      .catch((error: unknown) => {
        if (error instanceof BodyTooLarge) return finish(note, textAnswer(413, "Payload Too Large"));
        throw error;
      });
  };
}

/** The console and the style sheet stand outside: a fault that struck the console too could not be cleared. */
function isTested(note: Note): boolean {
  return note.service !== "console" && note.path !== STYLE_PATH;
}

/** Says whose request it is before the gates do: for faults that ask. */
function identify(stage: Stage, inquiry: Inquiry, note: Note): void {
  const [, value = ""] = /^bearer +(\S+)/i.exec(inquiry.header("authorization") ?? "") ?? [];
  const token = stage.grants.findAccessToken(value);
  if (token === undefined) return;
  note.clientId = token.clientId;
  if (token.person !== undefined) note.person = token.person;
}
