import type { OperationId } from "../../contract/table.js";
import type { ServiceName } from "../exchange.js";

/** Which requests a fault strikes; what is left out matches all. */
export interface FaultMatch {
  readonly service?: Exclude<ServiceName, "console">;
  readonly method?: string;
  /** The path as sent, without the query, such as `/api/token`; a `*` stands for any letters, as in `/v1/me/*`. */
  readonly path?: string;
  readonly operationId?: OperationId;
  /** The grant type of a token request, such as `refresh_token`. */
  readonly grant?: string;
  /** The id of the person whose token is sent. */
  readonly person?: string;
  /** The app whose token or credentials are sent. */
  readonly clientId?: string;
}

/** A refusal without a reason: who refuses has done nothing. */
export type SpuriousFault =
  /** 401 for a good token, as was seen now and then since July 2026. */
  | { readonly kind: "access-token-missing" }
  /** 403 for somebody who has Premium, as was seen now and then since July 2026. */
  | { readonly kind: "premium-required" };

/** What goes wrong with the answer to a request. */
export type AnswerFault =
  | SpuriousFault
  | {
      readonly kind: "status";
      /** Default 503. */
      readonly status?: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The right answer, later: milliseconds of real time. */
  | { readonly kind: "delay"; readonly ms: number }
  /** 200 with a web page. */
  | { readonly kind: "html" }
  /** 200, called JSON, that is none. */
  | { readonly kind: "garbage" }
  /** 200 with a JSON text of this many bytes (default 64 MB), made while it is sent. */
  | { readonly kind: "huge"; readonly bytes?: number }
  /** 200 whose few bytes unpack to this many (default 100 MB). */
  | { readonly kind: "gzip-bomb"; readonly bytes?: number }
  | { readonly kind: "redirect"; readonly location: string; readonly status?: number }
  /** 429; `seconds` may be any text, as real ones were seen to be, or `null` for none at all. */
  | {
      readonly kind: "retry-after";
      readonly seconds: number | string | null;
      /** Writes a number of seconds as the date that it leads to. */
      readonly as?: "seconds" | "date";
      /** Bare text, the rate limit's JSON or the quota's. Default `text`. */
      readonly body?: "text" | "rate" | "quota";
    }
  /** The connection is torn down. */
  | { readonly kind: "reset" }
  /** No answer, ever. */
  | { readonly kind: "hang" }
  /** The request goes through untouched: for sequences, and to let some pass by before the next fault. */
  | { readonly kind: "pass" };

/** What goes wrong with the right answer, after it was made. */
export type AlteringFault =
  /** Status line and headers come, and then a reset. */
  | { readonly kind: "reset-after-headers" }
  /** Half of the body comes; its length was announced (default), or its last chunk is missing. */
  | { readonly kind: "cut"; readonly framing?: "length" | "chunked" }
  /** The body comes a few bytes at a time: 1 byte each 1000 ms of real time, unless said otherwise. */
  | { readonly kind: "slow"; readonly bytes?: number; readonly ms?: number }
  /** Every other thing on the page is `null`. */
  | { readonly kind: "null-items" }
  /** Nothing is on the page, and there is a next one. */
  | { readonly kind: "empty-page" }
  /** Words such as `album_type` have a value that nobody has heard of. */
  | { readonly kind: "unknown-value" }
  /** Every thing has a member that nobody has heard of. */
  | { readonly kind: "extra-member" };

/** What goes wrong before there is a request. */
export type ConnectionFault =
  /** The port is closed: for so many milliseconds of real time, or until the fault is removed. */
  | { readonly kind: "closed-port"; readonly ms?: number }
  /** The connection is accepted and reset before anything is read. */
  | { readonly kind: "reset-on-accept" };

/** What goes wrong. */
export type FaultKind = AnswerFault | AlteringFault | ConnectionFault;

/** When in the life of a request a fault strikes. */
export type FaultPlace = "before-commit" | "after-commit";

/** One step of a sequence: what the next matching request meets. */
export type FaultStep =
  | (Exclude<AnswerFault, SpuriousFault> & {
      /** Whether the emulator has done its work when the fault strikes. Default `before-commit`. */
      readonly at?: FaultPlace;
    })
  | (SpuriousFault & { readonly at?: "before-commit" })
  | (AlteringFault & { readonly at?: "after-commit" });

export type Fault = (
  | FaultStep
  | ConnectionFault
  /** Of these steps each matching request takes the next; after the last, the sequence is over unless `times` says otherwise. */
  | { readonly kind: "sequence"; readonly steps: readonly (FaultStep | FaultCode)[] }
) & {
  readonly match?: FaultMatch;
  /** How many requests it strikes, or how often a sequence is gone through. Default: until cleared; a sequence once. */
  readonly times?: number;
  /** How many matching requests pass untouched first. Default 0. */
  readonly after?: number;
  /** How likely it strikes a request that matches, from 0 to 1. Default 1. */
  readonly probability?: number;
  /** The same seed, the same luck. Default 1. */
  readonly seed?: number;
};

/** The names under which security reviews know the faults; F12 (TLS) is none, as the emulator speaks plain HTTP. */
export type FaultCode = keyof typeof FAULT_CODES;

/** What each code stands for; a fault named by its code may say more or otherwise. */
export const FAULT_CODES = {
  F0: { kind: "closed-port" },
  F1: { kind: "reset-on-accept" },
  F2: { kind: "reset", at: "before-commit" },
  F3: { kind: "reset", at: "after-commit" },
  F4: { kind: "reset-after-headers" },
  F5: { kind: "cut" },
  F6: { kind: "slow" },
  F7: { kind: "hang", at: "after-commit" },
  F8: { kind: "status", status: 503, at: "before-commit" },
  F9: { kind: "status", status: 503, at: "after-commit" },
  F10: { kind: "garbage" },
  F11: { kind: "redirect" },
  F13: { kind: "retry-after", seconds: 5 },
} as const;

type CommonMembers = Pick<Fault, "match" | "times" | "after" | "probability" | "seed">;
type MembersOf<K extends FaultKind["kind"]> = Omit<Extract<FaultKind, { readonly kind: K }>, "kind">;

/** A fault by its code, such as `{ kind: "F6", bytes: 10, times: 1 }`; only F11 cannot do without a member, its `location`. */
export type CodedFault =
  | {
      [C in Exclude<FaultCode, "F11">]: { readonly kind: C } & Partial<
        MembersOf<(typeof FAULT_CODES)[C]["kind"]>
      > &
        CommonMembers;
    }[Exclude<FaultCode, "F11">]
  | ({ readonly kind: "F11" } & MembersOf<"redirect"> & CommonMembers);
