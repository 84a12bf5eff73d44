import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { table } from "../src/contract/index.js";
import { writeOperationsPage } from "../tools/operations-page.js";
import { summariesIn } from "../tools/row-docstrings.js";

const ROWS = resolve(import.meta.dirname, "../src/contract/operations");

it("docs/operations.md is what the contract says", async () => {
  const text = readdirSync(ROWS).map((file) => readFileSync(resolve(ROWS, file), "utf8"));
  const page = writeOperationsPage(table(), summariesIn(text.join("\n")));
  await expect(page).toMatchFileSnapshot("../docs/operations.md");
});
