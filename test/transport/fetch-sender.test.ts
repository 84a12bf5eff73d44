import { describe, expect, it, vi } from "vitest";
import { fetchSender } from "../../src/transport/index.js";
import { answersSuite, get } from "./sender-suite.js";
import { deadlinesSuite } from "./sender-suite-deadlines.js";
import { failuresSuite } from "./sender-suite-failures.js";

const sender = { make: fetchSender, seesConnections: false, unpacks: false };

describe("the sender on fetch", () => {
  answersSuite(sender);
  failuresSuite(sender);
  deadlinesSuite(sender);

  it.each([
    ["headers", { headersMs: 150, connectMs: 50 }, 200],
    ["total", { timeoutMs: 200 }, 200],
  ])(
    "RS-02 keeps the deadline %s to the millisecond, also where fetch does not look at its signal",
    async (deadline, options, ms) => {
      vi.useFakeTimers();
      try {
        let ended: unknown;
        const send = fetchSender({ ...options, fetch: () => new Promise(() => undefined) });
        send(get("http://127.0.0.1:9/")).catch((error: unknown) => {
          ended = error;
        });
        await vi.advanceTimersByTimeAsync(ms - 1);
        expect(ended).toBeUndefined();
        await vi.advanceTimersByTimeAsync(1);
        expect(ended).toMatchObject({ code: "timeout", deadline });
        expect(vi.getTimerCount()).toBe(0);
      } finally {
        vi.useRealTimers();
      }
    },
  );

  it("ends the body of an answer that comes too late", async () => {
    let isCancelled = false;
    let answer = (_response: Response) => {};
    const fetch = () =>
      new Promise<Response>((resolve) => {
        answer = resolve;
      });
    const controller = new AbortController();
    const outcome = fetchSender({ fetch })(get("http://127.0.0.1:9/", { signal: controller.signal }));
    controller.abort();
    await expect(outcome).rejects.toMatchObject({ code: "aborted" });
    const cancel = () => {
      isCancelled = true;
    };
    answer(new Response(new ReadableStream({ cancel })));
    await vi.waitFor(() => expect(isCancelled).toBe(true));
  });
});
