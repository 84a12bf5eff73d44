import { type Endpoint, type Life, type ScopeRule, WAVES } from "../src/contract/index.js";

const REFERENCE = "https://developer.spotify.com/documentation/web-api/reference";
const WIDTH = 140;
const ROW =
  /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n(export (?:declare )?const \w+(?: = endpoint\(|: )\{\n\s+(?:readonly )?operationId: "([^"]+)")/g;

/** What each operation of a file with rows does, by operation id: the first sentence of its docstring. */
export function summariesIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(ROW)].map(([, comment = "", , operationId = ""]) => [operationId, summaryIn(comment)]),
  );
}

function summaryIn(comment: string): string {
  const text = comment.replaceAll(/\n \* ?/g, " ").trim();
  return /^.*?\.(?= |$)/.exec(text)?.[0] ?? "";
}

/**
 * The docstring that a row has in its file, which editors show on the client's method: what is said of the operation by hand, in one
 * sentence, and what follows from the row.
 */
export function docstringOf(row: Endpoint, summary: string): string {
  const sentences = [summary, scopesIn(row.scopes), lossIn(row.life)].filter((part) => part !== "");
  const lines = [...wrap(sentences.join(" ")), "", `@see ${REFERENCE}/${row.operationId}`];
  return ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"].join("\n");
}

/** A file with rows, as source or as the declarations made of it, with the docstrings that its rows should have. */
export function withDocstrings(text: string, rows: ReadonlyMap<string, Endpoint>): string {
  return text.replace(ROW, (found, comment: string, declaration: string, operationId: string) => {
    const row = rows.get(operationId);
    return row === undefined ? found : `${docstringOf(row, summaryIn(comment))}\n${declaration}`;
  });
}

function scopesIn(rule: ScopeRule): string {
  switch (rule.rule) {
    case "none":
      return "";
    case "all":
      return `Needs ${quoted(rule.scopes, "and")}.`;
    case "any":
      return `Needs ${quoted(rule.scopes, "or")}, depending on whether the playlist is public.`;
    case "all-and-any":
      return `Needs ${quoted(rule.scopes, "and")}, and ${quoted(rule.oneOf, "or")}.`;
    case "widens":
      return `Needs no scope; with ${quoted(rule.scopes, "and")} the answer holds more.`;
    case "by-type":
      return `Needs, by the types of the things, ${quoted([...new Set(Object.values(rule.types))], "or")}.`;
  }
}

function lossIn({ removed }: Life): string {
  if (removed === undefined) return "";
  const who = WAVES[removed.wave].reached;
  const then =
    removed.replacement === null
      ? ", and nothing replaces it"
      : `: \`${removed.replacement}\` is called for them`;
  return `${who.charAt(0).toUpperCase()}${who.slice(1)} have lost this operation${then}.`;
}

function quoted(names: readonly string[], word: "and" | "or"): string {
  const all = names.map((name) => `\`${name}\``);
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} ${word} ${all.at(-1)}`;
}

function wrap(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
