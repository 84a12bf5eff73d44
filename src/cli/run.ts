import { CommanderError } from "commander";
import type { Context } from "./context.js";
import { EXIT, exitCodeOf } from "./exit-codes.js";
import { reportError } from "./output.js";
import { createProgram } from "./program.js";

/**
 * Runs the command with these words.
 *
 * @returns the exit code
 */
export async function run(context: Context, words: readonly string[]): Promise<number> {
  let code: number = EXIT.ok;
  try {
    await createProgram(context, (own) => {
      code = own;
    }).parseAsync(words, { from: "user" });
    return code;
  } catch (error) {
    // commander has said what was wrong with the words, the nearest right one included.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    reportError(context, error);
    return exitCodeOf(error);
  }
}
