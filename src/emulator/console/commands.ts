import { argumentInvalid, readMembers, readWhole, readWord } from "../arguments.js";
import { readFaults } from "../faults/read.js";
import { readLimits } from "../limit-settings.js";
import { LIMITS } from "../limits.js";
import type { Snapshot } from "../snapshot.js";
import type { Stage } from "../stage.js";

/** What the console can do to the emulator; what it is told it checks itself. */
export interface Controls {
  /** Who does not show it may look, and change nothing. */
  readonly key: string;
  reset(): void;
  advance(ms: unknown): void;
  setClock(time: unknown): void;
  setRefreshMode(mode: unknown, which?: unknown): void;
  configure(changes: unknown): void;
  revoke(which: unknown): void;
  snapshot(): Snapshot;
  restore(snapshot: Snapshot): void;
}

type Command = (stage: Stage, controls: Controls, body: unknown) => unknown;

const BODY = "the body";

/** What a command may be told to do, by method and path; what it gives is the answer's JSON. */
const COMMANDS: Readonly<Record<string, Command>> = {
  "POST /reset": ({ faults }, controls) => {
    controls.reset();
    return faults.settled();
  },
  "POST /clock": (_stage, controls, body) => {
    const { advanceMs, now } = readMembers(BODY, body, ["advanceMs", "now"]);
    if ((advanceMs === undefined) === (now === undefined))
      throw argumentInvalid("The body must have advanceMs, in milliseconds, or now, a date.");
    if (now === undefined) controls.advance(advanceMs);
    else controls.setClock(typeof now === "string" ? dateOf(now) : now);
  },
  "POST /refresh-mode": (_stage, controls, body) => {
    const { mode, seconds, ...who } =
      typeof body === "string" ? { mode: body } : readMembers(BODY, body, MODE_MEMBERS);
    controls.setRefreshMode(seconds === undefined ? mode : { mode, seconds }, who);
  },
  "POST /faults": ({ faults, world }, _controls, body) => {
    const ids = readFaults(body, world.people).map((fault) => faults.add(fault));
    return faults.settled().then(() => ({ ids }));
  },
  "DELETE /faults": ({ faults }) => {
    faults.clear();
    return faults.settled();
  },
  "POST /limits": ({ limits }, _controls, body) => limits.set(readLimits(body)),
  "DELETE /limits": ({ limits }) => limits.clear(),
  "POST /limits/use-up": ({ limits }, _controls, body) => {
    const { limit, seconds } = readMembers(BODY, body, ["limit", "seconds"]);
    limits.useUp(
      readWord("limit", limit, LIMITS),
      readWhole("seconds", seconds, [0, Number.MAX_SAFE_INTEGER]),
    );
  },
  "POST /settings": (_stage, controls, body) => controls.configure(body),
  "GET /snapshot": (_stage, controls) => controls.snapshot(),
  // `restore` looks at it before it believes anything of it.
  "POST /restore": ({ faults }, controls, body) => {
    controls.restore(body as Snapshot);
    return faults.settled();
  },
  "POST /revoke": (_stage, controls, body) => controls.revoke(body ?? {}),
};

const MODE_MEMBERS = ["mode", "seconds", "person", "clientId"] as const;

/**
 * Does what a request to the console asks for.
 *
 * @returns the answer's JSON; `undefined` for none
 * @throws StagedoorError `argument-invalid`, which names the member that is wrong
 * @throws UnknownCommand where there is no such command
 */
export async function obey(stage: Stage, controls: Controls, name: string, body: unknown): Promise<unknown> {
  const [, id] = /^DELETE \/faults\/(\d{1,9})$/.exec(name) ?? [];
  if (id !== undefined) {
    if (!stage.faults.remove(Number(id))) throw new UnknownCommand();
    return stage.faults.settled();
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) throw new UnknownCommand();
  return command(stage, controls, body);
}

export class UnknownCommand extends Error {
  override readonly name = "UnknownCommand";
}

/** @throws StagedoorError `argument-invalid` */
function dateOf(text: string): number {
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  throw argumentInvalid(
    "now must be a date.",
    "Such as 2027-02-01T00:00Z, or milliseconds since 1970 as a number.",
  );
}
