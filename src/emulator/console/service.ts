import { equalInConstantTime, isRecord, parseJson } from "../../base/encoding.js";
import { parseRefreshMode, type RefreshMode } from "../accounts/refresh-mode.js";
import { type Answer, emptyAnswer, type Inquiry, jsonAnswer } from "../exchange.js";
import type { Note } from "../ledger.js";
import { readFaults } from "../faults/read.js";
import type { Stage, Visit } from "../stage.js";
import { consolePage } from "./console-page.js";
import { picture } from "./picture.js";

/** What the console can do to the emulator. */
export interface Controls {
  /** Who does not show it may look, and change nothing. */
  readonly key: string;
  reset(): void;
  advance(ms: number): void;
  setRefreshMode(mode: RefreshMode): void;
}

/** The control desk, on an origin of its own. */
export function visitConsole(stage: Stage, controls: Controls, inquiry: Inquiry, note: Note): Visit {
  return {
    note,
    perform: () =>
      inquiry.method === "GET" ? look(stage, inquiry, note) : change(stage, controls, inquiry, note),
  };
}

function look(stage: Stage, { path }: Inquiry, note: Note): Answer {
  switch (path) {
    case "/":
      return consolePage(stage);
    case "/ledger":
      return jsonAnswer(200, stage.ledger.entries(), { "cache-control": "no-store" });
    case "/health":
      return jsonAnswer(200, { status: "ok", urls: stage.urls, now: stage.clock.now() });
    default: {
      const drawn = picture(path);
      if (drawn === undefined) note.rule = "route";
      return drawn ?? jsonAnswer(404, { error: "There is nothing here." });
    }
  }
}

async function change(stage: Stage, controls: Controls, inquiry: Inquiry, note: Note): Promise<Answer> {
  // A header of our own: a page from elsewhere cannot send it without being allowed to, and nobody allows it.
  if (!equalInConstantTime(inquiry.header("x-console-key") ?? "", controls.key)) {
    note.rule = "console-key";
    return jsonAnswer(403, { error: "The header x-console-key must hold the console's key." });
  }
  const body = parseJson((await inquiry.text()) || "null");
  const done = act(stage, controls, `${inquiry.method} ${inquiry.path}`, body);
  if (done === "unknown") return jsonAnswer(404, { error: "There is nothing here." });
  if (done === "wrong") return jsonAnswer(400, { error: "The body does not fit this command." });
  return emptyAnswer(204);
}

function act(stage: Stage, controls: Controls, command: string, body: unknown): "done" | "wrong" | "unknown" {
  switch (command) {
    case "POST /reset":
      controls.reset();
      return "done";
    case "POST /clock": {
      const ms = isRecord(body) ? body.advanceMs : undefined;
      if (typeof ms !== "number" || !Number.isSafeInteger(ms)) return "wrong";
      controls.advance(ms);
      return "done";
    }
    case "POST /refresh-mode": {
      const mode = parseRefreshMode(
        isRecord(body) && "seconds" in body ? body : isRecord(body) ? body.mode : body,
      );
      if (mode === undefined) return "wrong";
      controls.setRefreshMode(mode);
      return "done";
    }
    case "POST /faults": {
      for (const fault of readFaults(body)) stage.faults.add(fault);
      return "done";
    }
    case "DELETE /faults":
      stage.faults.clear();
      return "done";
    default:
      return "unknown";
  }
}
