import { describe, expect, it } from "vitest";
import { table } from "../src/contract/index.js";
import { differences } from "./drift/compare.js";
import { KNOWN } from "./drift/known.js";
import { hasSchema, readSchema } from "./drift/schema.js";

const rows = table();

/**
 * Client and emulator share the contract, and so its mistakes: this holds it against Spotify's own file. What differs must be listed,
 * with the evidence for ours; what is listed must differ.
 */
describe("the contract beside Spotify's OpenAPI file", () => {
  it("has 96 operations", () => {
    expect(rows).toHaveLength(96);
  });

  // Not a skipped test: the file belongs to Spotify, and most checkouts will never have it beside them.
  if (!hasSchema) return;
  const schema = readSchema();

  it("has every operation of the file, and no other", () => {
    const ours = rows.map(({ row }) => row.operationId).sort();
    expect(ours).toEqual(schema.map(({ operationId }) => operationId).sort());
  });

  const compared = schema.map((spotify) => {
    const row = rows.find((entry) => entry.row.operationId === spotify.operationId)?.row;
    return { spotify, found: row === undefined ? ["no row"] : differences(row, spotify, rows) };
  });

  it.each(
    compared.map(
      ({ spotify, found }) => [`${spotify.method} ${spotify.path}`, spotify.operationId, found] as const,
    ),
  )("differs at %s in nothing but what is listed", (_name, operationId, found) => {
    const listed = KNOWN.filter(({ operations }) => operations.includes(operationId));
    const unlisted = found.filter((line) => !listed.some((known) => known.difference === line));
    expect(unlisted).toEqual([]);
  });

  it("compares all 96, and says so", () => {
    const agree = compared.filter(({ found }) => found.length === 0).length;
    process.stdout.write(
      `Drift: ${compared.length}/96 operations compared, ${agree} agree in everything, ${compared.length - agree} differ as listed\n`,
    );
    expect(compared).toHaveLength(96);
  });

  it.each(KNOWN.map((known) => [known.difference, known] as const))("still differs: %s", (_name, known) => {
    const where = compared
      .filter(({ found }) => found.includes(known.difference))
      .map(({ spotify }) => spotify.operationId);
    expect(where.sort()).toEqual([...known.operations].sort());
    expect(known.evidence).not.toBe("");
  });
});
