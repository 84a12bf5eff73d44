import { StagedoorError } from "../base/errors.js";
import { callbackParameters, type PendingLogin, readCallback } from "../oauth/index.js";

/** Longer than any address a browser ends on, in characters. */
const MAX_PASTE_LENGTH = 64 * 1024;
// What terminals wrap a paste in (CSI 200~ and 201~), colours and titles: CSI, OSC and the two-character escapes of ECMA-48.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
const TERMINAL_SEQUENCES = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]/g;
const UNPRINTABLE = /[\p{Cc}\p{Cf}]/gu;
const BARE_CODE = /^[\x21-\x7e]{1,4096}$/;

/** What a person pasted: a callback that belongs to the login, or only its code. */
export type Pasted =
  | { readonly kind: "callback"; readonly parameters: URLSearchParams }
  | { readonly kind: "code"; readonly code: string };

export interface PasteReading {
  readonly allowBareCode: boolean;
  readonly onProblem: (problem: StagedoorError) => void;
  /** Ends the reading. */
  readonly signal: AbortSignal;
}

/**
 * Reads lines until one completes the login; empty ones are passed over, wrong ones reported.
 *
 * @returns `undefined` when the input ended first
 */
export async function readPasted(
  lines: AsyncIterable<string>,
  pending: PendingLogin,
  { allowBareCode, onProblem, signal }: PasteReading,
): Promise<Pasted | undefined> {
  const iterator = lines[Symbol.asyncIterator]();
  const stop = () => void release(iterator);
  signal.addEventListener("abort", stop, { once: true });
  try {
    for (;;) {
      const next = await nextLine(iterator);
      if (next === undefined || signal.aborted) return undefined;
      const pasted = judge(next, pending, allowBareCode);
      if (pasted instanceof StagedoorError) onProblem(pasted);
      else if (pasted !== undefined) return pasted;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

/** The next line; an input that fails is an input that has ended. */
async function nextLine(iterator: AsyncIterator<string>): Promise<string | undefined> {
  try {
    const next = await iterator.next();
    return next.done === true ? undefined : next.value;
  } catch {
    return undefined;
  }
}

/** Lets go of the input. Nobody waits for it: an iterator may answer only after its next line. */
async function release(iterator: AsyncIterator<string>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // It has ended one way or the other.
  }
}

function judge(
  line: string,
  pending: PendingLogin,
  allowBareCode: boolean,
): Pasted | StagedoorError | undefined {
  if (line.length > MAX_PASTE_LENGTH) return problem("What was pasted is too long to be a callback address.");
  const text = cleanLine(line);
  if (text === "") return undefined;
  if (!URL.canParse(text) && BARE_CODE.test(text)) {
    if (allowBareCode) return { kind: "code", code: text };
    return problem("What was pasted is not an address; a code alone does not show that it is of this login.");
  }
  try {
    const parameters = callbackParameters(pending, text);
    readCallback(pending, parameters);
    return { kind: "callback", parameters };
  } catch (error) {
    if (error instanceof StagedoorError) return error;
    throw error;
  }
}

/** Takes off what a terminal or a person puts round an address: escape sequences, white space, quotation marks. */
function cleanLine(line: string): string {
  return line
    .replace(TERMINAL_SEQUENCES, "")
    .replace(UNPRINTABLE, "")
    .trim()
    .replace(/^["'`<]+|["'`>]+$/g, "");
}

function problem(message: string): StagedoorError {
  return new StagedoorError("callback-invalid", message, {
    hint: "Paste the whole address that the browser ended on.",
  });
}
