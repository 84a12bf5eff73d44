import { isRecord, parseJson } from "../../base/encoding.js";
import { type Answer, BodyCut, ConnectionReset } from "../exchange.js";
import { hasNoBody } from "./answers.js";
import type { AlteringFault } from "./fault.js";
import { pause } from "./pause.js";

/** The right answer with something wrong done to it. One without a body has nothing to be cut, slowed or altered and stays. */
export function altered(answer: Answer, fault: AlteringFault, signal: AbortSignal | undefined): Answer {
  if (hasNoBody(answer.status) || answer.body.length === 0) return answer;
  switch (fault.kind) {
    case "reset-after-headers":
      return streamed(answer, (bytes) => cutAfter(bytes, 0, new ConnectionReset()), "length");
    case "cut":
      return streamed(answer, (bytes) => cutAfter(bytes, bytes.length >> 1, new BodyCut()), fault.framing);
    case "slow":
      return streamed(answer, (bytes) => slowly(bytes, { ...fault, signal }), "length");
    case "null-items":
      return remade(answer, (json) => changePages(json, (page) => nulled(page)));
    case "empty-page":
      return remade(answer, (json) => changePages(json, emptied));
    case "unknown-value":
      return remade(answer, (json) => changeRecords(json, withUnknownValues));
    case "extra-member":
      return remade(answer, (json) =>
        changeRecords(json, (one) => ({ ...one, emulator_novelty: { since: 2027 } })),
      );
  }
}

function streamed(
  answer: Answer,
  send: (bytes: Uint8Array) => AsyncIterable<Uint8Array>,
  framing: "length" | "chunked" = "length",
): Answer {
  const bytes = typeof answer.body === "string" ? new TextEncoder().encode(answer.body) : answer.body;
  const headers = framing === "length" ? { "content-length": String(bytes.length) } : {};
  return { ...answer, headers: { ...answer.headers, ...headers }, body: "", stream: send(bytes) };
}

async function* cutAfter(bytes: Uint8Array, length: number, error: Error): AsyncGenerator<Uint8Array> {
  if (length > 0) yield bytes.subarray(0, length);
  throw error;
}

async function* slowly(
  body: Uint8Array,
  pace: { readonly bytes?: number; readonly ms?: number; readonly signal: AbortSignal | undefined },
): AsyncGenerator<Uint8Array> {
  const { bytes = 1, ms = 1000, signal } = pace;
  for (let at = 0; at < body.length; at += bytes) {
    await pause(ms, signal);
    yield body.subarray(at, at + bytes);
  }
}

/** Only an answer that is JSON is made anew. */
function remade(answer: Answer, change: (json: unknown) => unknown): Answer {
  if (typeof answer.body !== "string") return answer;
  const json = parseJson(answer.body);
  return json === undefined ? answer : { ...answer, body: JSON.stringify(change(json)) };
}

type Members = Readonly<Record<string, unknown>>;

/** Each page in a JSON value, at the top or in a member of it, changed. */
function changePages(
  json: unknown,
  change: (page: Members & { items: readonly unknown[] }) => Members,
): unknown {
  if (!isRecord(json)) return json;
  const { items } = json;
  if (Array.isArray(items)) return change({ ...json, items });
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, changePages(value, change)]));
}

function nulled(page: Members & { items: readonly unknown[] }): Members {
  return { ...page, items: page.items.map((item, index) => (index % 2 === 0 ? item : null)) };
}

/** A page that claims to have a successor even where it has none: it leads to itself. */
function emptied(page: Members): Members {
  return { ...page, items: [], next: page.next ?? page.href ?? null };
}

/** Each object in a JSON value, from the innermost outwards, changed. */
function changeRecords(json: unknown, change: (record: Members) => Members): unknown {
  if (Array.isArray(json)) return json.map((element: unknown) => changeRecords(element, change));
  if (!isRecord(json)) return json;
  return change(
    Object.fromEntries(Object.entries(json).map(([name, value]) => [name, changeRecords(value, change)])),
  );
}

/** Members whose values come from a list that may grow. */
const WORDS = [
  "album_type",
  "album_group",
  "product",
  "repeat_state",
  "currently_playing_type",
  "reason",
  "media_type",
];

function withUnknownValues(record: Members): Members {
  const changed = WORDS.filter((name) => typeof record[name] === "string").map((name) => [name, "novelty"]);
  return { ...record, ...Object.fromEntries(changed) };
}
