import { describe, expect, it } from "vitest";
import { ApiError } from "../../src/client/index.js";
import { removalFor, SCOPES, TIERS, type Tier } from "../../src/contract/index.js";
import { emulated } from "../support/emulated.js";
import { CALLS, rows, thingsOf } from "./calls.js";

async function perform(
  name: string,
  tier: Tier,
): Promise<{ readonly operations: ReadonlySet<string>; readonly failure: unknown }> {
  const { emulator, spotify, logIn } = await emulated({ tier });
  await logIn(spotify, SCOPES.join(" "));
  let failure: unknown;
  await CALLS[name]?.(spotify, thingsOf(emulator)).catch((error: unknown) => {
    failure = error;
  });
  const answered = emulator.ledger.entries().filter(({ status }) => status < 300);
  return { operations: new Set(answered.map(({ operationId = "" }) => operationId)), failure };
}

describe("every operation, by the client's method, at the emulator", () => {
  const reached = new Set<string>();

  it("is called by one of these tests", () => {
    expect(Object.keys(CALLS).sort()).toEqual(rows.map(([name]) => name).sort());
  });

  it.each(rows)("%s works for apps that have everything", async (name, row) => {
    const { operations, failure } = await perform(name, "extended");
    expect(failure).toBeUndefined();
    expect(operations).toContain(row.operationId);
    reached.add(row.operationId);
  });

  const LESSER = TIERS.filter((tier) => tier !== "extended");
  it.each(LESSER.flatMap((tier) => rows.map(([name, row]) => [name, tier, row] as const)))(
    "%s works for %s apps, or says what became of it",
    async (name, tier, row) => {
      const { operations, failure } = await perform(name, tier);
      const removal = removalFor(row.life, tier);
      if (removal !== undefined && removal.replacement === null) {
        expect(failure).toBeInstanceOf(ApiError);
        expect(failure).toMatchObject({ code: "endpoint-removed" });
      } else {
        expect(failure).toBeUndefined();
        expect(operations.has(row.operationId)).toBe(removal === undefined);
      }
    },
  );

  it("has been reached at the emulator", () => {
    process.stdout.write(
      `Operations: ${reached.size}/96 called by the client and answered by the emulator\n`,
    );
    expect(reached.size).toBe(96);
  });
});
