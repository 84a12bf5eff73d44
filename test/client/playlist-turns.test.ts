import { describe, expect, it } from "vitest";
import { layered } from "../support/layered.js";
import { clientBench, failure, idOf, refused, type Seen } from "./bench.js";

const list = idOf(9);
const other = idOf(8);
const uris = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `spotify:track:${idOf(from + index)}`);

/** A client whose writes are answered one at a time, when the test says so; reads are answered at once. */
function heldBench() {
  const held: (() => void)[] = [];
  const bench = clientBench(({ method }, index) => {
    const body = { snapshot_id: `S${index}`, items: [], total: 0 };
    if (method === "GET") return { body };
    return new Promise((resolve) => held.push(() => resolve({ body })));
  });
  const written = () => bench.seen().filter(({ method }) => method !== "GET");
  const answerNext = async () => {
    held.shift()?.();
    await idle();
  };
  return { ...bench, held, written, answerNext };
}
/** Until nothing is left that goes on without an answer. */
const idle = async () => {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
};
const firstOf = ({ body }: Seen) => (body as { readonly uris?: readonly string[] }).uris?.[0];

describe("changes of the items of one playlist", () => {
  it("RL-19 follow one another, and a long one is not broken into", async () => {
    const { client, held, written, answerNext } = heldBench();
    const adding = [0, 1000, 2000].map((from) =>
      client.playlists.add({ playlistId: list, uris: uris(250, from) }),
    );
    await idle();
    for (let call = 1; call <= 9; call++) {
      expect([held.length, written().length]).toEqual([1, call]);
      await answerNext();
    }
    await Promise.all(adding);
    const starts = [0, 100, 200, 1000, 1100, 1200, 2000, 2100, 2200];
    expect(written().map(firstOf)).toEqual(starts.map((from) => uris(1, from)[0]));
  });

  it("RL-19 follow one another whatever they are, and by whatever name the playlist is called", async () => {
    const { client, held, written, answerNext } = heldBench();
    const changes = [
      client.playlists.addItems({ playlistId: `spotify:playlist:${list}`, uris: uris(1) }),
      client.playlists.replace({ playlistId: list, uris: uris(1) }),
      client.playlists.remove({ playlistId: `https://open.spotify.com/playlist/${list}`, uris: uris(1) }),
      client.playlists.reorder({ playlistId: list, rangeStart: 0, insertBefore: 1 }),
      client.playlists.addTracks({ playlistId: list, uris: uris(1) }),
      client.request({ method: "POST", path: `/playlists/${list}/items?uris=spotify:track:${idOf(1)}` }),
      client.playlists.clear({ playlistId: list }),
    ];
    await idle();
    for (const _ of changes) {
      expect(held).toHaveLength(1);
      await answerNext();
    }
    await Promise.all(changes);
    expect(written().map(({ method }) => method)).toEqual([
      "POST",
      "PUT",
      "DELETE",
      "PUT",
      "POST",
      "POST",
      "PUT",
    ]);
  });

  it("RL-19 hold up neither reads nor other playlists nor other changes", async () => {
    const { client, written, answerNext } = heldBench();
    const adding = client.playlists.add({ playlistId: list, uris: uris(1) });
    const others = [
      client.playlists.add({ playlistId: other, uris: uris(1) }),
      client.playlists.change({ playlistId: list, name: "New" }),
    ];
    await client.playlists.items({ playlistId: list });
    await idle();
    expect(written()).toHaveLength(3);
    for (let call = 0; call < 3; call++) await answerNext();
    await Promise.all([adding, ...others]);
  });

  it("RL-19 go on after one that failed", async () => {
    const { client, seen } = clientBench((_, index) =>
      index === 0 ? refused(404, "no") : { body: { snapshot_id: "S" } },
    );
    const add = () => client.playlists.add({ playlistId: list, uris: uris(1) });
    const [first, second] = await Promise.allSettled([add(), add()]);
    expect([first.status, second.status, seen().length]).toEqual(["rejected", "fulfilled", 2]);
  });

  it("RS-01 are given up at once by a caller who waits for others, and nothing was sent", async () => {
    const { client, written, answerNext } = heldBench();
    const first = client.playlists.add({ playlistId: list, uris: uris(1) });
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const second = failure(client.playlists.add({ playlistId: list, uris: uris(1, 1) }, options));
    const third = client.playlists.addItems({ playlistId: list, uris: uris(1, 2) });
    await idle();
    controller.abort();
    const error = await second;
    expect(error).toMatchObject({ code: "aborted" });
    expect(error).not.toHaveProperty("mayBeDone");
    await answerNext();
    await answerNext();
    await Promise.all([first, third]);
    expect(written().map(firstOf)).toEqual([uris(1, 0)[0], uris(1, 2)[0]]);
  });

  it("RL-19 keep their order at the emulator", async () => {
    const { emulator, spotify } = await layered();
    const { id: playlistId } = await spotify.playlists.create({ name: "Mine", public: false });
    const all = Array.from(
      { length: 30 },
      (_, index) => `spotify:track:${emulator.world.catalogue.idOf("track", index)}`,
    );
    await Promise.all(all.map((one) => spotify.playlists.add({ playlistId, uris: [one] })));
    expect(emulator.world.playlists.get(playlistId)?.entries.map(({ uri }) => uri)).toEqual(all);
  });
});
