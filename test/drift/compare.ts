import {
  type Endpoint,
  limitFor,
  type Parameter,
  scopesOf,
  type TableEntry,
  type Value,
  wireName,
} from "../../src/contract/index.js";
import type { SchemaOperation } from "./schema.js";

/** What differs between one row of the contract and Spotify's description of the operation, each as one line. */
export function differences(row: Endpoint, spotify: SchemaOperation, table: readonly TableEntry[]): string[] {
  return [
    ...same("method", row.method, spotify.method),
    ...same("path", row.path, spotify.path),
    ...parameterNames(row, spotify),
    ...Object.entries(row.parameters).flatMap(([name, parameter]) =>
      parameterLimits(wireName(name), parameter, spotify),
    ),
    ...same("scopes", [...scopesOf(row.scopes)].sort().join(" "), [...spotify.scopes].sort().join(" ")),
    ...same("deprecated", row.life.removed !== undefined, spotify.deprecated),
    ...same("wave", row.life.removed?.wave ?? null, spotify.wave),
    ...same("replacement", replacement(row, table), spotify.replacement),
    ...same("status", statuses(row).join(" "), spotify.statuses.join(" ")),
  ];
}

function same(what: string, ours: unknown, theirs: unknown): string[] {
  return ours === theirs ? [] : [`${what}: ${JSON.stringify(ours)}, schema ${JSON.stringify(theirs)}`];
}

/** Which parameters there are, where they travel, and which must be there. */
function parameterNames(row: Endpoint, spotify: SchemaOperation): string[] {
  const ours = Object.entries(row.parameters).flatMap(([name, parameter]) =>
    [parameter.in, parameter.alsoIn].filter(Boolean).map((place) => `${place} ${wireName(name)}`),
  );
  const theirs = spotify.parameters.map(({ place, name }) => `${place} ${name}`);
  return [
    ...ours.filter((one) => !theirs.includes(one)).map((one) => `only ours: ${one}`),
    ...theirs.filter((one) => !ours.includes(one)).map((one) => `only in the schema: ${one}`),
    ...Object.entries(row.parameters).flatMap(([name, parameter]) => {
      const found = spotify.parameters.find(
        (one) => one.name === wireName(name) && one.place === parameter.in,
      );
      return found === undefined
        ? []
        : same(`required ${wireName(name)}`, parameter.required, found.required);
    }),
  ];
}

/** Bounds, defaults and choices, as they are for a development app, whose schema this is. */
function parameterLimits(
  name: string,
  { in: place, value, default: assumed }: Parameter,
  spotify: SchemaOperation,
) {
  const found = spotify.parameters.find((one) => one.name === name && one.place === place);
  if (found === undefined) return [];
  const { minimum, maximum, preset, choices } = found;
  const ours = assumed === undefined || typeof assumed === "object" ? numberOf(assumed) : assumed;
  return [
    ...(preset === undefined ? [] : same(`default ${name}`, ours, preset)),
    ...(minimum === undefined
      ? []
      : same(`minimum ${name}`, "min" in value ? value.min : undefined, minimum)),
    ...(maximum === undefined ? [] : same(`maximum ${name}`, maximumOf(value), maximum)),
    ...(choices === undefined ? [] : same(`choices ${name}`, choicesOf(value), choices.join(" "))),
  ];
}

function numberOf(limit: Parameters<typeof limitFor>[0] | undefined): number | undefined {
  return limit === undefined ? undefined : limitFor(limit, "development");
}

function maximumOf(value: Value): number | undefined {
  if (value.kind === "integer") return numberOf(value.max);
  return value.kind === "list" || value.kind === "decimal" ? value.max : undefined;
}

function choicesOf(value: Value): string | undefined {
  if (value.kind === "list") return choicesOf(value.element);
  return value.kind === "choice" ? value.choices.join(" ") : undefined;
}

function replacement(row: Endpoint, table: readonly TableEntry[]): string | null {
  const by = table.find((entry) => `${entry.group}.${entry.name}` === row.life.removed?.replacement)?.row;
  return by === undefined ? null : `${by.method} ${by.path.replaceAll(/\{\w+\}/g, "{id}")}`;
}

function statuses({ result }: Endpoint): number[] {
  return result.kind === "json-or-nothing" ? [200, 204] : [result.status];
}
