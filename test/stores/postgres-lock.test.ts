import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { postgresStore } from "../../src/stores/postgres.js";
import { ABSENT } from "../../src/token/store.js";
import { skipsFaketime, skipsPostgres } from "../support/components.js";
import {
  type Pgbouncer,
  type PostgresServer,
  startPgbouncer,
  startPostgres,
} from "../support/postgres-server.js";
import { buildWorker, type RunningWorker, startWorker } from "../support/worker.js";
import { openPg, openPostgresJs } from "./postgres-clients.js";
import { closing, freshStore, startWire } from "./postgres-place.js";
import { KEY, sampleToken } from "./sample.js";
import { put, textOf } from "./store-under-test.js";

const worker = buildWorker(new URL("postgres-worker.ts", import.meta.url));
const LEASE_MS = 1000;

describe.skipIf(skipsPostgres)("the locks of the PostgreSQL store", () => {
  let server: PostgresServer;
  let bouncer: Pgbouncer;
  beforeAll(async () => {
    server = await startPostgres();
    bouncer = await startPgbouncer(server);
  }, 60_000);
  afterAll(async () => {
    await bouncer?.stop();
    await server?.stop();
  });

  const startHolder = async (table: string, kind: string, under: string[] = []): Promise<RunningWorker> => {
    const holder = startWorker(worker, { args: ["hold", server.url, table, kind, String(LEASE_MS)], under });
    expect(await holder.nextLine()).toBe("held");
    return holder;
  };
  const answerOf = async (running: RunningWorker): Promise<unknown> => JSON.parse(await running.nextLine());

  describe.each(["transaction", "lease"] as const)("by %s", (kind) => {
    const open = async (options = {}) => {
      const client = closing(openPg(server.url));
      const access = kind === "lease" ? client.plain : client.lending;
      return freshStore({ ...access, leaseMs: LEASE_MS, timeoutMs: 2000, ...options });
    };

    test("LO-01 pass on when their holder was killed", async ({ annotate }) => {
      const { store, table } = await open();
      const holder = await startHolder(table, kind);
      let acquired = 0;
      const waiting = store.withLock(KEY, async () => {
        acquired = performance.now();
      });
      const killed = performance.now();
      holder.child.kill("SIGKILL");
      await waiting;
      await annotate(`acquired ${(acquired - killed).toFixed(0)} ms after kill -9`);
      expect(await holder.result).toMatchObject({ signal: "SIGKILL" });
    });

    test("LO-01 are not given away while their holder lives, however long it takes", async () => {
      const { store, table } = await open();
      const holder = await startHolder(table, kind);
      const waiting = store.withLock(KEY, async () => "taken", AbortSignal.timeout(LEASE_MS * 2.5));
      await expect(waiting).rejects.toMatchObject({ code: "timeout" });
      holder.send("write");
      expect(await answerOf(holder)).toMatchObject({
        answer: { isHeld: true, generation: expect.any(Number) },
      });
      expect(await textOf(store, KEY)).toBe("holder");
    });

    test("LO-02 pass on while their holder is stopped; when it goes on, it knows, and its write is refused", async () => {
      const { store, table } = await open();
      const holder = await startHolder(table, kind);
      holder.child.kill("SIGSTOP");
      await store.withLock(KEY, () => put(store, KEY, "next"));
      holder.child.kill("SIGCONT");
      holder.send("write");
      expect(await answerOf(holder)).toEqual({ answer: { isHeld: false, generation: null } });
      expect(await textOf(store, KEY)).toBe("next");
      expect(await holder.result).toMatchObject({ code: 0 });
    });

    test("LO-11 of two keys in opposite order end by their signal, and are free afterwards", async () => {
      const { store } = await open();
      const [one, other] = [KEY, { ...KEY, profile: "other" }];
      const both = async (first: typeof KEY, second: typeof KEY, signal: AbortSignal) => {
        let meet = () => {};
        const met = new Promise<void>((resolve) => {
          meet = resolve;
        });
        const done = store.withLock(first, async () => {
          meet();
          await store.withLock(second, async () => undefined, signal);
        });
        return { met, done };
      };
      const signal = AbortSignal.timeout(600);
      const pairs = await Promise.all([both(one, other, signal), both(other, one, signal)]);
      await Promise.all(pairs.map(({ met }) => met));
      const ends = await Promise.allSettled(pairs.map(({ done }) => done));
      expect(ends).toContainEqual({
        status: "rejected",
        reason: expect.objectContaining({ code: "timeout" }),
      });
      expect(await store.withLock(one, () => store.withLock(other, async () => "both"))).toBe("both");
    });

    test("of more keys at once than the pool has connections leave room for their holders to write", async () => {
      const { store } = await open();
      const keys = Array.from({ length: 40 }, (_, index) => ({ ...KEY, profile: `p${index}` }));
      await Promise.all(keys.map((key) => store.withLock(key, () => put(store, key, "1"))));
      expect(await store.list()).toHaveLength(keys.length);
    });

    test("LO-10 do not starve their holder's writes when 128 others wait behind a pgbouncer with 20 connections", {
      timeout: 60_000,
    }, async () => {
      const clients = Array.from({ length: 129 }, () => closing(openPg(bouncer.url, { max: 2 })));
      const accesses = clients.map((client) => (kind === "lease" ? client.plain : client.lending));
      const [first, ...others] = accesses;
      if (first === undefined) throw new Error("There is a first one.");
      const { store, table } = await freshStore(first);
      const abort = new AbortController();
      let waiting: Promise<PromiseSettledResult<string>[]> | undefined;
      await store.withLock(KEY, async (lock) => {
        const stores = others.map((access) => postgresStore({ ...access, table }));
        waiting = Promise.allSettled(
          stores.map((one) => one.withLock(KEY, async () => "taken", abort.signal)),
        );
        for (let count = 1; count <= 100; count++) await put(store, KEY, String(count));
        expect(lock.isHeld()).toBe(true);
        abort.abort();
      });
      expect(await textOf(store, KEY)).toBe("100");
      for (const end of (await waiting) ?? []) expect(end.status).toBe("rejected");
    });

    test.skipIf(skipsFaketime).each(["-10m", "+10m"])(
      "CL-04 are kept from, and got by, a machine whose clock is wrong by %s",
      async (shift) => {
        const { store, table } = await open();
        const under = ["faketime", "-f", shift];
        const start = (command: string) =>
          startWorker(worker, { args: [command, server.url, table, kind, String(LEASE_MS)], under });
        await put(store, KEY, "here");
        await store.withLock(KEY, async () => {
          expect(await answerOf(start("try"))).toMatchObject({ error: { code: "timeout" } });
        });
        expect(await answerOf(start("try"))).toEqual({ answer: "taken" });
        const holder = await startHolder(table, kind, under);
        const waiting = store.withLock(KEY, async () => "taken", AbortSignal.timeout(LEASE_MS * 1.5));
        await expect(waiting).rejects.toMatchObject({ code: "timeout" });
        holder.send("write");
        expect(await answerOf(holder)).toMatchObject({ answer: { isHeld: true } });
        expect(await textOf(store, KEY)).toBe("holder");
      },
    );
  });

  const backends =
    "SELECT count(pg_terminate_backend(pid))::int AS count FROM pg_stat_activity WHERE application_name = $1";

  test.each([
    ["pg", (name: string) => openPg(`${server.url}?application_name=${name}`)],
    ["postgres.js", (name: string) => openPostgresJs(`${server.url}?application_name=${name}`)],
  ] as const)(
    "LO-10 by transaction, over %s: the holder whose connection the server ends knows it, and still writes by compare-and-swap",
    async (name, open) => {
      const client = closing(open(`holder-${name}`));
      const { store, table } = await freshStore({ ...client.lending, leaseMs: LEASE_MS, timeoutMs: 2000 });
      const other = postgresStore({ ...closing(openPg(server.url)).lending, table });
      const first = await put(store, KEY, "1");
      await store.withLock(KEY, async (lock) => {
        expect(lock.isHeld()).toBe(true);
        expect((await server.run(backends, [`holder-${name}`]))[0]?.count).toBeGreaterThan(0);
        await vi.waitFor(() => expect(lock.isHeld()).toBe(false), { timeout: LEASE_MS * 2 });
        expect(await other.withLock(KEY, async () => "taken")).toBe("taken");
        expect(await store.compareAndSwap(KEY, first, sampleToken("2"))).not.toBeNull();
        expect(await store.compareAndSwap(KEY, first, sampleToken("3"))).toBeNull();
      });
      expect(await textOf(other, KEY)).toBe("2");
      expect(await store.withLock(KEY, async (lock) => lock.isHeld())).toBe(true);
    },
  );

  test("LO-10 by transaction pass on behind pgbouncer too when their holder was killed", async () => {
    const { store, table } = await freshStore(closing(openPg(bouncer.url)).lending);
    const holder = startWorker(worker, { args: ["hold", bouncer.url, table, "transaction"] });
    expect(await holder.nextLine()).toBe("held");
    const kept = store.withLock(KEY, async () => "taken", AbortSignal.timeout(500));
    await expect(kept).rejects.toMatchObject({ code: "timeout" });
    holder.child.kill("SIGKILL");
    expect(await store.withLock(KEY, async () => "taken")).toBe("taken");
  });

  test("LO-10 by lease go on over another connection when the server ends the holder's", async () => {
    const client = closing(openPg(`${server.url}?application_name=lessee`));
    const { store, table } = await freshStore({ ...client.plain, leaseMs: LEASE_MS, timeoutMs: 2000 });
    const other = postgresStore({ ...closing(openPg(server.url)).plain, table });
    await store.withLock(KEY, async (lock) => {
      await server.run(backends, ["lessee"]);
      const waiting = other.withLock(KEY, async () => "taken", AbortSignal.timeout(LEASE_MS * 1.5));
      await expect(waiting).rejects.toMatchObject({ code: "timeout" });
      expect(lock.isHeld()).toBe(true);
      expect(await store.compareAndSwap(KEY, ABSENT, sampleToken("1"))).not.toBeNull();
    });
    expect(await textOf(other, KEY)).toBe("1");
  });

  test("LO-10 by transaction pass on when their holder is cut off without anybody being told", async () => {
    const wire = await startWire(server.port);
    const here = closing(openPg(server.url));
    const there = openPg(server.url.replace(`:${server.port}/`, `:${wire.port}/`));
    const { store, table } = await freshStore({ ...here.lending, timeoutMs: 500 });
    const holder = postgresStore({
      ...here.plain,
      connect: () => there.pool.connect(),
      table,
      leaseMs: LEASE_MS,
      timeoutMs: 500,
    });
    await holder.withLock(KEY, async (lock) => {
      wire.cut();
      expect(await store.withLock(KEY, async () => "taken")).toBe("taken");
      expect(lock.isHeld()).toBe(false);
    });
  });

  test("LO-10 by transaction pass on when the server starts anew, and the holder knows", async () => {
    const own = await startPostgres();
    try {
      const client = openPg(own.url);
      const { store, table } = await freshStore({ ...client.lending, timeoutMs: 10_000 });
      const other = postgresStore({ ...client.lending, table });
      await store.withLock(KEY, async (lock) => {
        await own.end("SIGQUIT");
        await vi.waitFor(() => expect(lock.isHeld()).toBe(false));
        await own.start();
        expect(await other.withLock(KEY, async () => "taken")).toBe("taken");
      });
      await client.close();
    } finally {
      await own.stop();
    }
  });
});
