import { isRecord } from "../../base/encoding.js";
import type { StagedoorError } from "../../base/errors.js";
import { table } from "../../contract/table.js";
import { GRANT_TYPES } from "../accounts/grants.js";
import { argumentInvalid, nearestOf, personNear } from "../arguments.js";
import { FAULT_CODES, type Fault, type FaultCode, type FaultKind } from "./fault.js";

/** What a member may hold, and how that is said to whoever put something else there. */
interface Check {
  readonly holds: (value: unknown) => boolean;
  readonly says: string;
  /** The next step for who wrote something else; `undefined` for the page that lists all. */
  readonly hint?: (value: unknown) => string | undefined;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const oneOf = (...words: readonly string[]): Check => ({
  holds: (value) => typeof value === "string" && words.includes(value),
  says: words.map((word) => `"${word}"`).join(" or "),
  hint: (value) => nearestOf(value, words),
});

/** Above it a fault would be a way to fill a disk or to never end. */
const MAX_BYTES = 2 ** 30;
const TEXT: Check = { holds: (value) => typeof value === "string", says: "a text" };
const COUNT: Check = { holds: isCount, says: "a whole number from 0 on" };
const TIMES: Check = { holds: (value) => isCount(value) && value > 0, says: "a whole number from 1 on" };
/** More than a timer can take would strike at once. */
const MS: Check = {
  holds: (value) => isCount(value) && value < 2 ** 31,
  says: "a whole number of milliseconds below 2^31",
};
const BYTES: Check = {
  holds: (value) => isCount(value) && value > 0 && value <= MAX_BYTES,
  says: `a whole number of bytes from 1 to ${MAX_BYTES}`,
};
const STATUS: Check = {
  holds: (value) => isCount(value) && value >= 200 && value <= 599,
  says: "a status from 200 to 599",
};
const TEXTS: Check = {
  holds: (value) => isRecord(value) && Object.values(value).every((member) => typeof member === "string"),
  says: "an object of texts",
};
const SECONDS: Check = {
  holds: (value) => value === null || typeof value === "string" || Number.isFinite(value),
  says: "a number, a text or null",
};
const CHANCE: Check = {
  holds: (value) => typeof value === "number" && value >= 0 && value <= 1,
  says: "a number from 0 to 1",
};

const operationIds = (): readonly string[] => table().map(({ row }) => row.operationId);
const OPERATION: Check = {
  holds: (value) => typeof value === "string" && operationIds().includes(value),
  says: "the operationId of an operation",
  hint: (value) => nearestOf(value, operationIds()),
};
const METHOD: Check = {
  holds: (value) => typeof value === "string" && /^[A-Z]+$/.test(value),
  says: "a method in capitals",
};
const personOf = (people: ReadonlyMap<string, unknown> | undefined): Check =>
  people === undefined
    ? TEXT
    : {
        holds: (value) => typeof value === "string" && people.has(value),
        says: "the id of somebody who exists",
        hint: (value) => personNear(value, people),
      };

type Checks = Readonly<Record<string, Check>>;
interface Members {
  readonly required?: Checks;
  readonly optional?: Checks;
  /** What holds for all members together. */
  readonly together?: Check & { readonly member: string };
}

const COMMON: Checks = { times: TIMES, after: COUNT, probability: CHANCE, seed: COUNT };
const BEFORE_OR_AFTER: Checks = { at: oneOf("before-commit", "after-commit") };
const BEFORE: Checks = { at: oneOf("before-commit") };
const AFTER: Checks = { at: oneOf("after-commit") };

const KINDS: Readonly<Record<FaultKind["kind"], Members>> = {
  status: { optional: { ...BEFORE_OR_AFTER, status: STATUS, body: TEXT, headers: TEXTS } },
  delay: { required: { ms: MS }, optional: BEFORE_OR_AFTER },
  html: { optional: BEFORE_OR_AFTER },
  garbage: { optional: BEFORE_OR_AFTER },
  huge: { optional: { ...BEFORE_OR_AFTER, bytes: BYTES } },
  "gzip-bomb": { optional: { ...BEFORE_OR_AFTER, bytes: BYTES } },
  redirect: { required: { location: TEXT }, optional: { ...BEFORE_OR_AFTER, status: STATUS } },
  "retry-after": {
    required: { seconds: SECONDS },
    optional: { ...BEFORE_OR_AFTER, as: oneOf("seconds", "date"), body: oneOf("text", "rate", "quota") },
    together: {
      member: "seconds",
      holds: (fault) => !isRecord(fault) || fault.as !== "date" || isCount(fault.seconds),
      says: 'a whole number from 0 on where as is "date"',
    },
  },
  "access-token-missing": { optional: BEFORE },
  "premium-required": { optional: BEFORE },
  reset: { optional: BEFORE_OR_AFTER },
  hang: { optional: BEFORE_OR_AFTER },
  pass: { optional: BEFORE_OR_AFTER },
  "reset-after-headers": { optional: AFTER },
  cut: { optional: { ...AFTER, framing: oneOf("length", "chunked") } },
  slow: { optional: { ...AFTER, bytes: BYTES, ms: MS } },
  "null-items": { optional: AFTER },
  "empty-page": { optional: AFTER },
  "unknown-value": { optional: AFTER },
  "extra-member": { optional: AFTER },
  "closed-port": { optional: { ms: MS } },
  "reset-on-accept": {},
};

const MATCH: Checks = {
  service: oneOf("accounts", "api"),
  method: METHOD,
  path: TEXT,
  operationId: OPERATION,
  grant: oneOf(...GRANT_TYPES, "unknown"),
  person: TEXT,
  clientId: TEXT,
};

interface Reading {
  /** How the entry is called in an error, such as `faults[2]`. */
  readonly where?: string;
  readonly people?: ReadonlyMap<string, unknown> | undefined;
}

/**
 * Reads a fault that came as JSON, or that was written in code.
 *
 * @throws StagedoorError `argument-invalid`, naming the entry and the member
 */
export function readFault(value: unknown, { where = "fault", people }: Reading = {}): Fault {
  const given = spelledOut(value, where);
  const { match = {}, ...rest } = given;
  const isConnection = rest.kind === "closed-port" || rest.kind === "reset-on-accept";
  if (!isRecord(match)) throw wrong(`${where}.match`, "an object");
  // There is nothing else to see of a request that was not read.
  const matches = isConnection ? pick(MATCH, "service") : { ...MATCH, person: personOf(people) };
  checkMembers(match, { optional: matches }, `${where}.match`);
  if (rest.kind === "sequence") {
    const { kind: _kind, steps, ...common } = rest;
    checkMembers(common, { optional: COMMON }, where);
    return { ...common, kind: "sequence", steps: readSteps(steps, where), match };
  }
  const known = membersOf(rest.kind, where);
  checkMembers(withoutKind(rest), { ...known, optional: { ...COMMON, ...known.optional } }, where);
  // Every member has been compared with the table of its kind, which says the same as the type.
  return { ...rest, match } as unknown as Fault;
}

/**
 * Reads one fault, or a list of them.
 *
 * @param people by id, those whom a fault can be meant for: with them, a fault for anybody else is refused
 * @throws StagedoorError `argument-invalid`, naming the entry and the member
 */
export function readFaults(value: unknown, people?: ReadonlyMap<string, unknown>): readonly Fault[] {
  return Array.isArray(value)
    ? value.map((one: unknown, index) => readFault(one, { where: `faults[${index}]`, people }))
    : [readFault(value, { people })];
}

function readSteps(steps: unknown, where: string): Extract<Fault, { kind: "sequence" }>["steps"] {
  if (!Array.isArray(steps) || steps.length === 0) throw wrong(`${where}.steps`, "a list of faults");
  return steps.map((step: unknown, index) => {
    const name = `${where}.steps[${index}]`;
    const given = spelledOut(typeof step === "string" ? { kind: step } : step, name);
    if (given.kind === "sequence" || given.kind === "closed-port" || given.kind === "reset-on-accept") {
      throw wrong(`${name}.kind`, "a fault of single requests");
    }
    const { kind, ...members } = given;
    checkMembers(members, membersOf(kind, name), name);
    // As above; the kinds that no step can be have been refused.
    return given as unknown as Extract<Fault, { kind: "sequence" }>["steps"][number];
  });
}

/** The entry with its code, if it is named by one, written out. */
function spelledOut(value: unknown, where: string): Record<string, unknown> {
  if (!isRecord(value)) throw wrong(where, "an object with a kind");
  const { kind } = value;
  if (kind === "F12") {
    throw argumentInvalid(`${where}.kind: F12 is about TLS, which the emulator does not speak.`);
  }
  if (typeof kind !== "string" || !Object.hasOwn(FAULT_CODES, kind)) return value;
  // `hasOwn` has just found it there.
  return { ...FAULT_CODES[kind as FaultCode], ...withoutKind(value) };
}

function withoutKind({ kind: _kind, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return rest;
}

function membersOf(kind: unknown, where: string): Members {
  const known = Object.entries(KINDS).find(([name]) => name === kind)?.[1];
  if (known !== undefined) return known;
  const kinds = [...Object.keys(KINDS), "sequence", ...Object.keys(FAULT_CODES)];
  throw wrong(`${where}.kind`, `one of ${kinds.join(", ")}`, nearestOf(kind, kinds));
}

function checkMembers(value: Record<string, unknown>, members: Members, where: string): void {
  const { required = {}, optional = {}, together } = members;
  const known = { ...optional, ...required };
  for (const [name, check] of Object.entries(known)) {
    const member = value[name];
    if (member === undefined ? Object.hasOwn(required, name) : !check.holds(member)) {
      throw wrong(`${where}.${name}`, check.says, check.hint?.(member));
    }
  }
  if (together?.holds(value) === false) throw wrong(`${where}.${together.member}`, together.says);
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(known, name)) continue;
    const names = Object.keys(known).join(", ") || "none";
    throw argumentInvalid(
      `${where}.${name} is no member here; there is ${names}.`,
      nearestOf(name, Object.keys(known)),
    );
  }
}

function pick(checks: Checks, name: string): Checks {
  return Object.fromEntries(Object.entries(checks).filter(([key]) => key === name));
}

function wrong(where: string, says: string, hint?: string): StagedoorError {
  return argumentInvalid(
    `${where} must be ${says}.`,
    hint ?? "docs/emulator.md lists the faults and their members.",
  );
}
