import { expect, it } from "vitest";
import { table } from "../src/contract/index.js";
import { writeOperationsPage } from "../tools/operations-page.js";

it("docs/operations.md is what the contract says", async () => {
  await expect(writeOperationsPage(table())).toMatchFileSnapshot("../docs/operations.md");
});
