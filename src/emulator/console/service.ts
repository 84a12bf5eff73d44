import { equalInConstantTime, parseJson } from "../../base/encoding.js";
import { StagedoorError } from "../../base/errors.js";
import { honesty } from "../api/honesty.js";
import { argumentInvalid } from "../arguments.js";
import { type Answer, emptyAnswer, type Inquiry, jsonAnswer } from "../exchange.js";
import type { Note } from "../ledger.js";
import type { Stage, Visit } from "../stage.js";
import { type Controls, obey, UnknownCommand } from "./commands.js";
import { consolePage } from "./console-page.js";
import { consoleScript, SCRIPT_PATH } from "./console-script.js";
import { CONSOLE_STYLE_PATH, consoleStyle } from "./console-style.js";
import { readConsoleForm } from "./form.js";
import { ledgerAnswer } from "./ledger-view.js";
import { picture } from "./picture.js";
import { stateOf } from "./state.js";

/** What is sent to `/restore` by whoever has the key. */
const MAX_SNAPSHOT_BYTES = 64 * 2 ** 20;
const NOT_STORED = { "cache-control": "no-store" } as const;
const KEY_HINT =
  "stagedoor emulate prints it as the end of the console's address, after #key=; in code it is emulator.consoleKey.";
const NOTHING = { error: "There is nothing here." } as const;

/** The control desk, on an origin of its own. */
export function visitConsole(stage: Stage, controls: Controls, inquiry: Inquiry, note: Note): Visit {
  return {
    note,
    perform: () =>
      (inquiry.method === "GET" || inquiry.method === "HEAD") && inquiry.path !== "/snapshot"
        ? look(stage, inquiry, note)
        : change(stage, controls, inquiry, note),
  };
}

function look(stage: Stage, inquiry: Inquiry, note: Note): Answer {
  const { path } = inquiry;
  switch (path) {
    case "/":
      return consolePage(stage);
    case SCRIPT_PATH:
      return consoleScript();
    case CONSOLE_STYLE_PATH:
      return consoleStyle();
    case "/ledger":
      return ledgerAnswer(stage.ledger, inquiry);
    case "/state":
      return jsonAnswer(200, stateOf(stage), NOT_STORED);
    case "/faults":
      return jsonAnswer(200, stage.faults.list(), NOT_STORED);
    case "/operations":
      return jsonAnswer(200, honesty());
    case "/health":
      return jsonAnswer(200, { status: "ok", urls: stage.urls, now: stage.clock.now() });
    default: {
      const drawn = picture(path, stage.world);
      if (drawn === undefined) note.rule = "route";
      return drawn ?? jsonAnswer(404, NOTHING);
    }
  }
}

async function change(stage: Stage, controls: Controls, inquiry: Inquiry, note: Note): Promise<Answer> {
  // A header of our own, or a member of the form: a page from elsewhere knows neither.
  const isKeyed = equalInConstantTime(inquiry.header("x-console-key") ?? "", controls.key);
  const text = await inquiry.text(isKeyed ? MAX_SNAPSHOT_BYTES : undefined);
  const form = isKeyed ? undefined : readConsoleForm(inquiry, text);
  if (!isKeyed && !equalInConstantTime(form?.key ?? "", controls.key)) {
    note.rule = "console-key";
    const error = "The header x-console-key must hold the console's key.";
    return form === undefined
      ? jsonAnswer(403, { error, hint: KEY_HINT })
      : consolePage(stage, { status: 403, sentence: `That is not the key. ${KEY_HINT}` });
  }
  try {
    const command = form?.command ?? `${inquiry.method} ${inquiry.path}`;
    const done = await obey(stage, controls, command, form === undefined ? jsonOf(text) : form.body);
    if (form !== undefined) return emptyAnswer(303, { location: "/", ...NOT_STORED });
    return done === undefined ? emptyAnswer(204) : jsonAnswer(200, done);
  } catch (error) {
    if (error instanceof UnknownCommand) return jsonAnswer(404, NOTHING);
    if (!(error instanceof StagedoorError)) throw error;
    const { message, hint } = error;
    if (form === undefined) return jsonAnswer(400, { error: message, ...(hint !== undefined && { hint }) });
    return consolePage(stage, { status: 400, sentence: [message, hint].filter(Boolean).join(" ") });
  }
}

/** @throws StagedoorError `argument-invalid` for what is no JSON; no body is `null` */
function jsonOf(text: string): unknown {
  const value = parseJson(text || "null");
  if (value !== undefined) return value;
  throw argumentInvalid("The body is not JSON.", 'Send for instance {"kind":"F13","times":1}.');
}
