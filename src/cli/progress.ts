import type { Context } from "./context.js";

/** The bar, and the room that the figures beside it need, in columns. */
const WIDTH = 30;
const FIGURES = 24;

/** Shows how far something has come. */
export interface Progress {
  update(done: number, total: number): void;
  end(summary: string): void;
}

/** A bar that moves on a terminal, and a line for each step elsewhere. */
export function progress({ stdout, environment }: Context): Progress {
  const moves = stdout.isTTY === true && environment.TERM !== "dumb";
  const width = Math.max(0, Math.min(WIDTH, (stdout.columns ?? 80) - FIGURES));
  return {
    update(done, total) {
      const filled = total > 0 ? Math.round((width * Math.min(done, total)) / total) : width;
      const bar = `${"█".repeat(filled)}${"░".repeat(width - filled)}`;
      stdout.write(moves ? `\r  ${bar} ${done} of ${total}` : `  ${done} of ${total}\n`);
    },
    end(summary) {
      stdout.write(moves ? `\r\u001b[K  ${summary}\n` : `  ${summary}\n`);
    },
  };
}
