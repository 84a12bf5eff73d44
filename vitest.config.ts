import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "#sender": fileURLToPath(new URL("src/transport/node.ts", import.meta.url)) } },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/components.ts", "test/support/build.ts"],
    testTimeout: 30_000,
  },
});
