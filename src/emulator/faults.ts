import { type Answer, type AnswerHeaders, emptyAnswer, type ServiceName, textAnswer } from "./exchange.js";
import type { Note } from "./ledger.js";

/** Which requests a fault strikes; what is left out matches all. */
export interface FaultMatch {
  readonly service?: Exclude<ServiceName, "console">;
  readonly method?: string;
  /** The path as sent, without the query, such as `/api/token` or `/v1/me`. */
  readonly path?: string;
  readonly operationId?: string;
  /** The grant type of a token request, such as `refresh_token`. */
  readonly grant?: string;
}

/** What goes wrong. */
export type FaultKind =
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The right answer, later: milliseconds of real time. */
  | { readonly kind: "delay"; readonly ms: number }
  /** 200 with a web page. */
  | { readonly kind: "html" }
  /** 200, called JSON, that is none. */
  | { readonly kind: "garbage" }
  | { readonly kind: "redirect"; readonly location: string; readonly status?: number }
  /** 429; `seconds` may be any text, as real ones were seen to be, or `null` for none at all. */
  | { readonly kind: "retry-after"; readonly seconds: number | string | null }
  /** The connection is torn down. */
  | { readonly kind: "reset" }
  /** No answer, ever. */
  | { readonly kind: "hang" };

export type Fault = FaultKind & {
  readonly match?: FaultMatch;
  /** Whether the emulator has done its work when the fault strikes. Default `before-commit`. */
  readonly at?: "before-commit" | "after-commit";
  /** How many requests it strikes. Default: until cleared. */
  readonly times?: number;
  /** How many matching requests pass untouched first. Default 0. */
  readonly after?: number;
};

export interface Faults {
  /** Adds a fault; of several that match, the one added first strikes. */
  add(fault: Fault): void;
  clear(): void;
  list(): readonly Fault[];
  /** The fault for a request, counted as used. */
  take(note: Note): Fault | undefined;
}

/** Faults to come. */
export function createFaults(): Faults {
  let armed: { readonly fault: Fault; passes: number; strikes: number }[] = [];
  return {
    add(fault) {
      armed.push({ fault, passes: fault.after ?? 0, strikes: fault.times ?? Number.POSITIVE_INFINITY });
    },
    clear() {
      armed = [];
    },
    list: () => armed.map(({ fault }) => fault),
    take(note) {
      for (const entry of armed) {
        if (!matches(entry.fault.match, note)) continue;
        if (entry.passes > 0) {
          entry.passes--;
          continue;
        }
        entry.strikes--;
        if (entry.strikes <= 0) armed = armed.filter((other) => other !== entry);
        return entry.fault;
      }
      return undefined;
    },
  };
}

function matches(match: FaultMatch = {}, note: Note): boolean {
  return (
    (match.service === undefined || match.service === note.service) &&
    (match.method === undefined || match.method === note.method) &&
    (match.path === undefined || match.path === note.path) &&
    (match.operationId === undefined || match.operationId === note.operationId) &&
    (match.grant === undefined || match.grant === note.grant)
  );
}

/** What a fault answers in the place of the right answer; `undefined` for kinds that leave the answer as it is, or give none. */
export function faultAnswer(fault: FaultKind): Answer | undefined {
  switch (fault.kind) {
    case "status":
      return {
        status: fault.status,
        headers: statusHeaders(fault),
        body: noBody(fault.status) ? "" : (fault.body ?? ""),
      };
    case "html":
      return {
        status: 200,
        headers: { "content-type": "text/html; charset=utf-8" },
        body: "<!doctype html><title>Gateway</title><h1>Please try again later</h1>",
      };
    case "garbage":
      return {
        status: 200,
        headers: { "content-type": "application/json" },
        body: '{"access_token":"\u0000',
      };
    case "redirect":
      return emptyAnswer(fault.status ?? 302, { location: fault.location });
    case "retry-after":
      return textAnswer(
        429,
        "Too many requests",
        fault.seconds === null ? {} : { "retry-after": String(fault.seconds) },
      );
    case "delay":
    case "reset":
    case "hang":
      return undefined;
  }
}

/** Statuses that may not have a body (RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5). */
function noBody(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

function statusHeaders({ body, headers = {} }: Extract<FaultKind, { kind: "status" }>): AnswerHeaders {
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { ...(body !== undefined && { "content-type": "application/json" }), ...Object.fromEntries(given) };
}
