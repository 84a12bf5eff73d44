import { afterEach, describe, expect, it, vi } from "vitest";
import { emulatedSpotify } from "../../src/testing.js";
import { whileTimePasses } from "../support/passing-time.js";
import { buildWorker, startWorker } from "../support/worker.js";
import { collect } from "./bench.js";

afterEach(() => {
  vi.useRealTimers();
});

describe("a long walk", () => {
  it("RS-05 of 10,000 pages by a slow consumer holds as many pages ahead as it may, in a heap of 64 MB", async () => {
    const worker = startWorker(buildWorker(new URL("long-walk-worker.ts", import.meta.url)), {
      runtime: [process.execPath, "--max-old-space-size=64"],
    });
    const { code, stderr, stdout } = await worker.result;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({ taken: 10_000, sent: 10_000, furthest: 5 });
  }, 120_000);

  it.each([0, 3])(
    "RL-07 that meets limits goes on with the same page, with nothing missed and nothing twice, reading %d ahead",
    async (readAhead) => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
      const { emulator, spotify } = await emulatedSpotify();
      const whole = (await spotify.me.tracks({ limit: 50 })).items.concat(
        (await spotify.me.tracks({ limit: 50, offset: 50 })).items,
      );
      const match = { operationId: "get-users-saved-tracks" } as const;
      for (const after of [0, 2, 4]) {
        emulator.faults.add({ kind: "retry-after", seconds: 1, times: 1, after, match });
      }
      emulator.ledger.clear();
      const got = await whileTimePasses(
        collect(spotify.items(spotify.me.tracks({ limit: 10 }), { readAhead })),
      );
      expect(got.map(({ track }) => track.id)).toEqual(whole.map(({ track }) => track.id));
      expect(emulator.ledger.count(({ status }) => status === 429)).toBe(3);
      expect(emulator.ledger.count(({ status }) => status === 200)).toBe(Math.ceil(whole.length / 10));
    },
  );
});
