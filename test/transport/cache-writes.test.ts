import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../src/base/http.js";
import { NetworkError } from "../../src/transport/index.js";
import type { FakeAnswer } from "../support/fake-send.js";
import { asked, cacheBench, held, textOf } from "./cache-bench.js";

const MINUTE = { "cache-control": "max-age=60" };
const version = { id: "v", isCertain: true };

describe("after a write of its account", () => {
  const bench = (written: () => FakeAnswer) =>
    cacheBench((request, index) =>
      request.method === "GET" ? { headers: MINUTE, body: `n${index}` } : written(),
    );

  it.each(["PUT", "POST", "DELETE", "PATCH"])("by %s what was read is read again", async (method) => {
    const { read, send } = bench(() => ({ status: 201 }));
    await read();
    await read({ path: "/other" });
    await send(asked({ method }));
    expect([await read(), await read({ path: "/other" })]).toEqual(["n3", "n4"]);
  });

  it("what others have read, and what is of a version, stays", async () => {
    const { read, send } = bench(() => ({ status: 204 }));
    await read({ account: "BEN" });
    await read({ version });
    await send(asked({ method: "PUT" }));
    expect([await read({ account: "BEN" }), await read({ version })]).toEqual(["n0", "n1"]);
  });

  it.each([400, 401, 403, 404, 429])("that was refused with %d, it stays", async (status) => {
    const { read, send } = bench(() => ({ status }));
    await read();
    await send(asked({ method: "PUT" }));
    expect(await read()).toBe("n0");
  });

  it("that may have been done, although it failed, it goes", async () => {
    for (const written of [
      () => ({ status: 502 }),
      () => {
        throw new NetworkError("api.spotify.com", "ECONNRESET");
      },
    ]) {
      const { read, send } = bench(written);
      await read();
      await send(asked({ method: "PUT" })).catch(() => undefined);
      expect(await read()).toBe("n2");
    }
  });

  it("a read that was under way is neither kept nor joined", async () => {
    const early = held<FakeAnswer>();
    const { send, read } = cacheBench((request, index) => {
      if (request.method === "PUT") return { status: 204 };
      return index === 0 ? early.promise : { headers: MINUTE, body: "new" };
    });
    const before = send(asked());
    await send(asked({ method: "PUT" }));
    expect(await read()).toBe("new");
    early.give({ headers: MINUTE, body: "old" });
    expect(textOf(await before)).toBe("old");
    expect(await read()).toBe("new");
  });

  it("a read that was asked for during the write is not kept", async () => {
    const writing = held<FakeAnswer>();
    const reading = held<FakeAnswer>();
    const { send, read } = cacheBench((request, index) => {
      if (request.method === "PUT") return writing.promise;
      return index === 1 ? reading.promise : { headers: MINUTE, body: "new" };
    });
    const write = send(asked({ method: "PUT" }));
    const during = send(asked());
    writing.give({ status: 204 });
    await write;
    reading.give({ headers: MINUTE, body: "old" });
    await during;
    expect(await read()).toBe("new");
  });
});

describe("OR-17 whatever the order in which requests are heard and answered", () => {
  const account = fc.constantFrom("ANN", "BEN", "ANNBEN", "AN", "");
  const path = fc.constantFrom("/me", "/NB/me");
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant("read" as const), account, path, fresh: fc.boolean() }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("leave" as const), account, path }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("write" as const), account }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 2000 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("clear" as const) }) },
  );
  const control = fc.constantFrom("max-age=1", "max-age=0", "max-age=60", "no-store");

  it("an account reads only what is its own, and never what it had before it wrote", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(step, { minLength: 4, maxLength: 25 }),
        control,
        fc.constantFrom({ maxEntries: 1 }, {}),
        async (scheduler, steps, cacheControl, limits) => {
          const state = new Map<string, number>();
          const stateOf = (who: string) => state.get(who) ?? 0;
          /** Heard at one moment, answered at another. */
          const serve = async (request: HttpRequest): Promise<FakeAnswer> => {
            await scheduler.schedule(Promise.resolve(), "heard");
            const who = request.headers.authorization ?? "";
            if (request.method !== "GET") state.set(who, stateOf(who) + 1);
            const etag = `"${stateOf(who)}"`;
            const isSame = request.headers["if-none-match"] === etag;
            const answer = {
              status: isSame ? 304 : 200,
              headers: { "cache-control": cacheControl, etag },
              body: isSame ? "" : { who, path: new URL(request.url).pathname, state: stateOf(who) },
            };
            await scheduler.schedule(Promise.resolve(), "answered");
            return answer;
          };
          const { send, clock, layer } = cacheBench(serve, limits);
          /** The least that each account must see: what it has been told is written. */
          const written = new Map<string, number>();
          const wrong: unknown[] = [];
          const take = async (one: (typeof steps)[number]) => {
            await scheduler.schedule(Promise.resolve(), "begun");
            if (one.kind === "wait") return clock.advance(one.ms);
            if (one.kind === "clear") return layer.clear();
            const who = `Bearer ${one.account}`;
            if (one.kind === "write") {
              await send(asked({ method: "PUT", account: one.account }));
              // Each write adds one, so as many as were confirmed have been made, whichever these are.
              written.set(who, (written.get(who) ?? 0) + 1);
              return;
            }
            const least = written.get(who) ?? 0;
            const leaver = new AbortController();
            const fresh = one.kind === "read" && one.fresh;
            const reading = send(
              asked({
                account: one.account,
                path: one.path,
                fresh,
                ...(one.kind === "leave" && { signal: leaver.signal }),
              }),
            );
            if (one.kind === "leave") {
              await Promise.all([
                reading.catch(() => undefined),
                scheduler.schedule(Promise.resolve(), "left").then(() => leaver.abort()),
              ]);
              return;
            }
            const got: unknown = JSON.parse(textOf(await reading));
            const isRight =
              typeof got === "object" &&
              got !== null &&
              "who" in got &&
              got.who === who &&
              "path" in got &&
              got.path === `/v1${one.path}` &&
              "state" in got &&
              Number(got.state) >= least;
            if (!isRight) wrong.push({ one, least, got });
          };
          const all = Promise.all(steps.map(take));
          await scheduler.waitFor(all);
          expect(wrong).toEqual([]);
        },
      ),
      { numRuns: 400 },
    );
  });
});
