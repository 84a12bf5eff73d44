import {
  type Endpoint,
  limitFor,
  type ScopeRule,
  type TableEntry,
  type Value,
  wireName,
} from "../src/contract/index.js";

const HEAD = `<!-- Written from src/contract by: npx vitest run test/operations-page.test.ts -u -->

# The operations of the Web API

All 96, by the methods that call them: \`spotify.albums.get({ id })\`. Arguments in italics may be left out; \`≤\` is how many elements one
request takes, and where a method takes more, the client makes the requests. A scope with "or" is one of several, which one depends on the thing;
one in brackets adds to the answer. Where not all kinds of app have an operation, the last column says who lost it in which wave, and what the
client calls for them instead.
`;

/**
 * The whole of `docs/operations.md`.
 *
 * @param summaries what each operation does, by operation id
 */
export function writeOperationsPage(
  table: readonly TableEntry[],
  summaries: ReadonlyMap<string, string>,
): string {
  const groups = [...new Set(table.map(({ group }) => group))];
  return [
    HEAD,
    ...groups.map((group) =>
      writeGroup(
        group,
        table.filter((entry) => entry.group === group),
        summaries,
      ),
    ),
  ].join("\n");
}

function writeGroup(
  group: string,
  entries: readonly TableEntry[],
  summaries: ReadonlyMap<string, string>,
): string {
  const rows = entries.map(({ name, row }) =>
    [
      `\`${group}.${name}\``,
      `${summaries.get(row.operationId)} ${row.method} \`${row.path}\``,
      parametersOf(row),
      scopesOf(row.scopes),
      whoHas(row),
    ].join(" | "),
  );
  return [
    `## ${group}`,
    "",
    "| method | what it does | arguments | scopes | who has it |",
    "| --- | --- | --- | --- | --- |",
    ...rows.map((row) => `| ${row} |`),
    "",
  ].join("\n");
}

function parametersOf(row: Endpoint): string {
  const all = Object.entries(row.parameters).filter(([name]) => !/^(?:min|max|target)[A-Z]/.test(name));
  const tunable =
    Object.keys(row.parameters).length > all.length ? ["_min…, max… and target… of audio features_"] : [];
  return [
    ...all.map(([name, { value, required }]) => {
      const text = `${name}${boundOf(value)}`;
      return required ? text : `_${text}_`;
    }),
    ...tunable,
  ].join(", ");
}

function boundOf(value: Value): string {
  if (value.kind === "list") return value.element.kind === "choice" ? "" : ` ≤ ${value.max}`;
  if (value.kind !== "integer" || value.max === undefined) return "";
  const [least, most] = [limitFor(value.max, "development"), limitFor(value.max, "extended")];
  return least === most ? ` ≤ ${least}` : ` ≤ ${least} (development), ${most}`;
}

function scopesOf(rule: ScopeRule): string {
  switch (rule.rule) {
    case "none":
      return "";
    case "all":
      return rule.scopes.join(", ");
    case "any":
      return rule.scopes.join(" or ");
    case "all-and-any":
      return `${rule.scopes.join(", ")}, and ${rule.oneOf.join(" or ")}`;
    case "widens":
      return `(${rule.scopes.join(", ")})`;
    case "by-type":
      return `by the type of what \`${wireName(rule.parameter)}\` names: ${[...new Set(Object.values(rule.types))].join(" or ")}`;
  }
}

function whoHas({ life: { removed, since } }: Endpoint): string {
  if (removed === undefined) return since === undefined ? "all" : `all, since ${since}`;
  const next = removed.replacement === null ? "" : `: \`${removed.replacement}\``;
  return `not ${removed.tiers.join(", ")} (${removed.wave})${next}`;
}
