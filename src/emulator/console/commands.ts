import { isRecord } from "../../base/encoding.js";
import { StagedoorError } from "../../base/errors.js";
import { TIERS, type Tier } from "../../contract/life.js";
import { parseRefreshMode, type RefreshMode, type RefreshModeScope } from "../accounts/refresh-mode.js";
import { readFaults } from "../faults/read.js";
import { readLimits } from "../limits.js";
import type { Snapshot } from "../snapshot.js";
import { ERAS, type Era, type Stage } from "../stage.js";

/** What the console can do to the emulator. */
export interface Controls {
  /** Who does not show it may look, and change nothing. */
  readonly key: string;
  reset(): void;
  advance(ms: number): void;
  setClock(time: number): void;
  setRefreshMode(mode: RefreshMode | null, which?: RefreshModeScope): void;
  configure(changes: { readonly tier?: Tier; readonly era?: Era }): void;
  revoke(which: RefreshModeScope): void;
  snapshot(): Snapshot;
  restore(snapshot: Snapshot): void;
}

type Body = Readonly<Record<string, unknown>>;
type Command = (stage: Stage, controls: Controls, body: unknown) => unknown;

/** What a command may be told to do, by method and path; what it gives is the answer's JSON. */
const COMMANDS: Readonly<Record<string, Command>> = {
  "POST /reset": ({ faults }, controls) => {
    controls.reset();
    return faults.settled();
  },
  "POST /clock": (_stage, controls, body) => {
    const { advanceMs, now } = members(body, ["advanceMs", "now"]);
    const time = typeof now === "string" ? Date.parse(now) : now;
    if (isWhole(advanceMs) && now === undefined) controls.advance(advanceMs);
    else if (isWhole(time) && Math.abs(time) <= LAST_DATE && advanceMs === undefined) controls.setClock(time);
    else throw wrong("advanceMs must be milliseconds, or now a date");
  },
  "POST /refresh-mode": (_stage, controls, body) => {
    const { mode, seconds, ...who } = typeof body === "string" ? { mode: body } : members(body, MODE_MEMBERS);
    const parsed = mode === null ? null : parseRefreshMode(seconds === undefined ? mode : { mode, seconds });
    if (parsed === undefined) throw wrong("mode must be a refresh mode, or null");
    controls.setRefreshMode(parsed, scopeOf(who));
  },
  "POST /faults": ({ faults }, _controls, body) => {
    const ids = readFaults(body).map((fault) => faults.add(fault));
    return faults.settled().then(() => ({ ids }));
  },
  "DELETE /faults": ({ faults }) => {
    faults.clear();
    return faults.settled();
  },
  "POST /limits": ({ limits }, _controls, body) => limits.set(readLimits(body)),
  "DELETE /limits": ({ limits }) => limits.clear(),
  "POST /limits/use-up": ({ limits }, _controls, body) => {
    const { limit, seconds } = members(body, ["limit", "seconds"]);
    if ((limit !== "quota" && limit !== "rate") || !isWhole(seconds)) {
      throw wrong("limit must be quota or rate, and seconds a whole number");
    }
    limits.useUp(limit, seconds);
  },
  "POST /settings": (_stage, controls, body) => {
    const given = members(body, ["tier", "era"]);
    const [tier, era] = [TIERS.find((one) => one === given.tier), ERAS.find((one) => one === given.era)];
    if (given.tier !== undefined && tier === undefined)
      throw wrong(`tier must be one of ${TIERS.join(", ")}`);
    if (given.era !== undefined && era === undefined) throw wrong(`era must be one of ${ERAS.join(", ")}`);
    controls.configure({ ...(tier !== undefined && { tier }), ...(era !== undefined && { era }) });
  },
  "GET /snapshot": (_stage, controls) => controls.snapshot(),
  // `restore` looks at it before it believes anything of it.
  "POST /restore": ({ faults }, controls, body) => {
    controls.restore(body as Snapshot);
    return faults.settled();
  },
  "POST /revoke": (_stage, controls, body) =>
    controls.revoke(scopeOf(members(body ?? {}, ["person", "clientId"]))),
};

const MODE_MEMBERS = ["mode", "seconds", "person", "clientId"];
/** The last moment that a `Date` can hold. */
const LAST_DATE = 8.64e15;

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

function wrong(sentence: string): StagedoorError {
  return new StagedoorError("argument-invalid", `${sentence}.`);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function members(body: unknown, names: readonly string[]): Body {
  if (!isRecord(body)) throw wrong("the body must be a JSON object");
  const unknown = Object.keys(body).find((name) => !names.includes(name));
  if (unknown !== undefined) throw wrong(`there is no ${unknown} here, only ${names.join(", ")}`);
  return body;
}

function scopeOf({ person, clientId }: Body): RefreshModeScope {
  for (const name of [person, clientId]) {
    if (name !== undefined && typeof name !== "string") throw wrong("person and clientId must be texts");
  }
  return {
    ...(typeof person === "string" && { person }),
    ...(typeof clientId === "string" && { clientId }),
  };
}
