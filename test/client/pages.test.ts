import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ListChange } from "../../src/client/index.js";
import { clientBench, collect, failure, idOf, type Seen } from "./bench.js";

const API = "https://api.spotify.com/v1";

/** A list of numbers in pages, as Spotify serves it. */
function served({ path, query }: Seen, total: number) {
  const limit = Number(query.get("limit") ?? 20);
  const offset = Number(query.get("offset") ?? 0);
  const items = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, at) => offset + at);
  const link = (start: number) => `${API}${path}?offset=${start}&limit=${limit}`;
  const next = offset + limit < total ? link(offset + limit) : null;
  return { href: link(offset), items, limit, offset, total, next, previous: null };
}
const count = (total: number) => Array.from({ length: total }, (_, index) => index);
const offsets = (seen: readonly Seen[]) => seen.map(({ query }) => Number(query.get("offset") ?? 0));

describe("items", () => {
  it("come in order and once each, however long the list and however far it is read ahead", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 0, max: 7 }),
        fc.option(fc.integer({ min: 0, max: 450 }), { nil: undefined }),
        async (total, limit, readAhead, wanted) => {
          const { client, seen } = clientBench((request) => ({ body: served(request, total) }));
          const got = await collect(
            client.items(client.me.playlists({ limit }), { readAhead, limit: wanted }),
          );
          expect(got).toEqual(count(total).slice(0, wanted));
          const needed = Math.max(1, Math.ceil(Math.min(total, wanted ?? total) / limit));
          expect(seen().length).toBe(needed);
          expect(new Set(offsets(seen())).size).toBe(seen().length);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("of a thousand-page list are read a few pages at a time", async () => {
    let under = 0;
    let most = 0;
    const { client } = clientBench(async (request) => {
      most = Math.max(most, ++under);
      await new Promise(setImmediate);
      under--;
      return { body: served(request, 2000) };
    });
    expect(await collect(client.items(client.me.playlists({ limit: 20 }), { readAhead: 5 }))).toHaveLength(
      2000,
    );
    expect(most).toBe(6);
  });

  it("come in order even when the pages do not", async () => {
    const held: (() => void)[] = [];
    const { client } = clientBench(async (request, index) => {
      // Of each four that are under way, the last answers first.
      if (index > 0) {
        await new Promise<void>((resolve) => {
          held.push(resolve);
          setImmediate(() => held.pop()?.());
        });
      }
      return { body: served(request, 300) };
    });
    expect(await collect(client.items(client.me.playlists()))).toEqual(count(300));
  });

  it("that nobody takes any more are not waited for, nor does their failure matter", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const { client, requests } = clientBench((request, index) => {
      if (index > 1) return { status: 500 };
      return { body: served(request, 400) };
    });
    let taken = 0;
    for await (const _ of client.items(client.me.playlists({ limit: 10 }))) if (++taken === 15) break;
    signals.push(...requests.map(({ signal }) => signal ?? undefined));
    expect(signals.at(-1)?.aborted).toBe(true);
  });

  it("end with the failure of a page when it is that page's turn", async () => {
    const { client } = clientBench((request) =>
      request.query.get("offset") === "60" ? { status: 502 } : { body: served(request, 400) },
    );
    const got: unknown[] = [];
    const walk = async () => {
      for await (const item of client.items(client.me.playlists())) got.push(item);
    };
    expect(await failure(walk())).toMatchObject({ code: "server-error" });
    expect(got).toEqual(count(60));
  });

  it("end at once when they are aborted", async () => {
    const controller = new AbortController();
    const { client, seen } = clientBench((request) => ({ body: served(request, 4000) }));
    const walk = async () => {
      let taken = 0;
      for await (const _ of client.items(client.me.playlists(), { signal: controller.signal })) {
        if (++taken === 45) controller.abort();
      }
    };
    expect(await failure(walk())).toMatchObject({ code: "aborted" });
    expect(seen().length).toBeLessThan(14);
  });

  it("are not given any more once it is aborted, also those that are there already", async () => {
    for (const total of [12, 237]) {
      const controller = new AbortController();
      const { client } = clientBench((request) => ({ body: served(request, total) }));
      let taken = 0;
      const walk = async () => {
        for await (const _ of client.items(client.me.playlists(), { signal: controller.signal })) {
          if (++taken === 5) controller.abort();
        }
      };
      expect(await failure(walk())).toMatchObject({ code: "aborted" });
      expect(taken).toBe(5);
    }
  });

  it("are given up while the first page has not come", async () => {
    const { client } = clientBench(() => new Promise(() => undefined));
    const signal = AbortSignal.abort();
    expect(await failure(collect(client.items(client.me.playlists(), { signal })))).toMatchObject({
      code: "aborted",
    });
  });

  it("that nobody ever asks for end no process by the failure of their first page", async () => {
    const heard: unknown[] = [];
    const listen = (reason: unknown) => heard.push(reason);
    process.on("unhandledRejection", listen);
    const { client } = clientBench(() => ({ status: 500 }));
    client.items(client.me.playlists());
    client.pages(client.me.playlists());
    expect(await failure(collect(client.items(client.me.playlists(), { limit: -1 })))).toMatchObject({
      code: "argument-invalid",
    });
    await new Promise((resolve) => setTimeout(resolve));
    process.off("unhandledRejection", listen);
    expect(heard).toEqual([]);
  });

  it("of a cursor list are read page by page", async () => {
    const { client, seen } = clientBench(({ query }) => {
      const at = Number(query.get("after") ?? 0);
      const next = at < 3 ? `${API}/me/following?type=artist&after=${at + 1}` : null;
      return {
        body: {
          artists: { href: "", items: [at], limit: 1, next, cursors: { after: String(at + 1) }, total: 4 },
        },
      };
    });
    expect(await collect(client.items(client.me.following({ type: "artist" })))).toEqual([0, 1, 2, 3]);
    expect(seen()).toHaveLength(4);
  });

  it("TR-19 of a cursor list that leads back are an error", async () => {
    const { client, seen } = clientBench(() => {
      const next = `${API}/me/following?type=artist&after=1`;
      return {
        body: { artists: { href: "", items: [1], limit: 1, next, cursors: { after: "1" }, total: 4 } },
      };
    });
    expect(await failure(collect(client.items(client.me.following({ type: "artist" }))))).toMatchObject({
      code: "response-invalid",
    });
    expect(seen()).toHaveLength(2);
  });

  it("of a search end where Spotify stops showing them, without a call beyond", async () => {
    const { client, seen } = clientBench((request) => {
      const page = served(request, 5000);
      return { body: { tracks: { ...page, next: page.offset >= 1000 ? null : page.next } } };
    });
    const found = await client.search.find({ q: "a", type: ["track"], limit: 50 });
    expect(await collect(client.items(found.tracks ?? expect.unreachable()))).toHaveLength(1050);
    expect(Math.max(...offsets(seen()))).toBe(1000);
  });
});

describe("pages", () => {
  it("tell when the list grows or shrinks on the way, and go on", async () => {
    const changes: ListChange[] = [];
    const { client } = clientBench((request, index) => ({ body: served(request, index < 2 ? 60 : 59) }));
    const onChange = (change: ListChange) => changes.push(change);
    await collect(client.pages(client.me.playlists(), { onChange, readAhead: 0 }));
    expect(changes).toEqual([{ what: "total", before: 60, after: 59 }]);
  });

  it("that grow while they are read are read to their new end", async () => {
    const { client } = clientBench((request, index) => ({ body: served(request, index < 1 ? 40 : 65) }));
    expect(await collect(client.items(client.me.playlists()))).toEqual(count(65));
  });

  it("go on after an empty one in the middle, and end after two, saying what is missing", async () => {
    const gap = (gone: readonly number[]) =>
      clientBench((request) => {
        const page = served(request, 100);
        return { body: gone.includes(page.offset) ? { ...page, items: [] } : page };
      });
    const one = gap([40]);
    expect(await collect(one.client.items(one.client.me.playlists()))).toEqual([
      ...count(40),
      ...count(100).slice(60),
    ]);
    for (const readAhead of [0, 3]) {
      const changes: ListChange[] = [];
      const two = gap([40, 60]);
      const options = { readAhead, onChange: (change: ListChange) => changes.push(change) };
      expect(await collect(two.client.items(two.client.me.playlists(), options))).toEqual(count(40));
      expect(changes).toEqual([{ what: "total", before: 100, after: 40 }]);
    }
  });

  it("end at an empty one behind the last, with nothing to tell", async () => {
    const changes: ListChange[] = [];
    const { client, seen } = clientBench((request) => {
      const page = served(request, 40);
      return {
        body: page.offset === 20 ? { ...page, next: page.href.replace("offset=20", "offset=40") } : page,
      };
    });
    const onChange = (change: ListChange) => changes.push(change);
    expect(await collect(client.items(client.me.playlists(), { onChange }))).toEqual(count(40));
    expect(offsets(seen())).toEqual([0, 20, 40]);
    expect(changes).toEqual([]);
  });

  it("from the middle of a list on miss nothing of what was asked for", async () => {
    const changes: ListChange[] = [];
    const { client } = clientBench((request) => ({ body: served(request, 100) }));
    const onChange = (change: ListChange) => changes.push(change);
    const from = client.items(client.me.playlists({ offset: 50 }), { onChange });
    expect(await collect(from)).toEqual(count(100).slice(50));
    expect(changes).toEqual([]);
  });

  it("do not end where things are gone, before as many as were asked for came", async () => {
    const { client } = clientBench((request) => {
      const page = served(request, 60);
      return { body: { ...page, items: page.items.map((item) => (item % 2 === 0 ? null : item)) } };
    });
    const got = await collect(client.items(client.me.playlists(), { limit: 15 }));
    expect(got).toEqual(count(30).filter((item) => item % 2 === 1));
  });

  it("that are none are an error that says what to hand in", async () => {
    const { client } = clientBench(() => ({ body: { tracks: {} } }));
    // @ts-expect-error the result of a search is no page
    const walk = client.items(client.search.find({ q: "a", type: ["track"] }));
    expect(await failure(collect(walk))).toMatchObject({
      code: "response-invalid",
      hint: expect.stringContaining("found.tracks"),
    });
  });

  it("TR-19 in a circle of two are an error", async () => {
    const { client, seen } = clientBench((request) => {
      const page = served(request, 400);
      return {
        body: page.offset === 20 ? { ...page, next: page.href.replace("offset=20", "offset=0") } : page,
      };
    });
    expect(await failure(collect(client.pages(client.me.playlists(), { readAhead: 0 })))).toMatchObject({
      code: "response-invalid",
    });
    expect(seen()).toHaveLength(2);
  });

  it.each([
    ["a total that is negative", { total: -5 }],
    ["a total that is huge", { total: 1e15 }],
    ["a limit of nothing", { limit: 0 }],
  ])("TR-19 with %s come to an end", async (_name, odd) => {
    const { client, seen } = clientBench((request) => ({ body: { ...served(request, 60), ...odd } }));
    await collect(client.pages(client.me.playlists())).catch((error: unknown) => {
      expect(error).toMatchObject({ code: "response-invalid" });
    });
    expect(seen().length).toBeLessThan(16);
  });

  it("TR-19 whose items are no list are a typed error", async () => {
    const { client } = clientBench((request) => ({ body: { ...served(request, 60), items: null } }));
    expect(await failure(collect(client.items(client.me.playlists())))).toMatchObject({
      code: "response-invalid",
    });
  });

  it.each([-1, 1.5, Number.NaN])("take no limit of %s", async (limit) => {
    const { client } = clientBench((request) => ({ body: served(request, 60) }));
    expect(await failure(collect(client.items(client.me.playlists(), { limit })))).toMatchObject({
      code: "argument-invalid",
    });
  });
});

describe("playlists.allItems", () => {
  const playlistId = idOf(4);
  const playlist = (snapshotAt: (index: number) => string) =>
    clientBench((request, index) => {
      if (!request.path.endsWith("/items")) return { body: { snapshot_id: snapshotAt(index) } };
      const page = served(request, 120);
      return { body: { ...page, items: page.items.map((id) => ({ added_at: null, track: { id } })) } };
    });

  it("walks the items, the larger pages first, and gives an item also where Spotify says track", async () => {
    const { client, seen } = playlist(() => "S1");
    const all = await collect(client.playlists.allItems({ playlistId }));
    expect(all.map(({ item }) => item?.id)).toEqual(count(120));
    expect(seen().filter(({ path }) => path.endsWith("/items"))).toHaveLength(3);
  });

  it("fails when not all items came", async () => {
    const { client } = clientBench((request) => {
      if (!request.path.endsWith("/items")) return { body: { snapshot_id: "S1" } };
      const page = served(request, 300);
      const gone = page.offset >= 100 && page.offset < 200;
      return { body: { ...page, items: gone ? [] : page.items.map((id) => ({ item: { id } })) } };
    });
    expect(await failure(collect(client.playlists.allItems({ playlistId })))).toMatchObject({
      code: "list-changed",
    });
  });

  it("keeps the place of what is gone, and of what nothing is left", async () => {
    const { client } = clientBench((request) => {
      if (!request.path.endsWith("/items")) return { body: { snapshot_id: "S1" } };
      return { body: { ...served(request, 3), items: [null, { item: null }, { track: { id: 1 } }] } };
    });
    const all = await collect(client.playlists.allItems({ playlistId }));
    expect(all.map(({ item }) => item?.id ?? null)).toEqual([null, null, 1]);
  });

  it("fails when a page in the middle came empty", async () => {
    const { client } = clientBench((request) => {
      if (!request.path.endsWith("/items")) return { body: { snapshot_id: "S1" } };
      const page = served(request, 200);
      return {
        body: { ...page, items: page.offset === 50 ? [] : page.items.map((id) => ({ item: { id } })) },
      };
    });
    const changes: ListChange[] = [];
    const onChange = (change: ListChange) => changes.push(change);
    expect(await collect(client.playlists.allItems({ playlistId }, { onChange }))).toHaveLength(150);
    expect(changes).toEqual([{ what: "total", before: 200, after: 150 }]);
    expect(await failure(collect(client.playlists.allItems({ playlistId })))).toMatchObject({
      code: "list-changed",
    });
    expect(await collect(client.playlists.allItems({ playlistId }, { limit: 120 }))).toHaveLength(120);
  });

  it("begins where it is told to, and misses nothing", async () => {
    const { client } = playlist(() => "S1");
    expect(await collect(client.playlists.allItems({ playlistId, offset: 70 }))).toHaveLength(50);
  });

  it("fails when the playlist was changed, also where it stopped early", async () => {
    const { client } = playlist((index) => (index === 0 ? "S1" : "S2"));
    const got: unknown[] = [];
    const walk = async () => {
      for await (const item of client.playlists.allItems({ playlistId }, { limit: 60 })) got.push(item);
    };
    expect(await failure(walk())).toMatchObject({ code: "list-changed" });
    expect(got).toHaveLength(60);
  });

  it("needs the members that lead from page to page, where fields are named", async () => {
    const { client } = clientBench((request) =>
      request.path.endsWith("/items")
        ? { body: { items: [{ track: {} }] } }
        : { body: { snapshot_id: "S1" } },
    );
    const walk = client.playlists.allItems({ playlistId, fields: "items(track(uri))" });
    expect(await failure(collect(walk))).toMatchObject({
      code: "response-invalid",
      hint: expect.stringContaining("next, total, limit and offset"),
    });
  });

  it("fails after the last item when the playlist was changed meanwhile", async () => {
    const { client } = playlist((index) => (index === 0 ? "S1" : "S2"));
    const got: unknown[] = [];
    const walk = async () => {
      for await (const item of client.playlists.allItems({ playlistId })) got.push(item);
    };
    expect(await failure(walk())).toMatchObject({ code: "list-changed" });
    expect(got).toHaveLength(120);
  });

  it("tells instead, where somebody listens", async () => {
    const changes: ListChange[] = [];
    const { client } = playlist((index) => (index === 0 ? "S1" : "S2"));
    await collect(client.playlists.allItems({ playlistId }, { onChange: (change) => changes.push(change) }));
    expect(changes).toEqual([{ what: "snapshot_id", before: "S1", after: "S2" }]);
  });
});
