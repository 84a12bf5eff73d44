import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { StagedoorError } from "../../src/base/errors.js";
import { postgresStore } from "../../src/stores/postgres.js";
import { postgresProblems } from "../../src/stores/postgres-check.js";
import type { PostgresQuery } from "../../src/stores/postgres-client.js";
import { ABSENT, type TokenStore } from "../../src/token/store.js";
import { skipsPostgres } from "../support/components.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { openPg } from "./postgres-clients.js";
import { closing, freshStore } from "./postgres-place.js";
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

/** Our error, which must hold no secret however it is looked at. */
async function failureOf(promise: Promise<unknown>): Promise<StagedoorError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof StagedoorError)) throw new Error(`That is none of our errors: ${inspect(error)}`);
  const seen = [inspect(error, { showHidden: true, depth: null }), JSON.stringify(error), String(error)];
  expect(seen.join("\n")).not.toMatch(/CANARY|postgres:\/\//);
  expect(error.hint).toBeTruthy();
  return error;
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
      const store = postgresStore({ ...closing(openPg(server.url)).plain, table: "nobody_made_it" });
      const all = [...methods(store), store.withLock(KEY, async () => "taken")];
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
      const store = postgresStore({ ...client.lending, timeoutMs: 200 });
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

  describe("and its table", () => {
    test("are made once by many at the same moment, and again without harm", async () => {
      const clients = Array.from({ length: 10 }, () => closing(openPg(server.url)));
      const stores = clients.map(({ plain }) => postgresStore({ ...plain, table: "at_once" }));
      await Promise.all(stores.map((store) => store.createTable()));
      const [store] = stores;
      await put(store ?? postgresStore({ query: () => Promise.reject() }), KEY, "1");
      await store?.createTable();
      expect(await store?.list()).toEqual([KEY]);
    });

    test("FS-07 may have any name, in any schema, that is no statement", async () => {
      const client = closing(openPg(server.url));
      await server.run('CREATE SCHEMA "my schema"');
      for (const table of ["my schema.Tökens; DROP TABLE x", "select", "UPPER"]) {
        const store = postgresStore({ ...client.plain, table });
        await store.createTable();
        await put(store, KEY, "1");
        expect(await textOf(store, KEY)).toBe("1");
      }
      for (const table of ["", "a.b.c", "a.", 'a"b', "a\0b", "x".repeat(64)]) {
        expect(() => postgresStore({ ...client.plain, table })).toThrow(
          expect.objectContaining({ code: "argument-invalid" }),
        );
      }
      const lost = postgresStore({ ...client.plain, table: "no_schema.tokens" });
      expect(await failureOf(lost.createTable())).toMatchObject({
        hint: expect.stringContaining("CREATE SCHEMA"),
      });
    });

    test("FS-10 keep nothing of a token that was removed but its generation", async () => {
      const { store, table } = await open();
      const generation = await put(store, KEY, "1");
      await store.compareAndSwap(KEY, generation, null);
      const rows = await server.run(
        `SELECT generation::text, key, record, damaged, lease_owner FROM ${table}`,
      );
      expect(rows).toEqual([
        { generation: String(generation), key: null, record: null, damaged: null, lease_owner: null },
      ]);
      await server.run(`DELETE FROM ${table}`);
      expect(await put(store, KEY, "2")).toBeGreaterThan(generation);
    });

    test("set a damaged record aside, and one of another row, but leave a newer one alone", async () => {
      const { store, table } = await open();
      await put(store, KEY, "1");
      await server.run(`UPDATE ${table} SET record = replace(record, '"version":1', '"version":2')`);
      expect(await failureOf(store.read(KEY))).toMatchObject({ code: "store-unreadable" });
      await server.run(`UPDATE ${table} SET record = replace(record, '"version":2', '"version":1')`);
      expect(await textOf(store, KEY)).toBe("1");
      for (const change of [
        "generation = generation + 1",
        "record = 'CANARY'",
        `record = replace(record, 'default', 'x')`,
      ]) {
        await put(store, KEY, "2");
        await server.run(`UPDATE ${table} SET ${change}`);
        expect(await failureOf(store.read(KEY))).toMatchObject({ code: "store-corrupt" });
        expect(await store.read(KEY)).toBeNull();
        expect((await server.run(`SELECT damaged FROM ${table}`))[0]?.damaged).toContain("CANARY");
      }
      await store.compareAndSwap(KEY, ABSENT, null);
      expect(await server.run(`SELECT damaged FROM ${table}`)).toEqual([{ damaged: null }]);
    });

    test("ST-17 list 10,000 profiles, and find one among them", async ({ annotate }) => {
      const { store, table } = await open();
      await put(store, KEY, "1");
      await server.run(`INSERT INTO ${table} (id, key, generation, record)
        SELECT 'x' || n, json_build_array('spotify', 'c0ffee', 'p' || n)::text, 1, repeat('r', 800)
        FROM generate_series(1, 9999) AS n`);
      const began = performance.now();
      expect(await store.list()).toHaveLength(10_000);
      const listed = performance.now();
      expect(await textOf(store, KEY)).toBe("1");
      await annotate(
        `list ${(listed - began).toFixed(0)} ms, read ${(performance.now() - listed).toFixed(1)} ms`,
      );
    });
  });

  test("FS-08 shows readers whole tokens only, and never an older one again, while one writes", async () => {
    const { store, table } = await open();
    const last = 300;
    await put(store, KEY, "0");
    const readers = Array.from({ length: 4 }, async () => {
      const mine = postgresStore({ ...closing(openPg(server.url)).plain, table });
      for (let seen = 0; seen < last; ) {
        const now = Number(await textOf(mine, KEY));
        expect(now).toBeGreaterThanOrEqual(seen);
        seen = now;
      }
    });
    for (let count = 1; count <= last; count++) await put(store, KEY, String(count));
    await Promise.all(readers);
  });

  test("ST-07 says by itself, once, when the server may lose what it answered to", async () => {
    const told: string[] = [];
    const { store } = await open(
      { onProblem: (problem: string) => told.push(problem) },
      { options: "-c synchronous_commit=off" },
    );
    await store.read(KEY);
    await store.check();
    await store.check();
    expect(told).toEqual([expect.stringContaining("synchronous_commit"), expect.stringContaining("fsync")]);
    expect(store.problems).toEqual(told);
    expect(store.place).toMatch(/^the table tokens_\w+ of a PostgreSQL database$/);
  });

  test("FS-16 names a connection in the clear to another machine", () => {
    const row = { commit: "on", fsync: "on", standby: "false", server: "192.0.2.1", client: "192.0.2.2" };
    expect(postgresProblems({ ...row, tls: "false" })).toEqual([expect.stringContaining("not encrypted")]);
    expect(postgresProblems({ ...row, tls: "true" })).toEqual([]);
    expect(postgresProblems({ ...row, tls: "false", server: "127.0.0.1" })).toEqual([]);
    expect(postgresProblems({ ...row, tls: "false", server: null, client: null })).toEqual([]);
  });

  test("refuses times that no timer can wait for", () => {
    for (const options of [
      { leaseMs: 0 },
      { timeoutMs: -1 },
      { timeoutMs: Number.NaN },
      { leaseMs: 2 ** 31 },
    ]) {
      const make = () => postgresStore({ query: () => Promise.reject(new Error("unused")), ...options });
      expect(make).toThrow(expect.objectContaining({ code: "argument-invalid" }));
    }
  });
});
