import { describe, expect, it } from "vitest";
import { removalFor, type Tier } from "../../src/contract/index.js";
import { findSchema, ShapeCheck } from "../support/openapi.js";
import { catalogueStage } from "./catalogue-stage.js";
import { guest, stillEmulator, TIERS } from "./guest.js";
import { KNOWN_DIFFERENCES, type KnownDifference } from "./known-shapes.js";
import { type SampleCall, sampleCalls } from "./sample-calls.js";

const document = findSchema();
const SCOPES =
  "playlist-modify-private playlist-modify-public playlist-read-collaborative playlist-read-private ugc-image-upload user-follow-modify user-follow-read user-library-modify user-library-read user-modify-playback-state user-read-currently-playing user-read-email user-read-playback-position user-read-playback-state user-read-private user-read-recently-played user-top-read";
/** Where the file has two operations for one of Spotify's. */
const NAMES: Readonly<Record<string, string>> = {
  "get-users-top-artists-and-tracks": "get-users-top-artists",
};

interface Sampled {
  readonly sample: SampleCall;
  readonly status: number;
  readonly text: string;
  readonly json: unknown;
}

/** Every operation once, in a world in which an album plays. */
async function sampled(tier: Tier): Promise<readonly Sampled[]> {
  const emulator = stillEmulator({ tier });
  const call = await guest(emulator, { scope: SCOPES });
  const album = emulator.world.catalogue.idOf("album", 0);
  await call("PUT", "/me/player/play", { context_uri: `spotify:album:${album}` });
  const answers: Sampled[] = [];
  for (const sample of sampleCalls(emulator)) {
    const { status, text, json } = await call(sample.method, sample.path, sample.body);
    answers.push({ sample, status, text, json });
  }
  return answers;
}

/** What an app can read by its own token, where no market applies. */
async function sampledByApp(tier: Tier): Promise<readonly Sampled[]> {
  const { emulator, appCall } = await catalogueStage({ tier });
  const answers: Sampled[] = [];
  for (const sample of sampleCalls(emulator)) {
    if (sample.method !== "GET" || sample.path.startsWith("/me")) continue;
    const { status, text, json } = await appCall("GET", sample.path);
    answers.push({ sample, status, text, json });
  }
  return answers;
}

describe.each(TIERS)("every operation, for a %s app", (tier) => {
  it("succeeds, or is lost with the status that its row says", async () => {
    for (const { sample, status, text } of await sampled(tier)) {
      const { operationId, life } = sample.row;
      const lost = removalFor(life, tier);
      if (lost !== undefined) expect([operationId, status]).toEqual([operationId, lost.status]);
      else expect(status, `${operationId}: ${text}`).toBeLessThan(300);
    }
  });
});

describe.runIf(document !== undefined)("the members of every answer", () => {
  it("are those of Spotify's file and of its types, but for the known differences, all of which are met", async () => {
    const check = new ShapeCheck(document ?? { paths: {}, components: {} });
    const met = new Set<KnownDifference>();
    const unknown: string[] = [];
    for (const tier of TIERS) {
      for (const { sample, status, json } of [...(await sampled(tier)), ...(await sampledByApp(tier))]) {
        const { operationId, result } = sample.row;
        if (status >= 300 || result.kind === "nothing" || result.kind === "ignored") continue;
        for (const problem of check.problems(NAMES[operationId] ?? operationId, status, json)) {
          const line = operationId + problem;
          const known = KNOWN_DIFFERENCES.filter(
            ({ ends, tiers = TIERS }) => line.endsWith(ends) && tiers.includes(tier),
          );
          for (const one of known) met.add(one);
          if (known.length === 0) unknown.push(`${tier}: ${line}`);
        }
      }
    }
    expect(unknown).toEqual([]);
    expect(KNOWN_DIFFERENCES.filter((one) => !met.has(one))).toEqual([]);
  });
});
