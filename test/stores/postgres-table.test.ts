import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresStore } from "../../src/stores/postgres.js";
import { postgresProblems } from "../../src/stores/postgres-check.js";
import { ABSENT } from "../../src/token/store.js";
import { skipsPostgres } from "../support/components.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { openPg } from "./postgres-clients.js";
import { closing, failureOf, freshStore } from "./postgres-place.js";
import { KEY } from "./sample.js";
import { put, textOf } from "./store-under-test.js";

describe.skipIf(skipsPostgres)("the table of the PostgreSQL store", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  afterAll(() => server?.stop());

  const open = async (options = {}, poolOptions = {}) => {
    const client = closing(openPg(server.url, poolOptions));
    return { client, ...(await freshStore({ ...client.plain, ...options })) };
  };

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
    const rows = await server.run(`SELECT generation::text, key, record, damaged, lease_owner FROM ${table}`);
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

  test("refuses clients that are no functions, before anything is asked of them", () => {
    for (const options of [{}, { query: {} }, { query: async () => ({ rows: [] }), connect: {} }])
      expect(() => Reflect.apply(postgresStore, undefined, [options])).toThrow(
        expect.objectContaining({
          code: "argument-invalid",
          hint: expect.stringContaining("Wrap your client"),
        }),
      );
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
