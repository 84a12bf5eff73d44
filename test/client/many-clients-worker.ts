import { createSpotify } from "../../src/index.js";
import { memoryStore } from "../../src/stores/memory.js";
import { collectGarbage } from "../support/garbage.js";

// Makes clients and lets go of them, of one app and of many, and says how much memory each thousand has left behind.

const store = memoryStore();
const idOf = (app: number) => app.toString(16).padStart(32, "0");

/** What is made in a function of its own is nobody's when it has returned. */
function makeAndForget(count: number, apps: number): void {
  for (let client = 0; client < count; client++) {
    const spotify = createSpotify({ clientId: idOf(client % apps), store, profile: `user-${client}` });
    if (spotify.me === undefined || spotify.playlists === undefined) throw new Error("There is no client.");
  }
}

async function settledHeap(): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    collectGarbage();
    // Finalizers run between turns.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage().heapUsed;
}

makeAndForget(1000, 1000);
const before = await settledHeap();
makeAndForget(10_000, 1);
const afterOneApp = await settledHeap();
makeAndForget(10_000, 10_000);
const afterManyApps = await settledHeap();
process.stdout.write(
  `${JSON.stringify({ oneApp: (afterOneApp - before) / 10_000, manyApps: (afterManyApps - afterOneApp) / 10_000 })}\n`,
);
