import { CommanderError } from "commander";
import { type Context, OUTPUT_CLOSED } from "./context.js";
import { EXIT, exitCodeOf } from "./exit-codes.js";
import { reportError } from "./output.js";
import { createProgram } from "./program.js";

/**
 * Runs the command with these words.
 *
 * @returns the exit code
 */
export async function run(context: Context, words: readonly string[]): Promise<number> {
  const program = createProgram(context);
  try {
    await program.command.parseAsync(words, { from: "user" });
    return program.code();
  } catch (error) {
    if (context.signal.reason === OUTPUT_CLOSED) return EXIT.ok;
    // commander has said what was wrong with the words, the nearest right one included.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    reportError(context, error, program.named());
    return exitCodeOf(error);
  }
}
