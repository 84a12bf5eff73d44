import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PartialWriteError } from "../../src/client/index.js";
import type { CodedFault, LedgerEntry } from "../../src/emulator/index.js";
import { type Layered, layered } from "../support/layered.js";
import { holdTimers, whileTimePasses } from "../support/passing-time.js";
import { clientBench, failure, idOf, refused } from "./bench.js";

beforeEach(holdTimers);
afterEach(() => void vi.useRealTimers());

const FAULTS = ["F2", "F3", "F5", "F7", "F9"] as const;
const SIZES = [1, 2, 50, 51, 100, 101, 200, 250];
const isAdd = ({ operationId }: LedgerEntry) => operationId === "add-items-to-playlist";

function urisOf({ emulator }: Layered, count: number): string[] {
  const { catalogue } = emulator.world;
  return Array.from({ length: count }, (_, index) => `spotify:track:${catalogue.idOf("track", index)}`);
}

const contents = ({ emulator }: Layered, playlistId: string) =>
  emulator.world.playlists.get(playlistId)?.entries.map(({ uri }) => uri);

/** A playlist with three other things in it. */
async function someList(on: Layered) {
  const { id } = await on.spotify.playlists.create({ name: "Mine", public: false });
  const { catalogue } = on.emulator.world;
  const old = [1, 2, 3].map((index) => `spotify:episode:${catalogue.idOf("episode", index)}`);
  await on.spotify.playlists.addItems({ playlistId: id, uris: old });
  return { playlistId: id, old };
}

function strikeAdds({ emulator }: Layered, fault: Pick<CodedFault, "kind"> & Partial<CodedFault>): void {
  emulator.faults.add({ ...fault, match: { operationId: "add-items-to-playlist" } } as CodedFault);
}

describe("playlists.add with verifyAndRetry", () => {
  it.each(FAULTS)(
    "RL-15 RL-16 adds 1 to 250 items exactly once, whichever call meets %s",
    async (kind) => {
      const on = await layered({ tier: "extended" });
      for (const size of SIZES) {
        const uris = urisOf(on, size);
        for (let call = 0; call < Math.ceil(size / 100); call++) {
          for (const position of [undefined, 2]) {
            const { playlistId, old } = await someList(on);
            strikeAdds(on, { kind, times: 1, after: call });
            const add = on.spotify.playlists.add({ playlistId, uris, position }, { verifyAndRetry: true });
            const { snapshot_id } = await whileTimePasses(add);
            const at = position ?? old.length;
            expect(contents(on, playlistId)).toEqual([...old.slice(0, at), ...uris, ...old.slice(at)]);
            expect(await on.spotify.playlists.get({ playlistId })).toMatchObject({ snapshot_id });
            on.emulator.faults.clear();
          }
        }
      }
    },
    120_000,
  );

  it.each(FAULTS)("RL-15 adds exactly once when two calls in a row meet %s", async (kind) => {
    const on = await layered();
    const { playlistId, old } = await someList(on);
    const uris = urisOf(on, 150);
    strikeAdds(on, { kind, times: 2 });
    await whileTimePasses(on.spotify.playlists.add({ playlistId, uris }, { verifyAndRetry: true }));
    expect(contents(on, playlistId)).toEqual([...old, ...uris]);
  });

  it("RL-15 adds again what is there already, and the same thing many times", async () => {
    const on = await layered();
    const { playlistId, old } = await someList(on);
    const [uri = ""] = urisOf(on, 1);
    const uris = Array.from({ length: 120 }, () => uri);
    for (const kind of FAULTS) {
      strikeAdds(on, { kind, times: 1 });
      await whileTimePasses(on.spotify.playlists.add({ playlistId, uris }, { verifyAndRetry: true }));
    }
    expect(contents(on, playlistId)).toEqual([...old, ...FAULTS.flatMap(() => uris)]);
  });

  it("gives up after two repetitions, with what the last one met", async () => {
    const on = await layered();
    const { playlistId, old } = await someList(on);
    const before = on.emulator.ledger.count(isAdd);
    strikeAdds(on, { kind: "F2" });
    const adding = on.spotify.playlists.add({ playlistId, uris: urisOf(on, 5) }, { verifyAndRetry: true });
    expect(await whileTimePasses(failure(adding))).toMatchObject({ code: "network-failed", mayBeDone: true });
    expect(on.emulator.ledger.count(isAdd) - before).toBe(3);
    expect(contents(on, playlistId)).toEqual(old);
  });

  it("reads nothing more than it must: once before, and nothing after a success", async () => {
    const on = await layered();
    const { playlistId } = await someList(on);
    const { sequence = 0 } = on.emulator.ledger.entries().at(-1) ?? {};
    await on.spotify.playlists.add({ playlistId, uris: urisOf(on, 250) }, { verifyAndRetry: true });
    const after = on.emulator.ledger.entries().filter((entry) => entry.sequence > sequence);
    expect(after.map(({ method }) => method)).toEqual(["GET", "POST", "POST", "POST"]);
  });

  it("RL-13 does not look after a refusal", async () => {
    const { client, seen } = clientBench(({ method }) =>
      method === "GET" ? { body: { snapshot_id: "S", items: { total: 0 } } } : refused(403, "no"),
    );
    const adding = client.playlists.add({ playlistId: idOf(1), uris: [uri(1)] }, { verifyAndRetry: true });
    const error = await failure(adding);
    expect(error).toMatchObject({ code: "forbidden" });
    expect(error).not.toHaveProperty("mayBeDone");
    expect(seen().map(({ method }) => method)).toEqual(["GET", "POST"]);
  });
});

const uri = (index: number) => `spotify:track:${idOf(index)}`;
const playlistId = idOf(9);

/** A playlist whose states a test writes: one before the add, the others for each look after it failed. */
function listBench(looks: readonly { readonly snapshot: string; readonly items: readonly string[] }[]) {
  let look = 0;
  return clientBench(({ method, path, query }) => {
    if (method === "POST") return refused(502, "Bad gateway");
    const state = looks[Math.min(path.endsWith("/items") ? look - 1 : look++, looks.length - 1)];
    const { snapshot = "", items = [] } = state ?? {};
    if (!path.endsWith("/items")) return { body: { snapshot_id: snapshot, items: { total: items.length } } };
    const offset = Number(query.get("offset"));
    const page = items.slice(offset, offset + Number(query.get("limit")));
    return { body: { items: page.map((one) => ({ item: { uri: one } })) } };
  });
}
const before = { snapshot: "S1", items: [uri(1)] };
const add = ({ client }: ReturnType<typeof listBench>, uris = [uri(2), uri(3)]) =>
  whileTimePasses(client.playlists.add({ playlistId, uris }, { verifyAndRetry: true }));
const posts = ({ seen }: ReturnType<typeof listBench>) => seen().filter(({ method }) => method === "POST");

describe("looking after a lost answer", () => {
  it("believes the second look, when the write was done late", async () => {
    const on = listBench([before, before, { snapshot: "S2", items: [uri(1), uri(2), uri(3)] }]);
    expect(await add(on)).toEqual({ snapshot_id: "S2" });
    expect(posts(on)).toHaveLength(1);
  });

  it("takes no look from a cache", async () => {
    const on = listBench([before, { snapshot: "S2", items: [uri(1), uri(2), uri(3)] }]);
    await add(on);
    const reads = on.requests.filter(({ method }) => method === "GET");
    expect(reads.map(({ call }) => call?.fresh)).toEqual([true, true, true]);
  });

  it.each([
    ["its items are others", [uri(1), uri(2), uri(4)]],
    ["the order is another", [uri(1), uri(3), uri(2)]],
    ["there are more than there should be", [uri(1), uri(2), uri(3), uri(4)]],
    ["they stand somewhere else", [uri(2), uri(3), uri(1)]],
    ["it is empty", []],
  ])("sends nothing again when somebody else has changed the playlist: %s", async (_, items) => {
    const on = listBench([before, { snapshot: "S2", items }]);
    expect(await failure(add(on))).toMatchObject({
      status: 502,
      mayBeDone: true,
      hint: expect.stringContaining("somebody else has changed"),
    });
    expect(posts(on)).toHaveLength(1);
  });

  it("fails with what the write met when looking fails too", async () => {
    const on = clientBench(({ method }, index) =>
      index === 0
        ? { body: { snapshot_id: "S1", items: { total: 1 } } }
        : method === "POST"
          ? refused(502, "Bad gateway")
          : refused(500, "worse"),
    );
    expect(await failure(add(on))).toMatchObject({ status: 502, mayBeDone: true });
    expect(posts(on)).toHaveLength(1);
  });

  it("sends nothing when the playlist cannot be read before", async () => {
    const on = clientBench(() => refused(404, "no such playlist"));
    expect(await failure(add(on))).toMatchObject({ status: 404 });
    expect(posts(on)).toHaveLength(0);
  });

  it("RS-01 ends as soon as its caller ends it, and says what the write met", async () => {
    const on = listBench([before]);
    const controller = new AbortController();
    const options = { verifyAndRetry: true, signal: controller.signal };
    const adding = failure(on.client.playlists.add({ playlistId, uris: [uri(2)] }, options));
    while (posts(on).length === 0) await new Promise(setImmediate);
    await vi.advanceTimersByTimeAsync(100);
    controller.abort();
    expect(await adding).toMatchObject({ status: 502, mayBeDone: true });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("takes a track for the one that it stands for in this country", async () => {
    let looks = 0;
    const on = clientBench(({ method, path }) => {
      if (method === "POST") return refused(502, "Bad gateway");
      if (path.endsWith("/items")) {
        return { body: { items: [{ track: { uri: uri(7), linked_from: { uri: uri(2) } } }] } };
      }
      return { body: { snapshot_id: `S${looks}`, tracks: { total: looks++ } } };
    });
    expect(await add(on, [uri(2)])).toEqual({ snapshot_id: "S1" });
  });
});

describe("playlists.add without verifyAndRetry", () => {
  it.each(FAULTS)("RL-15 RL-16 is never sent twice, and says how to look, after %s", async (kind) => {
    const on = await layered();
    const { playlistId } = await someList(on);
    const before = on.emulator.ledger.count(isAdd);
    strikeAdds(on, { kind, times: 1 });
    const adding = on.spotify.playlists.add({ playlistId, uris: urisOf(on, 250) });
    expect(await whileTimePasses(failure(adding))).toMatchObject({
      mayBeDone: true,
      hint: expect.stringMatching(/playlists\.allItems .* verifyAndRetry: true/),
    });
    expect(on.emulator.ledger.count(isAdd) - before).toBe(1);
  });

  it("RL-15 says the same of a later call, with the counts", async () => {
    const on = await layered();
    const { playlistId } = await someList(on);
    strikeAdds(on, { kind: "F9", times: 1, after: 1 });
    const error = await failure(on.spotify.playlists.add({ playlistId, uris: urisOf(on, 250) }));
    expect(error).toBeInstanceOf(PartialWriteError);
    expect(error).toMatchObject({ done: 100, uncertain: 100, mayBeDone: true });
  });
});
