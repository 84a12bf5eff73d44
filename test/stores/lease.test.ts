import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Lease } from "../../src/stores/lease.js";
import { withLease } from "../../src/stores/lease.js";
import type { HeldLock } from "../../src/token/store.js";

const TTL = 3000;

/** A lease whose answers the test decides; by default it is free and stays with its holder. */
function fakeLease(answers: Partial<Lease> = {}) {
  return {
    acquire: vi.fn<Lease["acquire"]>(answers.acquire ?? (async () => true)),
    renew: vi.fn<Lease["renew"]>(answers.renew ?? (async () => true)),
    release: vi.fn<Lease["release"]>(answers.release ?? (async () => undefined)),
  };
}

function gate<T = void>() {
  let open: (value: T) => void = () => undefined;
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { opened, open: (value: T) => open(value) };
}

/** Begins an action that goes on until `end`; gives what it sees of its lock. */
async function hold(lease: Lease) {
  const begun = gate<HeldLock>();
  const { opened, open } = gate();
  const done = withLease(
    lease,
    async (lock) => {
      begun.open(lock);
      await opened;
      return lock.isHeld();
    },
    { ttlMs: TTL },
  );
  return {
    lock: await begun.opened,
    end: async () => {
      open();
      return done;
    },
  };
}

const passes = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe("the holder of a lease", () => {
  test("gives it back by the name it took it under, after success and after failure", async () => {
    const lease = fakeLease();
    expect(await withLease(lease, async () => 42, { ttlMs: TTL })).toBe(42);
    const failing = withLease(lease, () => Promise.reject(new Error("no")), { ttlMs: TTL });
    await expect(failing).rejects.toThrow("no");
    const owners = lease.acquire.mock.calls.map(([owner]) => owner);
    expect(lease.release.mock.calls.map(([owner]) => owner)).toEqual(owners);
    expect(new Set(owners).size).toBe(2);
  });

  test("is not disturbed by a lease that cannot be given back", async () => {
    const lease = fakeLease({ release: () => Promise.reject(new Error("gone")) });
    expect(await withLease(lease, async () => 42, { ttlMs: TTL })).toBe(42);
  });

  test("prolongs it for as long as the action takes", async () => {
    const lease = fakeLease();
    const holder = await hold(lease);
    await passes(10 * TTL);
    expect(holder.lock.isHeld()).toBe(true);
    expect(lease.renew.mock.calls.length).toBeGreaterThan(20);
    await holder.end();
  });

  test("LO-07 knows at once that somebody else has it, and for good", async () => {
    const answers = [false, true, true];
    const lease = fakeLease({ renew: async () => answers.shift() ?? true });
    const holder = await hold(lease);
    expect(holder.lock.isHeld()).toBe(true);
    await passes(TTL / 4);
    expect(holder.lock.isHeld()).toBe(false);
    await passes(TTL);
    expect(await holder.end()).toBe(false);
  });

  test("LO-07 counts on what is left of the time while the place cannot be asked, and no longer", async () => {
    const lease = fakeLease({ renew: () => Promise.reject(new Error("down")) });
    const holder = await hold(lease);
    await passes(TTL - 1);
    expect(holder.lock.isHeld()).toBe(true);
    await passes(1);
    expect(holder.lock.isHeld()).toBe(false);
    await holder.end();
  });

  test("LO-07 does not believe an answer that came when the time was over", async () => {
    const late = gate<boolean>();
    const lease = fakeLease({ renew: () => late.opened });
    const holder = await hold(lease);
    await passes(TTL);
    late.open(true);
    await passes(0);
    expect(await holder.end()).toBe(false);
  });

  test("LO-07 knows that the machine slept, when only one of its clocks went on", async () => {
    const holder = await hold(fakeLease({ renew: () => new Promise(() => undefined) }));
    vi.setSystemTime(Date.now() + TTL);
    expect(await holder.end()).toBe(false);
  });

  test("ST-10 asks a slow place once at a time", async () => {
    const slow = gate<boolean>();
    const lease = fakeLease({ renew: () => slow.opened });
    const holder = await hold(lease);
    await passes(TTL - 1);
    expect(lease.renew).toHaveBeenCalledTimes(1);
    slow.open(true);
    await passes(TTL / 4);
    expect(lease.renew).toHaveBeenCalledTimes(2);
    expect(await holder.end()).toBe(true);
  });
});

describe("who waits for a lease", () => {
  test("asks again until it is free, under one name", async () => {
    const answers = [false, false, true];
    const lease = fakeLease({ acquire: async () => answers.shift() ?? false });
    const waiting = withLease(lease, async () => "in", { ttlMs: TTL });
    await passes(1000);
    expect(await waiting).toBe("in");
    expect(new Set(lease.acquire.mock.calls.map(([owner]) => owner)).size).toBe(1);
  });

  test("ST-10 does not begin with one that was lent too slowly to be sure of it", async () => {
    const slow = gate<boolean>();
    const lease = fakeLease();
    lease.acquire.mockImplementationOnce(() => slow.opened);
    const waiting = withLease(lease, async (lock) => lock.isHeld(), { ttlMs: TTL });
    await passes(TTL);
    slow.open(true);
    expect(await waiting).toBe(true);
    expect(lease.acquire).toHaveBeenCalledTimes(2);
  });

  test("RS-01 gives up at once in a pause, and never runs its action", async () => {
    const abort = new AbortController();
    const lease = fakeLease({ acquire: async () => false });
    const action = vi.fn(async () => undefined);
    const waiting = withLease(lease, action, { ttlMs: TTL, signal: abort.signal });
    const outcome = expect(waiting).rejects.toMatchObject({ code: "aborted" });
    await passes(100);
    abort.abort();
    await outcome;
    expect(action).not.toHaveBeenCalled();
  });

  test("RS-01 gives up at once while the place is asked, and gives back what it is lent all the same", async () => {
    const abort = new AbortController();
    const slow = gate<boolean>();
    const lease = fakeLease({ acquire: () => slow.opened });
    const waiting = withLease(lease, async () => undefined, { ttlMs: TTL, signal: abort.signal });
    const outcome = expect(waiting).rejects.toMatchObject({ code: "aborted" });
    await passes(0);
    abort.abort();
    await outcome;
    expect(lease.release).not.toHaveBeenCalled();
    slow.open(true);
    await passes(0);
    expect(lease.release).toHaveBeenCalledExactlyOnceWith(lease.acquire.mock.calls[0]?.[0]);
  });

  test("is told why the place cannot be asked", async () => {
    const lease = fakeLease({ acquire: () => Promise.reject(new Error("down")) });
    await expect(withLease(lease, async () => undefined, { ttlMs: TTL })).rejects.toThrow("down");
    expect(lease.release).toHaveBeenCalledTimes(1);
  });
});
