import type { ServiceName } from "../exchange.js";
import type { Note } from "../ledger.js";
import { keyOf, mix } from "../world/key.js";
import type { AlteringFault, AnswerFault, CodedFault, Fault, FaultMatch, FaultPlace } from "./fault.js";
import { readFault } from "./read.js";

/** A fault that waits for requests. */
export interface ArmedFault {
  /** For `remove`. */
  readonly id: number;
  readonly fault: Fault;
  /** How many requests it has struck. */
  readonly struck: number;
}

/** What one request meets. */
export type Strike = (AnswerFault | AlteringFault) & { readonly at?: FaultPlace };

export interface Faults {
  /**
   * Adds a fault; of several that match, the one added first strikes.
   *
   * @returns the id under which `remove` takes it away
   * @throws StagedoorError `argument-invalid`, naming the member that is wrong
   */
  add(fault: Fault | CodedFault): number;
  /** False when there is none of this id (any more). */
  remove(id: number): boolean;
  clear(): void;
  list(): readonly ArmedFault[];
  /** The fault for a request, counted as used. */
  take(note: Note): Strike | undefined;
  /** What becomes of a new connection to a service; a reset is counted as used. */
  takeConnection(service: ServiceName): "closed-port" | "reset-on-accept" | undefined;
  /** False where no request has to be looked at. */
  readonly any: boolean;
  /** True while a fault asks whose request it is. */
  readonly asksWho: boolean;
  isClosed(service: ServiceName): boolean;
  /** Calls back whenever a port may have to close or open. */
  onPorts(listener: () => Promise<void>): () => void;
  save(): readonly SavedFault[];
  load(saved: readonly SavedFault[]): void;
  /** Resolves when all ports are as the faults want them. */
  settled(): Promise<void>;
}

/** A fault with how far it has got. */
export interface SavedFault {
  readonly id: number;
  readonly fault: Fault;
  readonly passes: number;
  readonly left: number;
  readonly struck: number;
  readonly drawn: number;
}

interface Entry {
  readonly id: number;
  readonly fault: Fault;
  readonly matches: (note: Note) => boolean;
  readonly strikes: (draw: number) => boolean;
  passes: number;
  left: number;
  struck: number;
  /** How often luck was asked. */
  drawn: number;
  timer?: ReturnType<typeof setTimeout>;
}

/**
 * Faults to come.
 *
 * @param people those whom a fault can be meant for
 */
export function createFaults(people: ReadonlyMap<string, unknown>): Faults {
  let entries: readonly Entry[] = [];
  let lastId = 0;
  let work: Promise<unknown> = Promise.resolve();
  const listeners = new Set<() => Promise<void>>();

  function keep(kept: readonly Entry[]): void {
    for (const entry of entries) if (!kept.includes(entry)) clearTimeout(entry.timer);
    const ports = [...entries, ...kept].some(({ fault }) => fault.kind === "closed-port");
    entries = kept;
    if (ports) work = Promise.all([work, ...[...listeners].map((listener) => listener())]);
  }
  const remove = (id: number): boolean => {
    const kept = entries.filter((entry) => entry.id !== id);
    const found = kept.length < entries.length;
    if (found) keep(kept);
    return found;
  };
  function use(entry: Entry): boolean {
    if (entry.passes > 0) {
      entry.passes--;
      return false;
    }
    if (!entry.strikes(entry.drawn++)) return false;
    entry.struck++;
    entry.left--;
    if (entry.left <= 0) remove(entry.id);
    return true;
  }
  /** A port that closes for a time opens by itself. */
  function timed(entry: Entry): Entry {
    const { fault, id } = entry;
    if (fault.kind === "closed-port" && fault.ms !== undefined)
      entry.timer = setTimeout(() => remove(id), fault.ms);
    return entry;
  }
  const concerns = ({ fault: { match = {} } }: Entry, service: ServiceName) =>
    service !== "console" && (match.service ?? service) === service;

  return {
    add(given) {
      const fault = readFault(given, { people });
      const entry = timed(entryOf(++lastId, fault));
      keep([...entries, entry]);
      return entry.id;
    },
    remove,
    clear: () => keep([]),
    list: () => entries.map(({ id, fault, struck }) => ({ id, fault, struck })),
    take(note) {
      for (const entry of entries) {
        const { fault, struck } = entry;
        if (fault.kind === "closed-port" || fault.kind === "reset-on-accept") continue;
        if (!entry.matches(note) || !use(entry)) continue;
        // Reading the fault has written codes out in full; what is left are the steps themselves.
        const strike =
          fault.kind === "sequence" ? (fault.steps[struck % fault.steps.length] as Strike) : fault;
        return strike.kind === "pass" ? undefined : strike;
      }
      return undefined;
    },
    takeConnection(service) {
      for (const entry of entries) {
        const { kind } = entry.fault;
        if ((kind !== "closed-port" && kind !== "reset-on-accept") || !concerns(entry, service)) continue;
        if (use(entry)) return kind;
      }
      return undefined;
    },
    get any() {
      return entries.length > 0;
    },
    get asksWho() {
      return entries.some(
        ({ fault: { match = {} } }) => match.person !== undefined || match.clientId !== undefined,
      );
    },
    save: () =>
      entries.map(({ id, fault, passes, left, struck, drawn }) => ({
        id,
        fault,
        passes,
        left,
        struck,
        drawn,
      })),
    load(saved) {
      keep(saved.map(({ id, fault, ...progress }) => timed({ ...entryOf(id, fault), ...progress })));
      lastId = Math.max(lastId, ...saved.map(({ id }) => id));
    },
    isClosed: (service) =>
      entries.some((entry) => entry.fault.kind === "closed-port" && concerns(entry, service)),
    onPorts(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    settled: () => work.then(() => undefined),
  };
}

function entryOf(id: number, fault: Fault): Entry {
  const { match = {}, after = 0, times, probability = 1, seed = 1 } = fault;
  const left =
    fault.kind === "sequence" ? fault.steps.length * (times ?? 1) : (times ?? Number.POSITIVE_INFINITY);
  const key = keyOf(seed);
  const strikes = (draw: number) => probability === 1 || mix(key, draw, 0, 0) < probability * 2 ** 32;
  return { id, fault, matches: matcher(match), strikes, passes: after, left, struck: 0, drawn: 0 };
}

function matcher(match: FaultMatch): (note: Note) => boolean {
  const { path, ...exact } = match;
  const members = Object.entries(exact);
  const fits = path === undefined ? undefined : pathMatcher(path);
  return (note) =>
    // The names of a match are names of the note.
    members.every(([name, value]) => note[name as keyof Note] === value) && (fits?.(note.path) ?? true);
}

/** A `*` stands for any letters. Cut into its parts, so that no path can make the comparison slow. */
function pathMatcher(pattern: string): (path: string) => boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return (path) => path === pattern;
  return (path) => {
    if (!path.startsWith(first)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = path.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return path.length - last.length >= at && path.endsWith(last);
  };
}
