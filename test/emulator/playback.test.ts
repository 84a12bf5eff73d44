import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY } from "../../src/base/clock.js";
import {
  advance,
  currentOf,
  MAX_PLAYS,
  type Play,
  type Playback,
  silence,
  upNext,
} from "../../src/emulator/world/playback.js";
import {
  enqueued,
  MAX_QUEUED,
  paused,
  repeating,
  resumed,
  shuffled,
  skipped,
  sought,
  started,
  stepped,
} from "../../src/emulator/world/playback-commands.js";

const NOW = 1_000_000;
/** The length stands in the name, so that items of one name are one item. */
const lengthOf = (uri: string) => Number(uri.split(":")[1]);
const inOrder = (draw: number) => draw % 1;
/** Looks random, and gives the same every time. */
const draws = (draw: number, count: number) => (draw * 7919 + 13) % count;

const item = fc
  .tuple(fc.nat({ max: 30 }), fc.integer({ min: 1, max: 90_000 }))
  .map(([a, ms]) => `i${a}:${ms}`);
const repeat = fc.constantFrom("off" as const, "context" as const, "track" as const);

/** Anything that commands can lead to. */
const playback = fc
  .record({
    items: fc.array(item, { minLength: 1, maxLength: 12 }),
    first: fc.nat({ max: 11 }),
    queued: fc.array(item, { maxLength: 4 }),
    skips: fc.nat({ max: 3 }),
    position: fc.nat({ max: 60_000 }),
    shuffle: fc.boolean(),
    repeat,
  })
  .map((drawn) => {
    const { items, first } = drawn;
    const programme = { contextUri: "context", items, first: first % items.length };
    let made = started(repeating(silence(NOW), drawn.repeat, NOW), programme, NOW, inOrder);
    for (const uri of drawn.queued) made = enqueued(made, uri) ?? made;
    for (let count = 0; count < drawn.skips; count++) made = skipped(made, NOW);
    if (drawn.shuffle) made = shuffled(made, true, NOW, draws);
    return sought(made, drawn.position, NOW, lengthOf);
  });
const elapsed = fc.oneof(fc.nat({ max: 200_000 }), fc.nat({ max: 3_000_000 }), fc.nat({ max: 60 * DAY }));

/** The same, one item after another and without any short cut. */
function modelled(
  start: Playback,
  now: number,
): { readonly uris: readonly string[]; readonly end: string | undefined; readonly positionMs: number } {
  const { items, order, repeat: mode } = start;
  const context = order === null ? [...items] : order.map((place) => items[place] ?? "");
  const queued = [...start.queued];
  const uris: string[] = [];
  let place = start.place;
  let current = start.interlude ?? context[place];
  let positionMs = start.positionMs;
  let left = start.playing ? now - start.since : 0;
  while (current !== undefined && left >= lengthOf(current) - positionMs) {
    left -= lengthOf(current) - positionMs;
    positionMs = 0;
    uris.push(current);
    if (mode === "track") continue;
    const next = queued.shift();
    if (next === undefined) place = (place + 1) % context.length;
    current = next ?? context[place];
    if (next === undefined && place === 0 && mode === "off") left = 0;
  }
  return { uris, end: current, positionMs: positionMs + left };
}

const latest = (ended: readonly Play[]) => ended.slice(-MAX_PLAYS);

describe("a playback that runs by the clock", () => {
  it("plays what a walk from item to item plays", () => {
    fc.assert(
      fc.property(playback, fc.nat({ max: 3_000_000 }), (start, ms) => {
        const { playback: end, ended } = advance(start, NOW + ms, lengthOf);
        const model = modelled(start, NOW + ms);
        expect(latest(ended).map(({ uri }) => uri)).toEqual(model.uris.slice(-MAX_PLAYS));
        expect([currentOf(end), end.positionMs]).toEqual([model.end, model.positionMs]);
      }),
    );
  });

  it("comes to the same in one go and in two", () => {
    fc.assert(
      fc.property(playback, elapsed, elapsed, (start, a, b) => {
        const once = advance(start, NOW + a + b, lengthOf);
        const first = advance(start, NOW + a, lengthOf);
        const second = advance(first.playback, NOW + a + b, lengthOf);
        expect(second.playback).toEqual(once.playback);
        expect(latest([...first.ended, ...second.ended])).toEqual(latest(once.ended));
      }),
    );
  });

  it("never goes back, and is always within its item", () => {
    fc.assert(
      fc.property(playback, elapsed, fc.nat({ max: 100_000 }), (start, a, b) => {
        const first = advance(start, NOW + a, lengthOf);
        const second = advance(first.playback, NOW + a + b, lengthOf);
        if (second.ended.length === 0) {
          expect(second.playback.positionMs).toBe(
            first.playback.positionMs + (first.playback.playing ? b : 0),
          );
        }
        const { positionMs } = second.playback;
        expect(positionMs).toBeGreaterThanOrEqual(0);
        expect(positionMs).toBeLessThan(lengthOf(currentOf(second.playback) ?? ":1"));
        const times = latest(second.ended).map(({ endedAt }) => endedAt);
        expect(times).toEqual([...times].sort((x, y) => x - y));
      }),
    );
  });

  it("takes no more steps for ten years than for ten hours", () => {
    let asked = 0;
    const counting = (uri: string) => {
      asked++;
      return lengthOf(uri);
    };
    const items = Array.from({ length: 500 }, (_, index) => `i${index}:${180_000 + index}`);
    for (const mode of ["context", "track"] as const) {
      const start = started(
        repeating(silence(NOW), mode, NOW),
        { contextUri: null, items, first: 7 },
        NOW,
        inOrder,
      );
      asked = 0;
      const { playback: end, ended } = advance(start, NOW + 3650 * DAY, counting);
      expect(end.playing).toBe(true);
      expect(ended.length).toBeGreaterThanOrEqual(MAX_PLAYS);
      expect(asked).toBeLessThan(10_000);
    }
  });

  it("stands still while it is paused, and does not run backwards with its clock", () => {
    const start = started(silence(NOW), { contextUri: null, items: ["a:1000"], first: 0 }, NOW, inOrder);
    const { playback: half } = advance(start, NOW + 400, lengthOf);
    expect(advance(paused(half, NOW + 400), NOW + DAY, lengthOf).playback.positionMs).toBe(400);
    expect(advance(half, NOW, lengthOf).playback.positionMs).toBe(400);
  });

  it("counts what was heard for thirty seconds or to the end of something shorter", () => {
    const start = (items: string[]) =>
      started(silence(NOW), { contextUri: null, items, first: 0 }, NOW, inOrder);
    const counted = (playing: Playback) =>
      advance(playing, NOW + 200_000, lengthOf).ended.map(({ counts }) => counts);
    expect(counted(start(["a:90000", "b:5000"]))).toEqual([true, true]);
    expect(counted(sought(start(["a:90000"]), 60_001, NOW, lengthOf))).toEqual([false]);
    expect(counted(sought(start(["a:90000"]), 60_000, NOW, lengthOf))).toEqual([true]);
  });
});

describe("commands to a playback", () => {
  it("mix all that is not playing, and put it back", () => {
    fc.assert(
      fc.property(playback, fc.array(fc.nat(), { minLength: 12, maxLength: 12 }), (start, chances) => {
        const straight = shuffled(start, false, NOW, draws);
        const mixed = shuffled(straight, true, NOW, (draw, count) => (chances[draw] ?? 0) % count);
        expect(currentOf(mixed)).toBe(currentOf(straight));
        expect([...(mixed.order ?? [])].sort((a, b) => a - b)).toEqual(
          straight.items.map((_, place) => place),
        );
        expect(shuffled(mixed, false, NOW, draws)).toEqual(straight);
        expect(shuffled(mixed, true, NOW, draws)).toBe(mixed);
      }),
    );
  });

  it("skip through every item of a context that repeats before any comes again", () => {
    fc.assert(
      fc.property(playback, (start) => {
        let at: Playback = { ...start, repeat: "context", queued: [], interlude: null };
        const places = at.items.map(() => {
          at = skipped(at, NOW);
          return at.order === null ? at.place : at.order[at.place];
        });
        expect(new Set(places).size).toBe(at.items.length);
        expect(at.place).toBe(start.place);
        expect(at.playing).toBe(true);
      }),
    );
  });

  it("step back to where they skipped from", () => {
    fc.assert(
      fc.property(playback, (start) => {
        const from: Playback = { ...start, repeat: "context", queued: [], interlude: null };
        expect(stepped(skipped(from, NOW), NOW)?.place).toBe(from.place);
      }),
    );
  });

  it("play what is queued once and in its order, then the context as if nothing had been", () => {
    fc.assert(
      fc.property(playback, fc.array(item, { maxLength: 5 }), (start, more) => {
        const from: Playback = { ...start, queued: [], interlude: null, repeat: "context" };
        let at = more.reduce<Playback>((queue, uri) => enqueued(queue, uri) ?? queue, from);
        for (const uri of more) {
          at = skipped(at, NOW);
          expect(currentOf(at)).toBe(uri);
        }
        expect(skipped(at, NOW)).toEqual(skipped(from, NOW));
      }),
    );
  });

  it("bring what was shown to come next", () => {
    fc.assert(
      fc.property(playback, fc.integer({ min: 0, max: 25 }), (start, count) => {
        let at = start;
        const coming = upNext(start, count);
        for (const uri of coming) {
          at = skipped(at, NOW);
          expect(currentOf(at)).toBe(uri);
          expect(at.playing).toBe(true);
        }
        if (coming.length < count) expect(skipped(at, NOW).playing).toBe(false);
      }),
    );
  });

  it("keep the modes and what is queued from one programme to the next", () => {
    fc.assert(
      fc.property(
        playback,
        fc.array(item, { minLength: 1, maxLength: 6 }),
        fc.nat(),
        (start, items, place) => {
          const first = place % items.length;
          const next = started(start, { contextUri: "other", items, first }, NOW, draws);
          expect(currentOf(next)).toBe(items[first]);
          expect([next.repeat, next.queued, next.order === null]).toEqual([
            start.repeat,
            start.queued,
            start.order === null,
          ]);
          expect([next.playing, next.positionMs]).toEqual([true, 0]);
        },
      ),
    );
  });

  it("seek within an item, and beyond its end lead on", () => {
    const start = started(
      silence(NOW),
      { contextUri: null, items: ["a:1000", "b:1000"], first: 0 },
      NOW,
      inOrder,
    );
    expect(sought(start, 999, NOW, lengthOf)).toMatchObject({ place: 0, positionMs: 999 });
    expect(sought(start, 1000, NOW, lengthOf)).toMatchObject({ place: 1, positionMs: 0 });
    const again = repeating(start, "track", NOW);
    expect(sought(again, 5000, NOW, lengthOf)).toMatchObject({ place: 0, positionMs: 0 });
    expect(sought(silence(NOW), 5, NOW, lengthOf)).toEqual(silence(NOW));
    const last = repeating(skipped(start, NOW), "context", NOW);
    expect(sought(last, 1000, NOW, lengthOf)).toMatchObject({ place: 0, playing: true });
    expect(sought(paused(last, NOW), 1000, NOW, lengthOf)).toMatchObject({ place: 0, playing: false });
  });

  it("find nothing before the first item, unless the context repeats", () => {
    const start = started(
      silence(NOW),
      { contextUri: null, items: ["a:1", "b:1", "c:1"], first: 0 },
      NOW,
      inOrder,
    );
    expect(stepped(start, NOW)).toBeUndefined();
    expect(stepped(repeating(start, "context", NOW), NOW)?.place).toBe(2);
    expect(stepped(silence(NOW), NOW)).toBeUndefined();
  });

  it("play what is queued where nothing else is, and rest after it", () => {
    const queue = enqueued(silence(NOW), "a:1000") ?? silence(NOW);
    expect(currentOf(queue)).toBeUndefined();
    const playing = resumed(queue, NOW);
    expect([currentOf(playing), playing.playing]).toEqual(["a:1000", true]);
    const { playback: end } = advance(playing, NOW + 5000, lengthOf);
    expect([currentOf(end), end.playing]).toEqual([undefined, false]);
    expect(resumed(silence(NOW), NOW).playing).toBe(false);
  });

  it("take no more than a queue may hold", () => {
    const full = { ...silence(NOW), queued: Array.from({ length: MAX_QUEUED }, () => "a:1") };
    expect(enqueued(full, "b:1")).toBeUndefined();
  });
});
