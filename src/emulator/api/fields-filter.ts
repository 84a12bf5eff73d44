import { isRecord } from "../../base/encoding.js";
import { badRequest } from "./refusal.js";

/** What to keep of an object. */
interface Selection {
  /** The members to keep, each with what to keep of it; `null` keeps all. Empty when only some are left out. */
  readonly kept: Map<string, Selection | null>;
  /** The members to leave out. */
  readonly left: Set<string>;
}

const TOKEN = /[A-Za-z_][A-Za-z0-9_]*|[(),.!]/gy;
/** Deeper than any answer is. */
const MAX_DEPTH = 12;

/**
 * Keeps the members that a `fields` parameter names, such as `name,items(item(name))`, `items.added_by.id` or `!description`.
 *
 * The result is typed as if it were whole, as the contract types it too: who asks for less must know what is missing.
 */
export function filterFields<T>(value: T, fields: string | undefined): T {
  if (fields === undefined) return value;
  return keep(value, parse(fields)) as T;
}

function keep(value: unknown, selection: Selection): unknown {
  if (Array.isArray(value)) return value.map((element: unknown) => keep(element, selection));
  if (!isRecord(value)) return value;
  const { kept, left } = selection;
  const result: Record<string, unknown> = {};
  for (const name of kept.size > 0 ? kept.keys() : Object.keys(value)) {
    const member = value[name];
    if (member === undefined || left.has(name)) continue;
    const inner = kept.get(name) ?? null;
    result[name] = inner === null ? member : keep(member, inner);
  }
  return result;
}

function parse(fields: string): Selection {
  const text = fields.replaceAll(/\s/g, "");
  const tokens = text.match(TOKEN) ?? [];
  if (tokens.join("") !== text) throw badRequest("Invalid fields");
  let at = 0;

  function list(depth: number): Selection {
    const selection: Selection = { kept: new Map(), left: new Set() };
    do {
      member(selection, depth);
    } while (tokens[at] === "," && ++at);
    return selection;
  }

  function member({ kept, left }: Selection, depth: number): void {
    if (depth > MAX_DEPTH) throw badRequest("Invalid fields");
    const isLeft = tokens[at] === "!" && ++at > 0;
    const name = tokens[at++];
    if (name === undefined || !/^\w/.test(name)) throw badRequest("Invalid fields");
    if (isLeft) {
      left.add(name);
    } else if (tokens[at] === ".") {
      at++;
      const inner = kept.get(name) ?? { kept: new Map(), left: new Set() };
      kept.set(name, inner);
      member(inner, depth + 1);
    } else if (tokens[at] === "(") {
      at++;
      const inner = list(depth + 1);
      if (tokens[at++] !== ")") throw badRequest("Invalid fields");
      const former = kept.get(name);
      kept.set(name, {
        kept: new Map([...(former?.kept ?? []), ...inner.kept]),
        left: new Set([...(former?.left ?? []), ...inner.left]),
      });
    } else {
      kept.set(name, null);
    }
  }

  const selection = list(0);
  if (at !== tokens.length) throw badRequest("Invalid fields");
  return selection;
}
