import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { cache } from "../../src/transport/index.js";
import { everythingShown } from "../support/everything.js";
import type { FakeAnswer } from "../support/fake-send.js";
import { asked, cacheBench, textOf } from "./cache-bench.js";

const fresh = (body: unknown, more: Record<string, string> = {}): FakeAnswer => ({
  headers: { "cache-control": "private, max-age=60", ...more },
  body,
});
const counted = (headers: Record<string, string>) => (_: unknown, index: number) => ({
  headers,
  body: `n${index}`,
});
const MINUTE = { "cache-control": "max-age=60" };

describe("the cache", () => {
  it("gives what is fresh without asking, and asks again when it is not", async () => {
    const { read, clock, requests } = cacheBench(counted(MINUTE));
    expect(await read()).toBe("n0");
    clock.advance(59_999);
    expect(await read()).toBe("n0");
    clock.advance(1);
    expect(await read()).toBe("n1");
    expect(requests).toHaveLength(2);
  });

  it("counts the time that an answer took", async () => {
    const { read, clock, requests } = cacheBench((_, index) => {
      clock.advance(40_000);
      return fresh(`n${index}`);
    });
    await read();
    clock.advance(19_999);
    expect(await read()).toBe("n0");
    clock.advance(1);
    expect(await read()).toBe("n1");
    expect(requests).toHaveLength(2);
  });

  it.each([
    ["the machine slept", { wall: 3_600_000, steady: 10 }],
    ["the clock was set back", { wall: -86_400_000, steady: 61_000 }],
  ])("serves nothing stale after %s", async (_, passed) => {
    let wall = Date.UTC(2026, 10, 21);
    let steady = 5000;
    const clock = { now: () => wall, steady: () => steady };
    const { read } = cacheBench(counted(MINUTE), { clock });
    await read();
    wall += passed.wall;
    steady += passed.steady;
    expect(await read()).toBe("n1");
  });

  it.each([
    ["no-store", { status: 200, headers: { "cache-control": "no-store, max-age=60", etag: '"a"' } }],
    ["nothing said", { status: 200, headers: {} }],
    ["max-age=0", { status: 200, headers: { "cache-control": "private, max-age=0" } }],
    ["another Vary", { status: 200, headers: { ...MINUTE, vary: "accept-language" } }],
    ["204", { status: 204, headers: MINUTE }],
    ["206", { status: 206, headers: MINUTE }],
    ["OR-17 401", { status: 401, headers: MINUTE }],
    ["404", { status: 404, headers: MINUTE }],
    ["OR-17 D79 429", { status: 429, headers: { ...MINUTE, "retry-after": "1" } }],
    ["500", { status: 500, headers: MINUTE }],
  ])("does not keep an answer with %s", async (_, answer) => {
    const { send, requests } = cacheBench(() => ({ ...answer, body: "x" }));
    expect((await send(asked())).status).toBe(answer.status);
    expect((await send(asked())).status).toBe(answer.status);
    expect(requests).toHaveLength(2);
    expect(requests[1]?.headers).not.toHaveProperty("if-none-match");
  });

  it("forgets an answer when a later one must not be kept", async () => {
    const { read, clock, requests } = cacheBench((_, index) =>
      index === 0
        ? fresh("n0", { etag: '"a"' })
        : { body: `n${index}`, headers: { "cache-control": "no-store" } },
    );
    await read();
    clock.advance(60_000);
    expect([await read(), await read()]).toEqual(["n1", "n2"]);
    expect(requests[2]?.headers).not.toHaveProperty("if-none-match");
  });

  it("keeps apart what differs in address, accept or version", async () => {
    const { read, requests } = cacheBench(counted(MINUTE));
    const version = { id: "v", isCertain: true };
    const different = [
      {},
      { path: "/me?x" },
      { headers: { accept: "text/plain" } },
      { version },
      { version: { id: "w", isCertain: true } },
      { path: "/mev" },
    ];
    for (const one of different) await read(one);
    expect(requests).toHaveLength(different.length);
    for (const [index, one] of different.entries()) expect(await read(one)).toBe(`n${index}`);
  });

  it.each([
    ["of no account", { account: "" }],
    ["with a condition of its own", { headers: { "if-none-match": '"x"' } }],
    ["for a part", { headers: { range: "bytes=0-1" } }],
    ["with a body", { body: "{}" }],
    ["by HEAD", { method: "HEAD" }],
  ])("lets a request %s through", async (_, given) => {
    const { read, requests } = cacheBench(counted(MINUTE));
    await Promise.all([read(given), read(given)]);
    expect(requests).toHaveLength(2);
  });

  it("lets a request that belongs to no call through", async () => {
    const { send, requests } = cacheBench(counted(MINUTE));
    const { call: _, ...request } = asked();
    await Promise.all([send(request), send(request)]);
    expect(requests).toHaveLength(2);
  });

  it("asks anew for a call that wants it fresh, and keeps what comes", async () => {
    const { read, requests } = cacheBench(counted(MINUTE));
    await read();
    expect(await read({ fresh: true })).toBe("n1");
    expect(await read()).toBe("n1");
    expect(requests).toHaveLength(2);
  });

  it("gives each caller bytes that no other sees changed", async () => {
    const { send } = cacheBench(() => fresh("body"));
    const first = await send(asked());
    first.body.fill(0);
    const second = await send(asked());
    expect(textOf(second)).toBe("body");
    second.body.fill(0);
    expect(textOf(await send(asked()))).toBe("body");
  });

  it("does so with a sender that gives Buffers, whose slice is no copy", async () => {
    const { send: plain } = cacheBench(() => fresh("body"));
    const answers = cache();
    const send = answers(async (request) => {
      const response = await plain(request);
      return { ...response, body: Buffer.from(response.body) };
    });
    const together = await Promise.all([send(asked()), send(asked())]);
    for (const { body } of together) body.fill(0);
    const kept = await send(asked());
    expect(textOf(kept)).toBe("body");
    kept.body.fill(0);
    expect(textOf(await send(asked()))).toBe("body");
  });

  it("is empty after clear", async () => {
    const { read, layer } = cacheBench(counted(MINUTE));
    await read();
    layer.clear();
    expect(await read()).toBe("n1");
  });

  it("LK-04 shows no account", async () => {
    const { layer, send } = cacheBench(() => fresh("x"));
    await send(asked({ account: "CANARY-RT" }));
    expect(everythingShown(layer)).not.toContain("CANARY");
    expect(inspect(send, { showHidden: true, depth: null })).not.toContain("CANARY");
  });

  it.each([{ maxBytes: 0 }, { maxBytes: Number.NaN }, { maxEntries: -1 }, { maxEntries: 1.5 }])(
    "takes no limit like %o",
    (limits) => {
      expect(() => cache(limits)).toThrow(expect.objectContaining({ code: "argument-invalid" }));
    },
  );
});

describe("an answer with an ETag", () => {
  it("is asked about, and its body given under the new headers when it still holds", async () => {
    const { send, clock, requests } = cacheBench((_, index) =>
      index === 0
        ? fresh("body", { etag: 'W/"a"', "x-old": "there", "content-language": "en", "x-both": "1" })
        : { status: 304, headers: { ...MINUTE, "x-both": "2", "content-type": "text/html" } },
    );
    await send(asked());
    clock.advance(60_000);
    const renewed = await send(asked());
    expect(requests[1]?.headers["if-none-match"]).toBe('W/"a"');
    expect([renewed.status, textOf(renewed)]).toEqual([200, "body"]);
    expect(["X-Old", "x-both", "content-type", "etag"].map((name) => renewed.header(name))).toEqual([
      "there",
      "2",
      "application/json",
      'W/"a"',
    ]);
    clock.advance(59_999);
    expect(textOf(await send(asked()))).toBe("body");
    expect(requests).toHaveLength(2);
  });

  it("is asked about every time where it says max-age=0", async () => {
    const { read, requests } = cacheBench((_, index) =>
      index === 0
        ? { headers: { "cache-control": "max-age=0", etag: '"a"' }, body: "body" }
        : { status: 304 },
    );
    expect([await read(), await read(), await read()]).toEqual(["body", "body", "body"]);
    expect(requests.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, '"a"', '"a"']);
  });

  it("keeps to what an earlier 304 said where a later one is silent", async () => {
    const controls = ["max-age=60", "max-age=5", undefined];
    const { read, clock, requests } = cacheBench((_, index) => ({
      status: index === 0 ? 200 : 304,
      headers: { etag: '"a"', ...(controls[index] && { "cache-control": controls[index] }) },
      body: "body",
    }));
    await read();
    clock.advance(60_000);
    await read();
    clock.advance(5000);
    await read();
    clock.advance(5000);
    await read();
    expect(requests).toHaveLength(4);
  });

  it("is dropped when a 304 says no-store", async () => {
    const { read, requests } = cacheBench((_, index) =>
      index === 1
        ? { status: 304, headers: { "cache-control": "no-store" } }
        : { headers: { "cache-control": "max-age=0", etag: '"a"' }, body: "body" },
    );
    expect([await read(), await read(), await read()]).toEqual(["body", "body", "body"]);
    expect(requests[2]?.headers).not.toHaveProperty("if-none-match");
  });

  it("is asked for whole when a 304 speaks of another one", async () => {
    const { read, requests } = cacheBench((_, index) =>
      index === 1
        ? { status: 304, headers: { etag: '"other"' } }
        : { headers: { "cache-control": "max-age=0", etag: '"a"' }, body: `n${index}` },
    );
    expect([await read(), await read()]).toEqual(["n0", "n2"]);
    expect(requests[2]?.headers).not.toHaveProperty("if-none-match");
  });

  it("is still asked about after a failure, which its caller gets", async () => {
    const { send, requests } = cacheBench((_, index) =>
      index === 1
        ? { status: 503, body: "down" }
        : { status: index === 0 ? 200 : 304, headers: { etag: '"a"' }, body: "body" },
    );
    await send(asked());
    expect((await send(asked())).status).toBe(503);
    expect(textOf(await send(asked()))).toBe("body");
    expect(requests[2]?.headers["if-none-match"]).toBe('"a"');
  });

  it("gives a 304 on where nothing was asked about", async () => {
    const { send } = cacheBench(() => ({ status: 304 }));
    expect((await send(asked())).status).toBe(304);
  });
});

describe("an answer of a version", () => {
  const version = { id: "s1", isCertain: true };
  const NEVER = { "cache-control": "private, max-age=0" };

  it("never grows stale, whatever it says of its age", async () => {
    const { read, clock, requests } = cacheBench(counted(NEVER));
    await read({ version });
    clock.advance(400 * 86_400_000);
    expect(await read({ version })).toBe("n0");
    expect(await read({ version: { id: "s2", isCertain: true } })).toBe("n1");
    expect(requests).toHaveLength(2);
  });

  it("is not kept where it says no-store", async () => {
    const { read } = cacheBench(counted({ "cache-control": "no-store" }));
    expect([await read({ version }), await read({ version })]).toEqual(["n0", "n1"]);
  });

  it("is given to nobody before its version is certain, however fresh", async () => {
    const { read } = cacheBench(counted(MINUTE));
    const doubtful = { id: "s1", isCertain: false };
    await read({ version: doubtful });
    expect(await read({ version })).toBe("n1");
    await read({ version: doubtful, fresh: true });
    doubtful.isCertain = true;
    expect(await read({ version: { id: "s1", isCertain: false } })).toBe("n2");
  });

  it("is not kept when it comes after its version was made certain", async () => {
    const doubtful = { id: "s1", isCertain: false };
    const { read } = cacheBench((_, index) => {
      doubtful.isCertain = true;
      return { headers: NEVER, body: `n${index}` };
    });
    await read({ version: doubtful });
    expect(await read({ version: doubtful })).toBe("n1");
  });
});

describe("the room of a cache", () => {
  const kilobyte = "x".repeat(1024);

  it("drops what was used least lately when it has too many answers", async () => {
    const { read, requests } = cacheBench(counted(MINUTE), { maxEntries: 2 });
    await read({ path: "/a" });
    await read({ path: "/b" });
    await read({ path: "/a" });
    await read({ path: "/c" });
    expect(await read({ path: "/a" })).toBe("n0");
    expect(requests).toHaveLength(3);
    await read({ path: "/b" });
    expect(requests).toHaveLength(4);
  });

  it("drops what was used least lately when it holds too many bytes, whosever it is", async () => {
    const { read, requests } = cacheBench(() => fresh(kilobyte), { maxBytes: 40 * 1024 });
    for (let index = 0; index < 30; index++) await read({ path: `/${index}`, account: `A${index % 3}` });
    expect(requests).toHaveLength(30);
    await read({ path: "/29", account: "A2" });
    expect(requests).toHaveLength(30);
    await read({ path: "/0", account: "A0" });
    expect(requests).toHaveLength(31);
  });

  it("does not keep an answer larger than an eighth of it", async () => {
    const { read, requests } = cacheBench(() => fresh("x".repeat(2048)), { maxBytes: 16 * 1024 });
    await read();
    await read();
    expect(requests).toHaveLength(2);
  });
});
