import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { removalFor, type Tier } from "../../src/contract/life.js";
import { type OperationId, table } from "../../src/contract/table.js";
import type { EmulatorOptions, LedgerEntry } from "../../src/emulator/index.js";
import { manualClock } from "../support/clock.js";
import { type ApiClient, operationsOf, type Scene } from "./api-client.js";
import { castOf } from "./cast.js";
import { expectations } from "./expectations.js";
import { countFaults } from "./known-fault.js";
import { type LocalSpotify, logInByHand, openLocalSpotify } from "./local-spotify.js";

/** Makes every call of a client at an emulator, and holds the answers and what they leave behind against its world. */
export function apiClientSuite<Api>(client: ApiClient<Api>): void {
  const operations = operationsOf(client.calls);

  describe(`${client.name} on an app with extended access`, () => {
    const stage = useStage(client, { tier: "extended" });

    it.each(operations)("calls %s", async (operationId) => {
      const expectation = expectations[operationId];
      if (expectation === undefined) throw new Error(`Nothing is expected of ${operationId}.`);
      await expectation(stage.setScene());
    });

    it.each(Object.entries(client.variants ?? {}))("calls by its %s too", (_, variant) =>
      variant(stage.api, stage.setScene()),
    );

    it("has reached each of them, and nothing beside", () => {
      const answered = stage.spotify.emulator.ledger.entries().filter(({ status }) => status < 300);
      const reached = namesOf(answered.filter(({ service }) => service === "api"));
      expect(reached).toEqual(operations);
      const { name } = client;
      process.stdout.write(
        `${name}: ${reached.length} of ${table().length} operations called, ${countFaults()} faults known\n`,
      );
    });
  });

  describe.each(["legacy", "development"] as const)(`${client.name} on an app of the %s tier`, (tier) => {
    const stage = useStage(client, { tier });

    it("is refused what such an app has lost, and nothing else", async () => {
      const scene = stage.setScene();
      // What it does with a refusal, and what the world makes of calls in this order, is not the matter here.
      for (const operationId of operations) await scene.call(operationId).catch(() => undefined);
      const entries = stage.spotify.emulator.ledger.entries();
      const refused = entries.filter(({ rule }) => rule === "tier" || rule === "route" || rule === "method");
      expect(namesOf(refused)).toEqual(operations.filter((operationId) => isLost(operationId, tier)));
    });
  });
}

/** An emulator for the tests of one `describe`, with the client in front of it. */
function useStage<Api>(client: ApiClient<Api>, options: EmulatorOptions) {
  let opened: { readonly spotify: LocalSpotify; readonly api: Api; close(): Promise<void> } | undefined;
  const now = () => {
    if (opened === undefined) throw new Error("The stage is not open yet.");
    return opened;
  };
  beforeAll(async () => {
    // A clock that stands: so that nothing plays on while a test looks.
    const { spotify, close } = await openLocalSpotify({ clock: manualClock(), ...options });
    opened = { spotify, close, api: client.connect(spotify, await logInByHand(spotify)) };
  });
  afterAll(async () => {
    client.disconnect?.();
    await opened?.close();
  });
  return {
    get spotify() {
      return now().spotify;
    },
    get api() {
      return now().api;
    },
    /** A world as it was made. */
    setScene(): Scene {
      const { api, spotify } = now();
      const { world } = spotify.emulator;
      world.reset();
      // Else player commands are now and then answered with a text and 200.
      world.playerAnswers = "empty";
      const cast = castOf(world);
      return {
        world,
        cast,
        async call(operationId, changes) {
          const call = client.calls[operationId];
          if (call === undefined) throw new Error(`${client.name} has no call for ${operationId}.`);
          return call(api, { ...cast, ...changes });
        },
      };
    },
  };
}

/** The operations of some requests, each once; a path where there is none. */
function namesOf(entries: readonly LedgerEntry[]): readonly string[] {
  return [...new Set(entries.map(({ operationId, path }) => operationId ?? path))].sort();
}

function isLost(operationId: OperationId, tier: Tier): boolean {
  return table().some(
    ({ row }) => row.operationId === operationId && removalFor(row.life, tier) !== undefined,
  );
}
