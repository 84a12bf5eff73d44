import type { Context } from "./context.js";

const WIDTH = 30;

/** Shows how far something has come. */
export interface Progress {
  update(done: number, total: number): void;
  end(summary: string): void;
}

/** A bar that moves on a terminal, and a line for each step elsewhere. */
export function progress({ stdout, environment }: Context): Progress {
  const moves = stdout.isTTY === true && environment.TERM !== "dumb";
  return {
    update(done, total) {
      const filled = total > 0 ? Math.round((WIDTH * Math.min(done, total)) / total) : WIDTH;
      const bar = `${"█".repeat(filled)}${"░".repeat(WIDTH - filled)}`;
      stdout.write(moves ? `\r  ${bar} ${done} of ${total}` : `  ${done} of ${total}\n`);
    },
    end(summary) {
      stdout.write(moves ? `\r\u001b[K  ${summary}\n` : `  ${summary}\n`);
    },
  };
}
