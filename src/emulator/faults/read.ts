import { isRecord } from "../../base/encoding.js";
import { StagedoorError } from "../../base/errors.js";
import { FAULT_CODES, type Fault, type FaultCode, type FaultKind } from "./fault.js";

/** What a member may hold, and how that is said to whoever put something else there. */
interface Check {
  readonly holds: (value: unknown) => boolean;
  readonly says: string;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const oneOf = (...words: readonly string[]): Check => ({
  holds: (value) => typeof value === "string" && words.includes(value),
  says: words.map((word) => `"${word}"`).join(" or "),
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

type Checks = Readonly<Record<string, Check>>;
interface Members {
  readonly required?: Checks;
  readonly optional?: Checks;
}

const COMMON: Checks = { times: TIMES, after: COUNT, probability: CHANCE, seed: COUNT };
const BEFORE_OR_AFTER: Checks = { at: oneOf("before-commit", "after-commit") };
const AFTER: Checks = { at: oneOf("after-commit") };

const KINDS: Readonly<Record<FaultKind["kind"], Members>> = {
  status: { required: { status: STATUS }, optional: { ...BEFORE_OR_AFTER, body: TEXT, headers: TEXTS } },
  delay: { required: { ms: MS }, optional: BEFORE_OR_AFTER },
  html: { optional: BEFORE_OR_AFTER },
  garbage: { optional: BEFORE_OR_AFTER },
  huge: { optional: { ...BEFORE_OR_AFTER, bytes: BYTES } },
  "gzip-bomb": { optional: { ...BEFORE_OR_AFTER, bytes: BYTES } },
  redirect: { required: { location: TEXT }, optional: { ...BEFORE_OR_AFTER, status: STATUS } },
  "retry-after": {
    required: { seconds: SECONDS },
    optional: { ...BEFORE_OR_AFTER, as: oneOf("seconds", "date"), body: oneOf("text", "rate", "quota") },
  },
  "access-token-missing": { optional: BEFORE_OR_AFTER },
  "premium-required": { optional: BEFORE_OR_AFTER },
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
  method: TEXT,
  path: TEXT,
  operationId: TEXT,
  grant: TEXT,
  person: TEXT,
  clientId: TEXT,
};

/**
 * Reads a fault that came as JSON, or that was written in code.
 *
 * @param where how the entry is called in an error, such as `faults[2]`
 * @throws StagedoorError `argument-invalid`, naming the entry and the member
 */
export function readFault(value: unknown, where = "fault"): Fault {
  const given = spelledOut(value, where);
  const { match = {}, ...rest } = given;
  const isConnection = rest.kind === "closed-port" || rest.kind === "reset-on-accept";
  if (!isRecord(match)) throw wrong(`${where}.match`, "an object");
  // There is nothing else to see of a request that was not read.
  checkMembers(match, { optional: isConnection ? pick(MATCH, "service") : MATCH }, `${where}.match`);
  if (rest.kind === "sequence") {
    const { kind: _kind, steps, ...common } = rest;
    checkMembers(common, { optional: COMMON }, where);
    return { ...common, kind: "sequence", steps: readSteps(steps, where), match };
  }
  const { required = {}, optional = {} } = membersOf(rest.kind, where);
  const { kind: _kind, ...members } = rest;
  checkMembers(members, { required, optional: { ...COMMON, ...optional } }, where);
  // Every member has been compared with the table of its kind, which says the same as the type.
  return { ...rest, match } as unknown as Fault;
}

/**
 * Reads one fault, or a list of them.
 *
 * @throws StagedoorError `argument-invalid`, naming the entry and the member
 */
export function readFaults(value: unknown): readonly Fault[] {
  return Array.isArray(value)
    ? value.map((one: unknown, index) => readFault(one, `faults[${index}]`))
    : [readFault(value)];
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
    throw new StagedoorError(
      "argument-invalid",
      `${where}.kind: F12 is about TLS, which the emulator does not speak.`,
    );
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
  throw wrong(
    `${where}.kind`,
    `one of ${[...Object.keys(KINDS), "sequence", ...Object.keys(FAULT_CODES)].join(", ")}`,
  );
}

function checkMembers(value: Record<string, unknown>, members: Members, where: string): void {
  const { required = {}, optional = {} } = members;
  const known = { ...optional, ...required };
  for (const [name, check] of Object.entries(known)) {
    const member = value[name];
    if (member === undefined ? Object.hasOwn(required, name) : !check.holds(member)) {
      throw wrong(`${where}.${name}`, check.says);
    }
  }
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(known, name)) continue;
    const names = Object.keys(known).join(", ") || "none";
    throw new StagedoorError("argument-invalid", `${where}.${name} is no member here; there is ${names}.`);
  }
}

function pick(checks: Checks, name: string): Checks {
  return Object.fromEntries(Object.entries(checks).filter(([key]) => key === name));
}

function wrong(where: string, says: string): StagedoorError {
  return new StagedoorError("argument-invalid", `${where} must be ${says}.`, {
    hint: "docs/emulator.md lists the faults and their members.",
  });
}
