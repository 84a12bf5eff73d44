import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CallTraits, HttpRequest } from "../../src/base/http.js";
import { Governor, type GovernorOptions } from "../../src/transport/index.js";
import { type FakeAnswer, fakeSend, toResponse } from "../support/fake-send.js";
import { rollingServer } from "../support/rolling-server.js";

const key = { provider: "spotify", clientId: "abc" };
const NOON = Date.UTC(2026, 10, 21, 12);
const QUOTA = { error: { status: 429, message: "API rate limit exceeded", reason: "QUOTA_EXCEEDED" } };

function request(call: Partial<CallTraits> = {}, rest: Partial<HttpRequest> = {}): HttpRequest {
  const { endpoint = "/me", account = "ann", priority = "interactive" } = call;
  const traits = { repeatable: true, ...call, endpoint, account, priority };
  return { method: "GET", url: `https://api.example/v1${endpoint}`, headers: {}, call: traits, ...rest };
}

const governed = (options: Partial<GovernorOptions> = {}) =>
  new Governor({ key, random: () => 0, ...options });
const limited = (retryAfter?: string): FakeAnswer => ({
  status: 429,
  headers: retryAfter === undefined ? {} : { "retry-after": retryAfter },
});

/** Sends that are answered when the test says so, in any order. */
function heldSend() {
  const sent: { readonly request: HttpRequest; readonly answer: (answer: FakeAnswer) => void }[] = [];
  const send = (request: HttpRequest) =>
    new Promise<ReturnType<typeof toResponse>>((resolve) => {
      sent.push({ request, answer: (answer) => resolve(toResponse(answer)) });
    });
  /** Answers all that are on their way, and those that follow, until nothing more comes. */
  async function answerAll(answer: FakeAnswer, from = 0): Promise<void> {
    for (let index = from; index < sent.length; index++) {
      sent[index]?.answer(answer);
      if (index === sent.length - 1) await settle();
    }
  }
  return { sent, send, answerAll };
}

/** Lets promises go on without letting time pass. */
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the governor and a 429", () => {
  it("CL-05 waits longer than a timer can, for whoever has the patience", async () => {
    const { send, requests } = fakeSend((_request, index) =>
      index === 0 ? limited(String(40 * 24 * 3600)) : { status: 200 },
    );
    const answer = governed({ maxWaitMs: Number.POSITIVE_INFINITY }).layer(send)(request());
    await vi.advanceTimersByTimeAsync(40 * 24 * 3600 * 1000 - 1);
    expect(requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2000);
    expect((await answer).status).toBe(200);
  });

  it("RL-01 waits as long as Retry-After says, and sends once more", async () => {
    const { send, requests } = fakeSend((_request, index) => (index === 0 ? limited("2") : { status: 200 }));
    const answer = governed().layer(send)(request({}, { method: "POST" }));
    await vi.advanceTimersByTimeAsync(1999);
    expect(requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect((await answer).status).toBe(200);
    expect(requests).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("RL-02 backs off by itself without the header, ever longer, and gives the 429 back after five sendings", async () => {
    const { send, requests } = fakeSend(() => limited());
    const sentAt: number[] = [];
    const answer = governed().layer((one) => {
      sentAt.push(Date.now() - NOON);
      return send(one);
    })(request());
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await answer).status).toBe(429);
    expect(requests).toHaveLength(5);
    expect(sentAt).toEqual([0, 500, 1500, 3500, 7500]);
  });

  it.each([
    ["3", 3000],
    [new Date(NOON + 7000).toUTCString(), 7000],
    [new Date(NOON - 7000).toUTCString(), 250],
    ["0", 250],
    ["soon", 500],
    ["-5", 500],
    ["2, 5", 500],
    ["9".repeat(1024), 500],
  ])("RL-04 keeps to a Retry-After of %.40s", async (retryAfter, waitMs) => {
    const { send, requests } = fakeSend((_request, index) =>
      index === 0 ? limited(retryAfter) : { status: 200 },
    );
    const answer = governed().layer(send)(request());
    await vi.advanceTimersByTimeAsync(waitMs - 1);
    expect(requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect((await answer).status).toBe(200);
  });

  it.each(["86400", "1000000000", "999999999"])(
    "RL-04 RL-05 gives a 429 that asks for %s s back at once, and sends nothing more until then",
    async (retryAfter) => {
      const { send, requests } = fakeSend(() => limited(retryAfter));
      const layer = governed().layer(send);
      expect((await layer(request())).status).toBe(429);
      await expect(layer(request({ endpoint: "/search" }))).rejects.toMatchObject({
        code: "rate-limited",
        retryAt: expect.closeTo(NOON + Number(retryAfter) * 1000, -3),
      });
      expect(requests).toHaveLength(1);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it("fails what waits when a cooldown outlasts its patience, and lets the patient wait", async () => {
    const { sent, send } = heldSend();
    const layer = governed({ maxInFlight: 1 }).layer(send);
    const first = layer(request());
    const impatient = expect(layer(request({ maxWaitMs: 1000 }))).rejects.toMatchObject({
      code: "rate-limited",
      retryAt: NOON + 2000,
    });
    const patient = layer(request({ maxWaitMs: Number.POSITIVE_INFINITY }));
    await settle();
    sent[0]?.answer(limited("2"));
    await impatient;
    await vi.advanceTimersByTimeAsync(2000);
    sent[1]?.answer({ status: 200 });
    await first;
    await settle();
    sent[2]?.answer({ status: 200 });
    expect((await patient).status).toBe(200);
  });

  it("RL-04 counts the time for which the machine slept, and not a step of its clock that is shorter than the cooldown", async () => {
    let wall = NOON;
    let steady = 0;
    const clock = { now: () => wall, steady: () => steady };
    const { send, requests } = fakeSend((_request, index) =>
      index === 0 ? limited("3600") : { status: 200 },
    );
    const layer = governed({ clock }).layer(send);
    expect((await layer(request())).status).toBe(429);
    wall += 3_590_000;
    steady += 1000;
    await expect(layer(request())).rejects.toMatchObject({ code: "rate-limited" });
    wall += 3_600_000;
    steady += 1000;
    expect((await layer(request())).status).toBe(200);
    expect(requests).toHaveLength(2);
  });

  it("gives a call that may not wait its 429 at once", async () => {
    const { send, requests } = fakeSend(() => limited("1"));
    const layer = governed().layer(send);
    expect((await layer(request({ maxWaitMs: 0 }))).status).toBe(429);
    await expect(layer(request({ maxWaitMs: 0 }))).rejects.toMatchObject({ code: "rate-limited" });
    expect(requests).toHaveLength(1);
  });

  it("does not count as waiting what only the number in flight is to blame for", async () => {
    const { sent, send } = heldSend();
    const layer = governed({ maxInFlight: 1 }).layer(send);
    const answers = [layer(request()), layer(request({ maxWaitMs: 0 }))];
    await vi.advanceTimersByTimeAsync(60_000);
    sent[0]?.answer({ status: 200 });
    await settle();
    sent[1]?.answer({ status: 200 });
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
  });

  it("RL-08 holds 64 calls back with one cooldown, and begins again with one", async () => {
    const { sent, send, answerAll } = heldSend();
    const layer = governed().layer(send);
    // So many answers it takes until 64 go out at once.
    const many = 1250;
    const warm = Array.from({ length: many }, () => layer(request()));
    await answerAll({ status: 200 });
    await Promise.all(warm);
    const answers = Array.from({ length: 64 }, () => layer(request()));
    await settle();
    expect(sent).toHaveLength(many + 64);
    for (const { answer } of sent.slice(many)) answer(limited("1"));
    await vi.advanceTimersByTimeAsync(999);
    expect(sent).toHaveLength(many + 64);
    // The window of a second that was learnt is a little longer than a second.
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toHaveLength(many + 65);
    await answerAll({ status: 200 }, many + 64);
    expect((await Promise.all(answers)).every(({ status }) => status === 200)).toBe(true);
    expect(sent).toHaveLength(many + 128);
  });

  it.each([200, 400, 403, 404, 413, 415, 500])("RL-13 passes %d on at once", async (status) => {
    const { send, requests } = fakeSend(() => ({ status }));
    expect((await governed().layer(send)(request())).status).toBe(status);
    expect(requests).toHaveLength(1);
  });

  it("RL-07 sends the same page again, and nothing in between", async () => {
    const { send, requests } = fakeSend((_request, index) => (index === 1 ? limited("1") : { status: 200 }));
    const layer = governed().layer(send);
    for (const endpoint of ["/page/1", "/page/2", "/page/3"]) {
      const page = layer(request({ endpoint }));
      await vi.advanceTimersByTimeAsync(20_000);
      await page;
    }
    expect(requests.map(({ url }) => url.at(-1))).toEqual(["1", "2", "2", "3"]);
  });

  it("fails at once when the learnt limit makes the queue longer than the call may wait", async () => {
    const server = rollingServer({ size: 5, spanMs: 10_000 });
    const layer = governed().layer(server.send);
    const known = Promise.all(Array.from({ length: 10 }, () => layer(request())));
    await vi.advanceTimersByTimeAsync(30_000);
    await known;
    // Five in ten seconds is known now: twenty more take forty seconds.
    const patient = { maxWaitMs: Number.POSITIVE_INFINITY };
    const waiting = Promise.all(Array.from({ length: 20 }, () => layer(request(patient))));
    await expect(layer(request({ maxWaitMs: 20_000 }))).rejects.toMatchObject({
      code: "rate-limited",
      retryAt: expect.any(Number),
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await waiting).every(({ status }) => status === 200)).toBe(true);
  });
});

describe("the governor and a quota", () => {
  it("RL-05 remembers it by endpoint, sends nothing there until it ends, and lets other endpoints go on", async () => {
    const { send, requests } = fakeSend(({ call }) =>
      call?.endpoint === "/search" && Date.now() < NOON + 86_207_000
        ? { status: 429, headers: { "retry-after": "86207" }, body: QUOTA }
        : { status: 200 },
    );
    const layer = governed().layer(send);
    expect((await layer(request({ endpoint: "/search", maxWaitMs: Number.POSITIVE_INFINITY }))).status).toBe(
      429,
    );
    await expect(layer(request({ endpoint: "/search" }))).rejects.toMatchObject({
      code: "quota-exceeded",
      retryAt: NOON + 86_207_000,
    });
    for (let count = 0; count < 20; count++) expect((await layer(request())).status).toBe(200);
    expect(requests.filter(({ call }) => call?.endpoint === "/search")).toHaveLength(1);
    vi.setSystemTime(NOON + 86_207_000);
    expect((await layer(request({ endpoint: "/search" }))).status).toBe(200);
  });

  it("RL-05 counts an hour where Spotify does not say how long, and goes by the path where there is no pattern", async () => {
    const { send, requests } = fakeSend(() => ({ status: 429, body: QUOTA }));
    const layer = governed().layer(send);
    const raw = (path: string) => ({ method: "GET", url: `https://api.example/v1${path}`, headers: {} });
    await layer(raw("/search?q=a"));
    await expect(layer(raw("/search?q=b"))).rejects.toMatchObject({
      code: "quota-exceeded",
      retryAt: NOON + 3_600_000,
    });
    expect((await layer(raw("/me"))).status).toBe(429);
    expect(requests).toHaveLength(2);
  });

  it.each(["0", new Date(NOON - 7000).toUTCString()])(
    "RL-05 counts an hour where the time that Spotify names is over: %s",
    async (retryAfter) => {
      const { send, requests } = fakeSend(() => ({ ...limited(retryAfter), body: QUOTA }));
      const layer = governed().layer(send);
      const answers = await Promise.allSettled(Array.from({ length: 100 }, () => layer(request())));
      expect(answers.filter(({ status }) => status === "rejected")).toHaveLength(96);
      expect(requests).toHaveLength(4);
      await vi.advanceTimersByTimeAsync(3_599_000);
      await expect(layer(request())).rejects.toMatchObject({ code: "quota-exceeded" });
    },
  );

  it("fails those of the same endpoint that wait", async () => {
    const { sent, send } = heldSend();
    const layer = governed({ maxInFlight: 1 }).layer(send);
    const first = layer(request({ endpoint: "/search" }));
    const second = expect(layer(request({ endpoint: "/search" }))).rejects.toMatchObject({
      code: "quota-exceeded",
    });
    const other = layer(request());
    await settle();
    sent[0]?.answer({ status: 429, body: QUOTA });
    await second;
    expect((await first).status).toBe(429);
    await settle();
    sent[1]?.answer({ status: 200 });
    expect((await other).status).toBe(200);
  });
});

describe("the queue of the governor", () => {
  it("lets interactive calls go first, but every eighth slot is for the background", async () => {
    const { sent, send } = heldSend();
    const layer = governed({ maxInFlight: 1 }).layer(send);
    const answers = [layer(request())];
    for (let count = 0; count < 5; count++) answers.push(layer(request({ priority: "background" })));
    for (let count = 0; count < 20; count++) answers.push(layer(request()));
    for (let index = 0; index < 26; index++) {
      await settle();
      sent[index]?.answer({ status: 200 });
    }
    await Promise.all(answers);
    const order = sent.slice(1).map(({ request: { call } }) => (call?.priority === "background" ? "b" : "i"));
    expect(order.join("")).toBe("iiiiiiibiiiiiiibiiiiiibbb");
  });

  it("gives each account its turn, however many calls another one has", async () => {
    const { sent, send } = heldSend();
    const layer = governed({ maxInFlight: 1 }).layer(send);
    const answers = [layer(request())];
    for (let count = 0; count < 1000; count++) answers.push(layer(request({ account: "ann" })));
    answers.push(layer(request({ account: "bob" })), layer(request({ account: "cid" })));
    for (let index = 0; index < 1003; index++) {
      await settle();
      sent[index]?.answer({ status: 200 });
    }
    await Promise.all(answers);
    expect(sent.slice(1, 5).map(({ request: { call } }) => call?.account)).toEqual([
      "ann",
      "bob",
      "cid",
      "ann",
    ]);
  });

  it("takes no more than it may hold", async () => {
    const { sent, send } = heldSend();
    const layer = governed({ maxInFlight: 1, maxQueue: 2 }).layer(send);
    const answers = [layer(request()), layer(request()), layer(request())];
    await expect(layer(request())).rejects.toMatchObject({ code: "queue-full" });
    for (let index = 0; index < 3; index++) {
      await settle();
      sent[index]?.answer({ status: 200 });
    }
    await Promise.all(answers);
  });

  it("RS-01 listens once to the signal of many calls, since Node warns of the eleventh listener", async () => {
    const { sent, send } = heldSend();
    const layer = governed({ maxInFlight: 1 }).layer(send);
    const controller = new AbortController();
    const { signal } = controller;
    const first = layer(request());
    const waiting = Array.from({ length: 20 }, () => layer(request({}, { signal })));
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    controller.abort();
    for (const one of waiting) await expect(one).rejects.toMatchObject({ code: "aborted" });
    expect(getEventListeners(signal, "abort")).toEqual([]);
    sent[0]?.answer({ status: 200 });
    await first;
    expect(sent).toHaveLength(1);
  });

  it("RS-01 lets a call leave the queue at once when it is aborted, with its listener", async () => {
    const { sent, send } = heldSend();
    const layer = governed({ maxInFlight: 1 }).layer(send);
    const first = layer(request());
    const controller = new AbortController();
    const removed = vi.spyOn(controller.signal, "removeEventListener");
    const waiting = layer(request({}, { signal: controller.signal }));
    const stays = layer(request());
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: "aborted" });
    await expect(layer(request({}, { signal: controller.signal }))).rejects.toMatchObject({
      code: "aborted",
    });
    await settle();
    sent[0]?.answer({ status: 200 });
    await first;
    await settle();
    sent[1]?.answer({ status: 200 });
    await stays;
    expect(sent).toHaveLength(2);
    // A call that goes takes its listener with it, so that a signal of many calls does not gather them.
    const other = new AbortController();
    const gone = vi.spyOn(other.signal, "removeEventListener");
    const both = [layer(request()), layer(request({}, { signal: other.signal }))];
    for (const index of [2, 3]) {
      await settle();
      sent[index]?.answer({ status: 200 });
    }
    await Promise.all(both);
    expect(gone).toHaveBeenCalledTimes(1);
    expect(removed).not.toHaveBeenCalled();
  });

  it("RS-01 ends a wait for a cooldown at once when the call is aborted, and leaves no timer", async () => {
    const { send, requests } = fakeSend(() => limited("20"));
    const controller = new AbortController();
    const waiting = governed().layer(send)(request({}, { signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(100);
    expect(vi.getTimerCount()).toBe(1);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: "aborted" });
    expect(vi.getTimerCount()).toBe(0);
    expect(requests).toHaveLength(1);
  });

  it("gives the slot of a request that failed to the next one, also when the sender throws", async () => {
    const layer = governed({ maxInFlight: 1 }).layer((one) => {
      if (one.call?.endpoint === "/throws") throw new Error("a bug");
      return Promise.reject(new Error("the network"));
    });
    await expect(layer(request({ endpoint: "/throws" }))).rejects.toThrow("a bug");
    const both = await Promise.allSettled([layer(request()), layer(request())]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });
});

describe("the events of the governor", () => {
  it("tells once of each limit and once of each wait, with the time that it ends", async () => {
    const governor = governed();
    const events: unknown[] = [];
    governor.on("limit", () => {
      throw new Error("a listener's bug");
    });
    governor.on("limit", (event) => events.push(["limit", event]));
    governor.on("wait", (event) => events.push(["wait", event]));
    const { send } = fakeSend((_request, index) => (index < 4 ? limited("12") : { status: 200 }));
    const answers = Array.from({ length: 6 }, () => governor.layer(send)(request()));
    await vi.advanceTimersByTimeAsync(60_000);
    await Promise.all(answers);
    expect(events).toEqual([
      ["limit", { kind: "rate", retryAt: NOON + 12_000 }],
      ["wait", { kind: "rate", until: NOON + 12_000, waiting: 3 }],
    ]);
  });

  it("lets a bug of an async listener end neither the call nor the process", async () => {
    const unheard = vi.fn();
    process.on("unhandledRejection", unheard);
    const governor = governed();
    governor.on("limit", () => Promise.reject(new Error("a listener's bug")));
    const { send } = fakeSend((_request, index) => (index === 0 ? limited("1") : { status: 200 }));
    const answer = governor.layer(send)(request());
    await vi.advanceTimersByTimeAsync(1000);
    expect((await answer).status).toBe(200);
    vi.useRealTimers();
    await new Promise(setImmediate);
    process.off("unhandledRejection", unheard);
    expect(unheard).not.toHaveBeenCalled();
  });

  it("tells of a quota with its endpoint, and no more of anything to a listener that was taken off", async () => {
    const governor = governed();
    const events: unknown[] = [];
    const listener = (event: unknown) => events.push(event);
    governor.on("limit", listener);
    const { send } = fakeSend(() => ({ status: 429, body: QUOTA, headers: { "retry-after": "60" } }));
    await governor.layer(send)(request({ endpoint: "/search" }));
    governor.off("limit", listener);
    await governor.layer(send)(request({ endpoint: "/albums" }));
    expect(events).toEqual([{ kind: "quota", endpoint: "/search", retryAt: NOON + 60_000 }]);
  });
});
