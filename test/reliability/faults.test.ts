import { describe, expect, it } from "vitest";
import { FAULTS } from "./faults.js";

/** A small cut of each; `npm run test:reliability` has the whole of it. */
describe("what must hold whatever fails", () => {
  const scenarios = FAULTS.filter(({ onlyWhenAsked }) => onlyWhenAsked !== true).map(
    (scenario) => [`${scenario.cases.join(" ")} ${scenario.title.toLowerCase()}`, scenario] as const,
  );

  it.each(scenarios)("%s: all invariants hold", { timeout: 180_000 }, async (_, scenario) => {
    const { broken, skipped = [] } = await scenario.run({ size: "small", progress: () => undefined });
    expect(broken).toEqual([]);
    if (process.env.CI === "true") expect(skipped).toEqual([]);
  });
});
