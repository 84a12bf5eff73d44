import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileStore } from "../../src/stores/file.js";
import { storeSuite } from "./suite.js";

storeSuite("file", () => {
  const home = mkdtempSync(join(tmpdir(), "stagedoor-"));
  const directory = join(home, "stagedoor", "tokens");
  // Time that stands still: generations must not need it.
  const clock = { now: () => 1_800_000_000_000 };
  return {
    store: fileStore({ directory, clock }),
    sibling: fileStore({ directory, clock }),
    close: async () => rmSync(home, { recursive: true }),
  };
});
