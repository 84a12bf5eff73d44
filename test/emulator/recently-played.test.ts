import { describe, expect, it } from "vitest";
import type { CursorPage, PlayHistory } from "../../src/contract/models/index.js";
import { listener } from "./listener.js";

async function stage(person?: string) {
  const made = await listener(person);
  const recent = async (query = "") =>
    // What the emulator answers is typed by the contract.
    (await made.call("GET", `/me/player/recently-played${query}`)).json as CursorPage<PlayHistory>;
  const names = async (query = "") => (await recent(query)).items.map(({ track }) => track.uri);
  return { ...made, recent, names };
}

describe("get-recently-played", () => {
  it("begins with a history for all with Premium", async () => {
    const { recent, names, emulator } = await stage();
    const page = await recent();
    expect(page).toMatchObject({ limit: 20, cursors: { after: expect.any(String) } });
    expect(page.items).toHaveLength(20);
    expect(page).not.toHaveProperty("total");
    const times = page.items.map(({ played_at }) => Date.parse(played_at));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(Math.max(...times)).toBeLessThan(emulator.clock.now());
    expect(page.items[0]?.played_at).toMatch(/\.\d{3}Z$/);
    expect(page.items.some(({ context }) => context?.type === "album")).toBe(true);
    expect(await names("?limit=50")).toHaveLength(50);
    expect((await (await stage("tobias.k")).recent()).items).toEqual([]);
  });

  it("grows when a track ends or is left after half a minute", async () => {
    const { play, call, names, recent, album, emulator, lengthOf } = await stage();
    const { uri, tracks } = album(0);
    await play({ context_uri: uri });
    emulator.advance(lengthOf(0) - 1);
    expect(await names("?limit=1")).not.toEqual([tracks[0]]);
    emulator.advance(1);
    expect(await names("?limit=1")).toEqual([tracks[0]]);
    const [latest] = (await recent()).items;
    expect(latest).toMatchObject({
      context: { uri },
      played_at: new Date(emulator.clock.now()).toISOString(),
    });
    emulator.advance(29_999);
    await call("POST", "/me/player/next");
    expect(await names("?limit=1")).toEqual([tracks[0]]);
    emulator.advance(30_000);
    await call("POST", "/me/player/next");
    expect(await names("?limit=2")).toEqual([tracks[2], tracks[0]]);
    emulator.advance(20_000);
    await call("PUT", "/me/player/seek?position_ms=80000");
    await play({ uris: [tracks[0]] });
    expect(await names("?limit=1")).toEqual([tracks[2]]);
  });

  it("holds the latest of a month in which nobody looked", async () => {
    const { play, call, names, album, wait } = await stage();
    const { uri, tracks } = album(0);
    await play({ context_uri: uri });
    await call("PUT", "/me/player/repeat?state=context");
    await wait(30 * 24 * 3600 * 1000);
    const heard = await names("?limit=50");
    const last = tracks.indexOf(heard[0] ?? "");
    const expected = Array.from({ length: 50 }, (_, back) => tracks.at((last - back) % tracks.length));
    expect(heard).toEqual(expected);
  });

  it("is the same whether somebody looks all the time or only at the end", async () => {
    const histories = [];
    for (const looks of [1, 9, 40]) {
      const { play, call, state, recent, album, emulator } = await stage();
      const { uri, tracks } = album(3);
      await play({ context_uri: uri, offset: { position: 2 }, position_ms: 55_000 });
      await call("PUT", "/me/player/shuffle?state=true");
      await call("PUT", "/me/player/repeat?state=context");
      await call("POST", `/me/player/queue?uri=${tracks[0]}`);
      for (let look = 0; look < looks; look++) {
        emulator.advance(3_240_000 / looks);
        await state();
      }
      histories.push([(await recent("?limit=50")).items, (await state()).json]);
    }
    expect(histories[1]).toEqual(histories[0]);
    expect(histories[2]).toEqual(histories[0]);
  });

  it("is walked backwards to its beginning", async () => {
    const { recent, call, emulator } = await stage();
    const seen: string[] = [];
    let page = await recent("?limit=25");
    for (;;) {
      seen.push(...page.items.map(({ played_at }) => played_at));
      if (page.next === null) break;
      expect(page.next).toContain(`before=${page.cursors.before}`);
      const { json } = await call("GET", page.next.replace(emulator.urls.api, ""));
      page = json as CursorPage<PlayHistory>;
    }
    expect(new Set(seen).size).toBe(60);
    expect(seen).toEqual([...seen].sort().reverse());
    expect(page.items).toHaveLength(10);
  });

  it("is walked forwards from a moment", async () => {
    const { recent, call, emulator } = await stage();
    const { items } = await recent("?limit=50");
    const from = Date.parse(items[7]?.played_at ?? "");
    const first = await recent(`?limit=4&after=${from}`);
    expect(first.items).toEqual(items.slice(3, 7));
    const { json } = await call("GET", String(first.next).replace(emulator.urls.api, ""));
    expect(json).toMatchObject({ items: items.slice(0, 3), next: null });
    const none = await recent(`?after=${emulator.clock.now()}`);
    expect(none).toMatchObject({ items: [], next: null, cursors: { after: null, before: null } });
  });

  it("takes one cursor, and as many entries as it may", async () => {
    const { call } = await stage();
    const status = async (query: string) => (await call("GET", `/me/player/recently-played?${query}`)).status;
    expect(await status("after=1&before=2")).toBe(400);
    expect(await status("limit=51")).toBe(400);
    expect(await status("limit=0")).toBe(400);
    expect(await status("before=1")).toBe(200);
  });
});
