import { isRecord } from "../../base/encoding.js";
import { badRequest } from "./refusal.js";

/** The members to keep, each with what to keep of it; `null` keeps all. */
type Selection = Map<string, Selection | null>;

const TOKEN = /[A-Za-z_][A-Za-z0-9_]*|[(),.]/gy;
/** Deeper than any answer is. */
const MAX_DEPTH = 12;

/**
 * Keeps the members that a `fields` parameter names, such as `name,items(item(name))` or `items.added_by.id`.
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
  const kept: Record<string, unknown> = {};
  for (const [name, inner] of selection) {
    const member = value[name];
    if (member !== undefined) kept[name] = inner === null ? member : keep(member, inner);
  }
  return kept;
}

function parse(fields: string): Selection {
  const tokens = fields.replaceAll(/\s/g, "").match(TOKEN) ?? [];
  if (tokens.join("") !== fields.replaceAll(/\s/g, "")) throw badRequest("Invalid fields");
  let at = 0;

  function list(depth: number): Selection {
    if (depth > MAX_DEPTH) throw badRequest("Invalid fields");
    const selection: Selection = new Map();
    do {
      member(selection, depth);
    } while (tokens[at] === "," && ++at);
    return selection;
  }

  function member(selection: Selection, depth: number): void {
    if (depth > MAX_DEPTH) throw badRequest("Invalid fields");
    const name = tokens[at++];
    if (name === undefined || !/^\w/.test(name)) throw badRequest("Invalid fields");
    if (tokens[at] === ".") {
      at++;
      const inner: Selection = selection.get(name) ?? new Map();
      selection.set(name, inner);
      member(inner, depth + 1);
    } else if (tokens[at] === "(") {
      at++;
      const inner = list(depth + 1);
      if (tokens[at++] !== ")") throw badRequest("Invalid fields");
      selection.set(name, new Map([...(selection.get(name) ?? []), ...inner]));
    } else {
      selection.set(name, null);
    }
  }

  const selection = list(0);
  if (at !== tokens.length) throw badRequest("Invalid fields");
  return selection;
}
