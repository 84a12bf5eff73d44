import { decodeUtf8, isRecord } from "../base/encoding.js";

/**
 * The text of an answer, whichever client and protocol version it came through.
 *
 * @returns `null` for Redis's nil, `undefined` for what is no text
 */
export function replyText(reply: unknown): string | null | undefined {
  if (reply === null || reply === undefined) return null;
  if (typeof reply === "string") return reply;
  if (typeof reply === "number" || typeof reply === "bigint") return String(reply);
  if (reply instanceof Uint8Array) return decodeUtf8(reply);
  // What RESP3 marks as more than a plain string, some clients give as an object of that kind.
  return reply instanceof String ? String(reply) : undefined;
}

/** A whole number, sent as such or as text; `undefined` for anything else. */
export function replyNumber(reply: unknown): number | undefined {
  const text = replyText(reply);
  if (typeof text !== "string" || !/^-?\d{1,16}$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** The elements of a list; none where the answer is no list. */
export function replyList(reply: unknown): readonly unknown[] {
  if (Array.isArray(reply)) return reply;
  return reply instanceof Set ? [...reply] : [];
}

/** Names and values: RESP2 sends them one after the other, RESP3 as a map, which some clients give as an object. */
export function replyPairs(reply: unknown): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const [name, value] of entriesOf(reply)) {
    const [nameText, valueText] = [replyText(name), replyText(value)];
    if (typeof nameText === "string" && typeof valueText === "string") pairs.set(nameText, valueText);
  }
  return pairs;
}

function entriesOf(reply: unknown): readonly (readonly [unknown, unknown])[] {
  if (reply instanceof Map) return [...reply];
  if (!Array.isArray(reply)) return isRecord(reply) ? Object.entries(reply) : [];
  return reply.flatMap((name, index) => (index % 2 === 0 ? [[name, reply[index + 1]] as const] : []));
}
