import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Where a file store may put its files during one test; not made yet. */
export function temporaryDirectory(): string {
  const home = mkdtempSync(join(tmpdir(), "stagedoor-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  return join(home, "stagedoor", "tokens");
}
