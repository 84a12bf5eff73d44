import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PARALLEL_SINGLES } from "../../src/client/batches.js";
import { clientBench, failure, idOf, LOST, refused } from "./bench.js";

const GROUPS = [
  ["albums", 20],
  ["artists", 50],
  ["audiobooks", 50],
  ["chapters", 50],
  ["episodes", 50],
  ["shows", 50],
  ["tracks", 50],
] as const;
const ids = (count: number) => Array.from({ length: count }, (_, index) => idOf(index));

/** Answers batches, and single things too; of ids that end in 7 there is nothing. */
function spotify(batches: boolean, tier?: "development" | "extended") {
  return clientBench(
    ({ path, query }) => {
      const [, group = "", id] = path.split("/");
      const thing = (one: string) => (one.endsWith("7") ? null : { id: one });
      if (id !== undefined)
        return thing(id) === null ? refused(404, "Resource not found") : { body: thing(id) };
      return batches ? { body: { [group]: (query.get("ids") ?? "").split(",").map(thing) } } : LOST;
    },
    { tier },
  );
}
const wanted = (list: readonly string[]) => list.map((id) => (id.endsWith("7") ? null : { id }));

describe.each(GROUPS)("%s.several", (group, most) => {
  it("reads any number in batches as large as the row allows, in the order asked for", async () => {
    const { client, seen } = spotify(true);
    const asked = ids(most * 3 + 1);
    expect(await client[group].several({ ids: asked })).toEqual(wanted(asked));
    expect(seen().map(({ query }) => query.get("ids")?.split(",").length)).toEqual([most, most, most, 1]);
  });

  it("reads one by one for apps that lost the batches, after one refusal and never again", async () => {
    const { client, seen } = spotify(false);
    const asked = ids(most + 5);
    expect(await client[group].several({ ids: asked })).toEqual(wanted(asked));
    expect(seen().filter(({ query }) => query.has("ids"))).toHaveLength(1);
    expect(await client[group].several({ ids: ids(3) })).toEqual(wanted(ids(3)));
    expect(seen().filter(({ query }) => query.has("ids"))).toHaveLength(1);
  });

  it("does not try a batch where the tier is known to have none", async () => {
    const { client, seen } = spotify(false, "development");
    expect(await client[group].several({ ids: ids(2) })).toEqual(wanted(ids(2)));
    expect(seen().map(({ path }) => path)).toEqual(ids(2).map((id) => `/${group}/${id}`));
  });

  it("sends nothing for nothing", async () => {
    const { client, seen } = spotify(true);
    expect(await client[group].several({ ids: [] })).toEqual([]);
    expect(seen()).toEqual([]);
  });
});

describe("several", () => {
  it("keeps order and doubles, whatever is asked for and however it is read", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 130 }),
        fc.boolean(),
        async (numbers, batches) => {
          const { client } = spotify(batches);
          const asked = numbers.map(idOf);
          expect(await client.tracks.several({ ids: asked })).toEqual(wanted(asked));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("asks for each thing once when it reads one by one, and for a few at a time", async () => {
    let under = 0;
    let most = 0;
    const { client, seen } = clientBench(
      async ({ path }) => {
        most = Math.max(most, ++under);
        await new Promise(setImmediate);
        under--;
        return { body: { id: path.split("/")[2] } };
      },
      { tier: "development" },
    );
    await client.tracks.several({ ids: [...ids(60), ...ids(60)] });
    expect(seen()).toHaveLength(60);
    expect(most).toBe(PARALLEL_SINGLES);
  });

  it("takes URIs and URLs, and hands a market on", async () => {
    const { client, seen } = spotify(true);
    await client.tracks.several({
      ids: [`spotify:track:${idOf(1)}`, `https://open.spotify.com/track/${idOf(2)}?si=x`],
      market: "GB",
    });
    expect(Object.fromEntries(seen()[0]?.query ?? [])).toEqual({
      ids: `${idOf(1)},${idOf(2)}`,
      market: "GB",
    });
  });

  it("refuses an id of another type before anything is sent", async () => {
    for (const tier of ["development", "extended"] as const) {
      const { client, seen } = spotify(true, tier);
      const error = await failure(client.tracks.several({ ids: [`spotify:album:${idOf(1)}`] }));
      expect(error).toMatchObject({
        code: "argument-invalid",
        message: expect.stringContaining("a track, not an album"),
      });
      expect(seen()).toEqual([]);
    }
  });

  it("reads one by one only where batches are gone, not where they fail", async () => {
    const { client, seen } = clientBench(() => refused(500, "no"));
    expect(await failure(client.tracks.several({ ids: ids(3) }))).toMatchObject({ code: "server-error" });
    expect(seen()).toHaveLength(1);
  });

  it("stops at the first failure, and begins nothing more", async () => {
    const { client, seen } = clientBench((_, index) => (index === 2 ? refused(500, "no") : { body: {} }), {
      tier: "development",
    });
    expect(await failure(client.tracks.several({ ids: ids(50) }))).toMatchObject({ code: "server-error" });
    expect(seen().length).toBeLessThanOrEqual(2 + PARALLEL_SINGLES);
  });

  it("ends when it is aborted", async () => {
    const controller = new AbortController();
    const { client, seen } = clientBench(
      (_, index) => {
        if (index === 5) controller.abort();
        return { body: {} };
      },
      { tier: "development" },
    );
    const error = await failure(client.tracks.several({ ids: ids(200) }, { signal: controller.signal }));
    expect(error).toMatchObject({ code: "aborted" });
    expect(seen().length).toBeLessThan(6 + 2 * PARALLEL_SINGLES);
  });

  it("reads audio features a hundred at a time, and says when they are gone for good", async () => {
    const there = clientBench(({ query }) => ({
      body: { audio_features: (query.get("ids") ?? "").split(",").map((id) => ({ id })) },
    }));
    expect(await there.client.tracks.severalAudioFeatures({ ids: ids(101) })).toHaveLength(101);
    expect(there.seen()).toHaveLength(2);
    const gone = clientBench(() => LOST);
    expect(await failure(gone.client.tracks.severalAudioFeatures({ ids: ids(3) }))).toMatchObject({
      code: "endpoint-removed",
    });
    expect(gone.seen()).toHaveLength(1);
  });
});
