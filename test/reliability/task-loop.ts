// The side of a program in the protocol: hears lines, does tasks, says answers. Used by `worker.ts` and `spotify.ts`.
import { createInterface } from "node:readline";
import { type Moment, moment, type ProgramEvent, type Said, type Tasks, type Told } from "./protocol.js";

/** What carries lines: stdin and stdout, a thread's port, or a cluster's channel. */
export interface Channel {
  say(line: string): void;
  onLine(listener: (line: string) => void): void;
  /** Stops listening, so that the program can end. */
  close(): void;
}

export type Doers<T extends Tasks> = {
  readonly [K in keyof T]: (given: T[K]["given"]) => Promise<T[K]["answer"]>;
};

/** Tells something that nobody asked for; the moment defaults to now. */
export type Tell = (event: Omit<ProgramEvent, "at"> & { readonly at?: Moment }) => void;

/** Does tasks until `exit` was one. */
export function runTasks<T extends Tasks>(channel: Channel, makeDoers: (tell: Tell) => Doers<T>): void {
  const say = (said: Said) => channel.say(JSON.stringify(said));
  const doers = makeDoers((event) => say({ at: moment(), ...event }));
  const gates = new Map<number, () => void>();

  async function perform({ id, do: name, given, barrier }: Extract<Told, { id: number }>): Promise<void> {
    try {
      const doer = doers[name];
      if (doer === undefined) throw new Error(`There is no task ${name}.`);
      if (barrier === true) {
        await new Promise<void>((resolve) => {
          gates.set(id, resolve);
          say({ id, ready: true });
        });
      }
      say({ id, answer: await doer(given) });
    } catch (error) {
      say({ id, error: told(error) });
    }
    if (name === "exit") channel.close();
  }

  channel.onLine((line) => {
    const heard: Told = JSON.parse(line);
    if ("go" in heard) {
      gates.get(heard.go)?.();
      gates.delete(heard.go);
    } else {
      void perform(heard);
    }
  });
  say({ event: "hello", at: moment(), pid: process.pid });
}

/** What an error says of itself: to be said aloud, so that the canary scan hears it. */
export function told(error: unknown): { readonly code: string; readonly message: string } {
  const { code, message, hint } = Object(error);
  return {
    code: typeof code === "string" ? code : "unexpected",
    message: [String(message ?? error), ...(typeof hint === "string" ? [hint] : [])].join(" "),
  };
}

/** The standard streams; whoever held the other end is gone when stdin ends, and nothing is to outlive them. */
export function standardChannel(): Channel {
  const lines = createInterface({ input: process.stdin });
  let isClosed = false;
  return {
    say: (line) => void process.stdout.write(`${line}\n`),
    onLine(listener) {
      lines.on("line", listener);
      lines.on("close", () => {
        if (!isClosed) process.exit(3);
      });
    },
    close() {
      isClosed = true;
      lines.close();
      process.stdin.destroy();
    },
  };
}
