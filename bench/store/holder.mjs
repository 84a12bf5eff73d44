// Waits for the lock of a file store, says when it has it, and keeps it: `DIRECTORY`.
import { fileStore } from "../../dist/stores/file.js";

const store = fileStore({ directory: process.argv[2] });
const key = { provider: "spotify", clientId: "c0ffee", profile: "default" };
console.log("asks");
await store.withLock(key, async () => {
  // Of the machine, not of the process: comparable between processes.
  console.log(String(process.hrtime.bigint()));
  await new Promise(() => setInterval(() => undefined, 1_000_000));
});
