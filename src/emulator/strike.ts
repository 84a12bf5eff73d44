import { type Answer, ConnectionReset, type Inquiry } from "./exchange.js";
import { type Fault, faultAnswer } from "./faults.js";
import type { Note } from "./ledger.js";

interface Struck {
  readonly inquiry: Inquiry;
  readonly note: Note;
  perform(): Answer | Promise<Answer>;
  /** Writes the ledger's line. */
  finish(answer: Answer): Answer;
}

/** Stands in the ledger where no answer went out. */
const NO_ANSWER: Answer = { status: 0, headers: {}, body: "" };

/**
 * Lets a fault happen to a request, before or after the emulator has done what was asked.
 *
 * @throws ConnectionReset for a fault that drops the line
 */
export async function strike(fault: Fault, { inquiry, note, perform, finish }: Struck): Promise<Answer> {
  note.fault = fault.kind;
  const afterwards = fault.at === "after-commit";
  if (fault.kind === "delay") {
    if (!afterwards) await pause(fault.ms, inquiry.signal);
    const answer = await perform();
    if (afterwards) await pause(fault.ms, inquiry.signal);
    return finish(answer);
  }
  if (afterwards) await perform();
  if (fault.kind === "hang") {
    finish(NO_ANSWER);
    return new Promise<never>((_, reject) => {
      inquiry.signal?.addEventListener("abort", () => reject(inquiry.signal?.reason), { once: true });
    });
  }
  if (fault.kind === "reset") {
    finish(NO_ANSWER);
    throw new ConnectionReset();
  }
  return finish(faultAnswer(fault) ?? NO_ANSWER);
}

/** Real time, as the caller's deadline is real too. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}
