import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresStore } from "../../src/stores/postgres.js";
import type { PostgresQuery } from "../../src/stores/postgres-client.js";
import { ABSENT, type TokenStore } from "../../src/token/store.js";
import { skipsPostgres } from "../support/components.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { openPg } from "./postgres-clients.js";
import { closing, failureOf, freshStore } from "./postgres-place.js";
import { KEY, sampleText, sampleToken } from "./sample.js";
import { put, textOf } from "./store-under-test.js";

/** Adds one to a count that is kept as a token, until the store says that it did. */
async function increment(store: TokenStore): Promise<void> {
  for (;;) {
    const stored = await store.read(KEY);
    const count = stored === null ? 0 : Number(sampleText(stored.token));
    const next = sampleToken(String(count + 1));
    if ((await store.compareAndSwap(KEY, stored?.generation ?? ABSENT, next)) !== null) return;
  }
}

describe.skipIf(skipsPostgres)("the PostgreSQL store", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server?.stop());

  const open = async (options = {}, poolOptions = {}) => {
    const client = closing(openPg(server.url, poolOptions));
    return { client, ...(await freshStore({ ...client.plain, ...options })) };
  };

  describe("where an answer is lost", () => {
    /** Lets `fault` decide what becomes of every statement that writes. */
    const faulty = async (fault: (run: () => ReturnType<PostgresQuery>) => ReturnType<PostgresQuery>) => {
      const client = closing(openPg(server.url));
      const { store: clean, table } = await freshStore(client.plain);
      const query: PostgresQuery = (text, values) => {
        const run = () => client.plain.query(text, values);
        return /^(?:INSERT|UPDATE)/.test(text) ? fault(run) : run();
      };
      return { clean, store: postgresStore({ query, table, timeoutMs: 400 }) };
    };
    const reset = () => Promise.reject(Object.assign(new Error("CANARY"), { code: "ECONNRESET" }));

    test("ST-11 finds that its write happened, and does it once", async () => {
      const { store, clean } = await faulty((run) => run().then(reset));
      const first = await store.compareAndSwap(KEY, ABSENT, sampleToken("1"));
      expect(first).toBe((await clean.read(KEY))?.generation);
      const second = await store.compareAndSwap(KEY, first ?? Number.NaN, sampleToken("2"));
      expect(second).toBe((first ?? Number.NaN) + 1);
      expect(await store.compareAndSwap(KEY, second ?? Number.NaN, null)).toBe(ABSENT);
      expect(await clean.read(KEY)).toBeNull();
    });

    test("ST-11 finds that its write happened although another one came after it", async () => {
      let count = 0;
      const { store, clean } = await faulty(async (run) => {
        const answer = await run();
        count += 1;
        if (count > 1) return answer;
        await put(clean, KEY, "other");
        return reset();
      });
      expect(await store.compareAndSwap(KEY, ABSENT, sampleToken("1"))).not.toBeNull();
      expect(await textOf(clean, KEY)).toBe("other");
    });

    test("ST-11 writes again what did not arrive, but not over somebody else's", async () => {
      let count = 0;
      const { store, clean } = await faulty(async (run) => {
        count += 1;
        if (count === 1) return reset();
        if (count === 3) await put(clean, KEY, "other");
        return count === 3 ? reset() : run();
      });
      const first = await store.compareAndSwap(KEY, ABSENT, sampleToken("1"));
      expect(await textOf(clean, KEY)).toBe("1");
      expect(await store.compareAndSwap(KEY, first ?? Number.NaN, sampleToken("2"))).toBeNull();
      expect(await textOf(clean, KEY)).toBe("other");
    });

    test("ST-11 finds a write whose answer never comes", async () => {
      const { store, clean } = await faulty((run) => run().then(() => new Promise(() => undefined)));
      const first = await store.compareAndSwap(KEY, ABSENT, sampleToken("1"));
      expect(first).toBe((await clean.read(KEY))?.generation);
    });

    test("ST-11 fails, typed, when nothing arrives at all, and has written nothing", async () => {
      const { store, clean } = await faulty(reset);
      const error = await failureOf(store.compareAndSwap(KEY, ABSENT, sampleToken("1")));
      expect(error).toMatchObject({
        code: "store-unavailable",
        message: expect.stringContaining("ECONNRESET"),
      });
      expect(await clean.read(KEY)).toBeNull();
    });
  });

  test("ST-11 counts right while the server is stopped, crashed and killed under four writers", {
    timeout: 60_000,
  }, async () => {
    const own = await startPostgres({ settings: { fsync: "on", full_page_writes: "on" } });
    try {
      const clients = Array.from({ length: 4 }, () => openPg(own.url));
      const [first] = clients;
      if (first === undefined) throw new Error("There is a first one.");
      const { store, table } = await freshStore({ ...first.plain, timeoutMs: 20_000 });
      let isOver = false;
      const writers = clients.map(async ({ plain }) => {
        const mine = postgresStore({ ...plain, table, timeoutMs: 20_000 });
        let done = 0;
        for (; !isOver; done++) await increment(mine);
        return done;
      });
      for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL", "SIGINT"] as const) {
        const before = Number(await textOf(store, KEY));
        await own.end(signal);
        await own.start();
        // Somebody got through again: each fault meets writers at work.
        while (Number(await textOf(store, KEY)) === before) await store.list();
      }
      isOver = true;
      const counts = await Promise.all(writers);
      expect(await textOf(store, KEY)).toBe(String(counts.reduce((sum, count) => sum + count, 0)));
      for (const client of clients) await client.close();
    } finally {
      await own.stop();
    }
  });

  test.each(["serializable", "repeatable read"])(
    "ST-11 loses no increment where %s is the default",
    async (level) => {
      const options = `-c default_transaction_isolation=${level.replace(" ", "\\ ")}`;
      const { store, client } = await open({}, { options });
      expect((await client.pool.query("SHOW transaction_isolation")).rows[0]).toEqual({
        transaction_isolation: level,
      });
      await Promise.all(Array.from({ length: 10 }, () => increment(store)));
      expect(await textOf(store, KEY)).toBe("10");
    },
  );

  test("ST-11 goes on after a statement that the server cancelled, and fails typed when all are", async () => {
    const { store, table } = await open({ timeoutMs: 1500 }, { options: "-c statement_timeout=100" });
    const first = await put(store, KEY, "1");
    const blocker = closing(openPg(server.url));
    const blocking = await blocker.pool.connect();
    await blocking.query(`BEGIN; SELECT FROM ${table} FOR UPDATE`);
    const refused = await failureOf(store.compareAndSwap(KEY, first, sampleToken("2")));
    expect(refused).toMatchObject({ code: "store-unwritable", message: expect.stringContaining("57014") });
    const writing = store.compareAndSwap(KEY, first, sampleToken("3"));
    await store.read(KEY);
    await blocking.query("ROLLBACK");
    blocking.release();
    expect(await writing).not.toBeNull();
    expect(await textOf(store, KEY)).toBe("3");
  });

  test("ST-11 waits for a connection of a pool that is used up, and fails typed when none comes", async () => {
    const { store, client } = await open({ timeoutMs: 600 }, { max: 1, connectionTimeoutMillis: 100 });
    const only = await client.pool.connect();
    expect(await failureOf(store.read(KEY))).toMatchObject({ code: "store-unavailable" });
    const reading = store.read(KEY);
    only.release();
    expect(await reading).toBeNull();
  });

  test("LO-10 says what to do when the pool has no connection left but the lock's", async () => {
    const client = closing(openPg(server.url, { max: 1 }));
    const { store } = await freshStore({ ...client.lending, timeoutMs: 300 });
    const error = await failureOf(store.withLock(KEY, () => store.read(KEY)));
    expect(error).toMatchObject({ code: "store-unavailable", hint: expect.stringContaining("pool") });
    expect(await store.read(KEY)).toBeNull();
  });

  test("ST-10 does not wait for a server that stands still, and works again when it goes on", async () => {
    const own = await startPostgres();
    const client = openPg(own.url);
    try {
      const { store } = await freshStore({ ...client.lending, timeoutMs: 300 });
      const first = await put(store, KEY, "1");
      own.freeze(true);
      const codes = await Promise.all(
        [store.read(KEY), store.list(), store.withLock(KEY, async () => "taken")].map(async (asked) => {
          return (await failureOf(asked)).code;
        }),
      );
      expect(codes).toEqual(["store-unavailable", "store-unavailable", "store-unavailable"]);
      const lost = await failureOf(store.compareAndSwap(KEY, first, sampleToken("2")));
      expect(lost.code).toBe("store-unavailable");
      own.freeze(false);
      expect(["1", "2"]).toContain(await textOf(store, KEY));
    } finally {
      own.freeze(false);
      await own.stop();
      await client.close();
    }
  });

  describe("fails typed, without a secret,", () => {
    const methods = (store: TokenStore) => [
      store.read(KEY),
      store.list(),
      store.compareAndSwap(KEY, ABSENT, sampleToken()),
      store.compareAndSwap(KEY, 5, sampleToken()),
      store.compareAndSwap(KEY, 5, null),
    ];

    test("without its table, which it never makes by itself", async () => {
      const client = closing(openPg(server.url));
      const store = postgresStore({ ...client.plain, table: "nobody_made_it" });
      const lending = postgresStore({ ...client.lending, table: "nobody_made_it" });
      const locks = [store, lending].map((one) => one.withLock(KEY, async () => "taken"));
      const all = [...methods(store), ...locks];
      for (const error of await Promise.all(all.map(failureOf))) {
        expect(error).toMatchObject({
          code: "store-unavailable",
          message: expect.stringContaining("nobody_made_it"),
          hint: "Create it once: await store.createTable()",
        });
      }
    });

    test.each([
      ["no server", (url: URL) => Object.assign(url, { port: "1" }), "ECONNREFUSED"],
      ["a wrong password", (url: URL) => Object.assign(url, { password: "CANARY-SEC-wrong" }), "28P01"],
      ["a database that is not there", (url: URL) => Object.assign(url, { pathname: "/CANARY" }), "3D000"],
    ])("with %s", async (_name, change, code) => {
      const client = closing(openPg(change(new URL(server.url)).href));
      const store = postgresStore({ ...client.lending, timeoutMs: 5000 });
      const all = [
        ...methods(store),
        store.check(),
        store.createTable(),
        store.withLock(KEY, async () => "taken"),
      ];
      for (const error of await Promise.all(all.map(failureOf))) {
        expect(error).toMatchObject({ code: "store-unavailable", message: expect.stringContaining(code) });
      }
    });

    test("with a user who may not", async () => {
      const { table, store } = await open();
      await server.run(
        `CREATE ROLE reader LOGIN PASSWORD 'CANARY-SEC-reader'; GRANT SELECT ON ${table} TO reader`,
      );
      await server.run("CREATE ROLE nobody LOGIN PASSWORD 'CANARY-SEC-nobody'");
      const as = (user: string) => {
        const url = Object.assign(new URL(server.url), { username: user, password: `CANARY-SEC-${user}` });
        return postgresStore({ ...closing(openPg(url.href)).plain, table });
      };
      await put(store, KEY, "1");
      expect(await textOf(as("reader"), KEY)).toBe("1");
      // The table is there: nothing needs to be made.
      await as("reader").createTable();
      expect((await failureOf(as("reader").compareAndSwap(KEY, 5, null))).code).toBe("store-unwritable");
      expect((await failureOf(as("nobody").read(KEY))).code).toBe("store-unreadable");
      expect((await failureOf(as("nobody").withLock(KEY, async () => 1))).code).toBe(
        "store-lock-unavailable",
      );
      expect(await as("nobody").check()).toEqual(expect.any(Array));
    });

    test("on a read-only standby, which it names as a problem, and where it still reads and locks", async () => {
      const standby = await startPostgres({ standbyOf: server });
      const client = openPg(standby.url);
      try {
        const { store, table } = await open();
        await put(store, KEY, "1");
        const there = postgresStore({ ...client.lending, table });
        while ((await there.read(KEY).catch(() => null)) === null) await server.run("SELECT 1");
        expect((await failureOf(there.compareAndSwap(KEY, 5, null))).code).toBe("store-read-only");
        expect(await there.withLock(KEY, () => textOf(there, KEY))).toBe("1");
        expect(await there.check()).toContainEqual(expect.stringContaining("standby"));
      } finally {
        await client.close();
        await standby.stop();
      }
    });

    test("FS-07 where the server's own words hold the token", async () => {
      const { store, table } = await open();
      await server.run(`ALTER TABLE ${table} ADD CHECK (record IS NULL)`);
      const error = await failureOf(store.compareAndSwap(KEY, ABSENT, sampleToken()));
      expect(error).toMatchObject({ code: "store-unwritable", message: expect.stringContaining("23514") });
    });
  });
});
