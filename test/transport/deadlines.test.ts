import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Deadlines, Timed } from "../../src/transport/deadlines.js";

class Request extends Timed {
  missed: string | undefined;
  override expire(): void {
    this.missed = `${this.dueFor} after ${this.dueAfterMs}`;
    this.stopWaiting();
  }
  wait(next: "connect" | "headers" | "idle", ms: number): void {
    this.waitFor(next, ms);
  }
  end(): void {
    this.stopWaiting();
  }
}

describe("deadlines", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("RS-02 are kept to the millisecond, each of many requests its own, on one timer", async () => {
    const deadlines = new Deadlines();
    const requests = [700, 200, 1_500].map((ms) => {
      const request = new Request(deadlines, { timeoutMs: 30_000 });
      request.wait("headers", ms);
      return request;
    });
    expect(vi.getTimerCount()).toBe(1);
    const missed = () => requests.map((request) => request.missed);
    await vi.advanceTimersByTimeAsync(199);
    expect(missed()).toEqual([undefined, undefined, undefined]);
    await vi.advanceTimersByTimeAsync(1);
    expect(missed()).toEqual([undefined, "headers after 200", undefined]);
    await vi.advanceTimersByTimeAsync(500);
    expect(missed()).toEqual(["headers after 700", "headers after 200", undefined]);
    await vi.advanceTimersByTimeAsync(800);
    expect(missed()[2]).toBe("headers after 1500");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("begin anew with each thing that is waited for, but never the one for all of it", async () => {
    const request = new Request(new Deadlines(), { timeoutMs: 1_000 });
    for (let waited = 0; waited < 900; waited += 90) {
      request.wait("idle", 100);
      await vi.advanceTimersByTimeAsync(90);
    }
    expect(request.missed).toBeUndefined();
    request.wait("idle", 200);
    await vi.advanceTimersByTimeAsync(99);
    expect(request.missed).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(request.missed).toBe("total after 1000");
  });

  it("come earlier when what is waited for next has less time", async () => {
    const request = new Request(new Deadlines(), { timeoutMs: 30_000 });
    request.wait("connect", 10_000);
    request.wait("idle", 50);
    await vi.advanceTimersByTimeAsync(50);
    expect(request.missed).toBe("idle after 50");
  });

  it("need no timer of their own for requests that come one after another, where one may stay set", async () => {
    const set: NodeJS.Timeout[] = [];
    const deadlines = new Deadlines((timer) => {
      set.push(timer);
      timer.unref();
    });
    for (let index = 0; index < 50; index++) {
      const request = new Request(deadlines, { timeoutMs: 30_000 });
      request.wait("headers", 1_000);
      await vi.advanceTimersByTimeAsync(10);
      request.end();
    }
    expect(set).toHaveLength(1);
    expect(set[0]?.hasRef()).toBe(false);
    const late = new Request(deadlines, { timeoutMs: 30_000 });
    late.wait("headers", 1_000);
    await vi.advanceTimersByTimeAsync(999);
    expect(late.missed).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(late.missed).toBe("headers after 1000");
  });

  it("end with the request, and no timer is left", async () => {
    const deadlines = new Deadlines();
    const [one, other] = [
      new Request(deadlines, { timeoutMs: 100 }),
      new Request(deadlines, { timeoutMs: 200 }),
    ];
    one.wait("headers", 500);
    other.wait("headers", 500);
    one.end();
    one.wait("idle", 10);
    await vi.advanceTimersByTimeAsync(150);
    expect([one.missed, other.missed]).toEqual([undefined, undefined]);
    other.end();
    expect(vi.getTimerCount()).toBe(0);
  });
});
