import type { Context } from "./context.js";

/** The bar, and the room that the figures beside it need, in columns. */
const WIDTH = 30;
const FIGURES = 24;

/** Shows how far something has come. */
export interface Progress {
  update(done: number, total: number): void;
  end(summary: string): void;
}

/** How many lines stand for the bar where there is no terminal. */
const LINES = 4;

/** A bar that moves on a terminal, and a line now and then elsewhere. */
export function progress({ stdout, environment }: Context): Progress {
  const moves = stdout.isTTY === true && environment.TERM !== "dumb";
  let lines = 0;
  const width = Math.max(0, Math.min(WIDTH, (stdout.columns ?? 80) - FIGURES));
  return {
    update(done, total) {
      if (!moves) {
        const part = total > 0 ? Math.floor((LINES * done) / total) : LINES;
        if (part > lines) stdout.write(`  ${done} of ${total}\n`);
        lines = Math.max(lines, part);
        return;
      }
      const filled = total > 0 ? Math.round((width * Math.min(done, total)) / total) : width;
      const bar = `${"█".repeat(filled)}${"░".repeat(width - filled)}`;
      stdout.write(`\r  ${bar} ${done} of ${total}`);
    },
    end(summary) {
      stdout.write(moves ? `\r\u001b[K  ${summary}\n` : `  ${summary}\n`);
    },
  };
}
