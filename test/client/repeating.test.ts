import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StagedoorError } from "../../src/base/errors.js";
import type { OperationId } from "../../src/contract/table.js";
import type { LedgerEntry } from "../../src/emulator/index.js";
import { layered } from "../support/layered.js";
import { holdTimers, whileTimePasses } from "../support/passing-time.js";
import { CALLS, rows, thingsOf } from "./calls.js";

/** Those whose second time would be heard or seen. */
const NEVER_TWICE = [
  "player.addToQueue",
  "player.next",
  "player.previous",
  "playlists.addItems",
  "playlists.addTracks",
  "playlists.create",
  "playlists.updateItems",
  "playlists.updateTracks",
  "users.createPlaylist",
];

beforeEach(holdTimers);
afterEach(() => void vi.useRealTimers());

/** Makes the call of a row while its operation is done and then answered with 503, so many times. */
async function withLostAnswers(name: string, operationId: string, times: number) {
  const { emulator, spotify } = await layered({ tier: "extended" });
  const things = thingsOf(emulator);
  const isIt = (entry: LedgerEntry) => entry.operationId === operationId;
  // The table gives the names of its rows as plain texts.
  const match = { operationId: operationId as OperationId };
  emulator.faults.add({ kind: "F9", times, match });
  const call = Promise.resolve(CALLS[name]?.(spotify, things));
  const failure = await whileTimePasses(call.catch((error: unknown) => error));
  const entries = emulator.ledger.entries().filter(isIt);
  return { failure, entries, struck: entries.filter(({ fault }) => fault !== undefined) };
}

describe("RL-17 an operation that is done, and answered with 503", () => {
  it("knows which ones must not be repeated", () => {
    expect(rows.filter(([, { repeatable }]) => !repeatable).map(([name]) => name)).toEqual(
      expect.arrayContaining(NEVER_TWICE),
    );
    expect(rows.filter(([, { repeatable }]) => !repeatable)).toHaveLength(NEVER_TWICE.length);
  });

  const repeatable = rows.filter(([name]) => !NEVER_TWICE.includes(name));
  // A second pause is refused: the music has stopped already.
  const accepted = repeatable.filter(([name]) => name !== "player.pause");
  it.each(accepted)("%s is sent again, and is done as if once", async (name, row) => {
    const { failure, struck } = await withLostAnswers(name, row.operationId, 1);
    expect(failure).toBeUndefined();
    expect(struck).toHaveLength(1);
  });

  it.each(repeatable)(
    "%s is sent four times at most, and fails with what was said last",
    async (name, row) => {
      const { failure, entries } = await withLostAnswers(name, row.operationId, 1000);
      expect(failure).toMatchObject({ code: "server-error", status: 503 });
      expect(failure instanceof StagedoorError && failure.mayBeDone === true).toBe(row.method !== "GET");
      expect(entries).toHaveLength(4);
    },
  );

  const others = rows.filter(([name]) => NEVER_TWICE.includes(name));
  it.each(others)("RL-15 %s is sent once, and says that it may have been done", async (name, row) => {
    const { failure, entries } = await withLostAnswers(name, row.operationId, 1);
    expect(failure).toMatchObject({
      code: "server-error",
      status: 503,
      mayBeDone: true,
      hint: expect.stringMatching(/^It may have been done: look/),
    });
    expect(entries).toHaveLength(1);
  });
});

describe("refusals of good tokens, at the emulator", () => {
  it.each(["access-token-missing", "premium-required"] as const)(
    "%s is got over, and the command is done once",
    async (kind) => {
      const { emulator, spotify } = await layered();
      await CALLS["player.play"]?.(spotify, thingsOf(emulator));
      emulator.faults.add({ kind, times: 1, match: { operationId: "skip-users-playback-to-next-track" } });
      await spotify.player.next();
      expect(await spotify.player.state()).toMatchObject({ item: { track_number: 2 } });
      expect(emulator.ledger.tokenRequests().map(({ grant }) => grant)).not.toContain("refresh_token");
    },
  );
});
