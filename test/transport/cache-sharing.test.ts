import { getEventListeners } from "node:events";
import { inspect, types } from "node:util";
import { describe, expect, it } from "vitest";
import { StagedoorError } from "../../src/base/errors.js";
import { LimitError, NetworkError } from "../../src/transport/index.js";
import type { FakeAnswer } from "../support/fake-send.js";
import { type Asked, asked, cacheBench, held, textOf } from "./cache-bench.js";

/** A cache whose answers the test gives one by one, by the order of the requests. */
function heldBench() {
  const answers: ReturnType<typeof held<FakeAnswer>>[] = [];
  const bench = cacheBench(() => {
    const answer = held<FakeAnswer>();
    answers.push(answer);
    return answer.promise;
  });
  return { ...bench, answers };
}
const outcome = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

describe("identical reads of one account", () => {
  it("share one request, and each has the answer as its own", async () => {
    const { send, requests, answers } = heldBench();
    const reads = [send(asked()), send(asked()), send(asked())];
    expect(requests).toHaveLength(1);
    answers[0]?.give({ body: "body", headers: { "cache-control": "no-store", "x-thing": "there" } });
    const all = await Promise.all(reads);
    expect(all.map((response) => response.header("x-thing"))).toEqual(["there", "there", "there"]);
    all[0]?.body.fill(0);
    all[1]?.body.fill(0);
    expect(all.map(textOf)).toEqual(["\0\0\0\0", "\0\0\0\0", "body"]);
  });

  it("RS-01 listen once to the signal that they have in common", async () => {
    const { send, answers } = heldBench();
    const { signal } = new AbortController();
    const reads = Array.from({ length: 20 }, (_, index) => send(asked({ path: `/${index}`, signal })));
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    for (const answer of answers) answer.give({});
    await Promise.all(reads);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("do not share what has been answered", async () => {
    const { read, requests } = cacheBench((_, index) => ({ body: `n${index}` }));
    expect([await read(), await read()]).toEqual(["n0", "n1"]);
    expect(requests).toHaveLength(2);
  });

  it("share also what is asked about again", async () => {
    const { send, clock, requests, answers } = heldBench();
    const first = send(asked());
    answers[0]?.give({ headers: { "cache-control": "max-age=1", etag: '"a"' }, body: "body" });
    await first;
    clock.advance(1000);
    const reads = [send(asked()), send(asked())];
    expect(requests).toHaveLength(2);
    answers[1]?.give({ status: 304 });
    expect((await Promise.all(reads)).map(textOf)).toEqual(["body", "body"]);
  });

  it.each<[string, Asked]>([
    ["may be held back for another time", { maxWaitMs: 0 }],
    ["have another deadline", { timeoutMs: 5 }],
    ["must be fresh", { fresh: true }],
    ["are of another version", { version: { id: "v", isCertain: true } }],
  ])("do not share where they %s", (_, given) => {
    const { send, requests } = heldBench();
    void send(asked());
    void send(asked(given));
    expect(requests).toHaveLength(2);
  });

  it("are shared by calls that somebody waits for with those that nobody waits for", () => {
    const { send, requests } = heldBench();
    void send(asked({ priority: "background" }));
    void send(asked({ priority: "interactive" }));
    expect(requests).toHaveLength(1);
  });

  it("share a failure, each with an error of its own", async () => {
    const errors = [
      new NetworkError("api.spotify.com", "ECONNRESET"),
      new LimitError("rate-limited", "Not now.", { retryAt: 5, hint: "Later." }),
      new StagedoorError("timeout", "Too long."),
    ];
    for (const error of errors) {
      const { hint } = error;
      const { send, answers } = heldBench();
      const reads = [send(asked()), send(asked()), send(asked())].map(outcome);
      answers[0]?.fail(error);
      const got = await Promise.all(reads);
      expect(new Set(got).size).toBe(3);
      for (const one of got) {
        expect(one).toBeInstanceOf(error.constructor);
        expect(types.isNativeError(one)).toBe(true);
        expect(one).toMatchObject({ ...error, message: error.message, stack: error.stack });
        expect(inspect(one)).toBe(inspect(error));
      }
      const [first, second] = got;
      if (first instanceof StagedoorError) first.advise("another");
      expect(second).toMatchObject({ hint });
    }
  });

  it("hand an error on that is not of ours", async () => {
    const { send, answers } = heldBench();
    const reads = [send(asked()), send(asked())].map(outcome);
    const error = new TypeError("x");
    answers[0]?.fail(error);
    expect(await Promise.all(reads)).toEqual([error, error]);
  });

  it("begin anew after a failure", async () => {
    const { read } = cacheBench((_, index) => {
      if (index === 0) throw new NetworkError("api.spotify.com", "ECONNRESET");
      return { body: "there" };
    });
    await expect(read()).rejects.toMatchObject({ code: "network-failed" });
    expect(await read()).toBe("there");
  });

  it("begin anew after a sender that failed before it gave a promise", async () => {
    let calls = 0;
    const { layer } = cacheBench(() => ({}));
    const send = layer(() => {
      calls++;
      throw new StagedoorError("issuer-mismatch", "No.");
    });
    for (const _ of [1, 2]) expect(await outcome(send(asked()))).toMatchObject({ code: "issuer-mismatch" });
    expect(calls).toBe(2);
  });
});

describe("a caller that leaves", () => {
  it("leaves the others their request", async () => {
    const { send, requests, answers } = heldBench();
    const leaver = new AbortController();
    const left = outcome(send(asked({ signal: leaver.signal })));
    const stays = send(asked({ signal: new AbortController().signal }));
    leaver.abort();
    expect(await left).toMatchObject({ code: "aborted" });
    expect(requests[0]?.signal?.aborted).toBe(false);
    answers[0]?.give({ body: "body" });
    expect(textOf(await stays)).toBe("body");
  });

  it("ends the request when it is the last one, and the next begins another", async () => {
    const { send, requests, answers } = heldBench();
    const leavers = [new AbortController(), new AbortController()];
    const left = leavers.map(({ signal }) => outcome(send(asked({ signal }))));
    leavers[0]?.abort();
    expect(requests[0]?.signal?.aborted).toBe(false);
    leavers[1]?.abort();
    expect(requests[0]?.signal?.aborted).toBe(true);
    expect(await Promise.all(left)).toMatchObject([{ code: "aborted" }, { code: "aborted" }]);
    const next = send(asked());
    expect(requests).toHaveLength(2);
    answers[0]?.give({ body: "late", headers: { "cache-control": "max-age=60" } });
    answers[1]?.give({ body: "body" });
    expect(textOf(await next)).toBe("body");
    void send(asked());
    expect(requests, "what came late was not kept").toHaveLength(3);
  });

  it.each([0, 1])("never ends it while caller %d of two has no signal", async (index) => {
    const { send, requests, answers } = heldBench();
    const leaver = new AbortController();
    const reads = [0, 1].map((one) => outcome(send(asked(one === index ? {} : { signal: leaver.signal }))));
    leaver.abort();
    expect(requests[0]?.signal?.aborted ?? false).toBe(false);
    answers[0]?.give({ body: "body" });
    expect(await reads[index]).toMatchObject({ status: 200 });
    expect(await reads[1 - index]).toMatchObject({ code: "aborted" });
  });

  it("before it has come sends nothing, and gets nothing that is kept", async () => {
    const { send, read, requests } = cacheBench(() => ({ headers: { "cache-control": "max-age=60" } }));
    const signal = AbortSignal.abort();
    expect(await outcome(send(asked({ signal })))).toMatchObject({ code: "aborted" });
    expect(requests).toHaveLength(0);
    await read();
    expect(await outcome(send(asked({ signal })))).toMatchObject({ code: "aborted" });
  });

  it("for its deadline is told so", async () => {
    const { send } = heldBench();
    const leaver = new AbortController();
    const left = outcome(send(asked({ signal: leaver.signal })));
    leaver.abort(new StagedoorError("timeout", "Too long."));
    expect(await left).toMatchObject({ code: "timeout" });
  });

  it("leaves nothing on its signal once it has been answered", async () => {
    const { signal } = new AbortController();
    const listeners: unknown[] = [];
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners.push(args[1]);
      addEventListener.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners.splice(listeners.indexOf(args[1]), 1);
      removeEventListener.apply(signal, args);
    };
    const { send, answers } = heldBench();
    const reads = [outcome(send(asked({ signal }))), outcome(send(asked({ signal, path: "/x" })))];
    expect(listeners).toHaveLength(1);
    answers[0]?.give({});
    answers[1]?.fail(new NetworkError("api.spotify.com", undefined));
    await Promise.all(reads);
    expect(listeners).toHaveLength(0);
  });
});
