import type { Clock } from "../../base/clock.js";
import { type Answer, ConnectionReset, type Inquiry, NO_ANSWER } from "../exchange.js";
import type { Note } from "../ledger.js";
import { altered } from "./alter.js";
import { faultAnswer } from "./answers.js";
import type { Strike } from "./list.js";
import { pause } from "./pause.js";

interface Struck {
  readonly inquiry: Inquiry;
  readonly note: Note;
  readonly clock: Clock;
  perform(): Answer | Promise<Answer>;
  /** Writes the ledger's line. */
  finish(answer: Answer): Answer;
}

/**
 * Lets a fault happen to a request, before or after the emulator has done what was asked.
 *
 * @throws ConnectionReset for a fault that drops the line
 */
export async function strike(fault: Strike, struck: Struck): Promise<Answer> {
  const { inquiry, note, clock, perform, finish } = struck;
  note.fault = fault.kind;
  const afterwards = fault.at === "after-commit";
  switch (fault.kind) {
    case "delay": {
      const { signal } = inquiry;
      // Who goes away meanwhile is in the ledger all the same: the work may have been done.
      const wait = () =>
        pause(fault.ms, signal).catch((error: unknown) => {
          finish(NO_ANSWER);
          throw error;
        });
      if (!afterwards) await wait();
      const answer = await perform();
      if (afterwards) await wait();
      return finish(answer);
    }
    case "reset-after-headers":
    case "cut":
    case "slow":
    case "null-items":
    case "empty-page":
    case "unknown-value":
    case "extra-member":
      return finish(altered(await perform(), fault, inquiry.signal));
    case "hang": {
      const { signal } = inquiry;
      if (afterwards) await perform();
      finish(NO_ANSWER);
      // Who gave up while the work was done fires no event any more.
      signal?.throwIfAborted();
      return new Promise<never>((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    }
    case "reset":
      if (afterwards) await perform();
      finish(NO_ANSWER);
      throw new ConnectionReset();
    default:
      if (afterwards) await perform();
      return finish(faultAnswer(fault, clock) ?? NO_ANSWER);
  }
}
