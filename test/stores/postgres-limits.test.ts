import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresStore } from "../../src/stores/postgres.js";
import { skipsPostgres } from "../support/components.js";
import {
  type Pgbouncer,
  type PostgresServer,
  startPgbouncer,
  startPostgres,
} from "../support/postgres-server.js";
import { buildWorker, startWorker } from "../support/worker.js";
import { APP, limitsSuite, rate, rounded, told } from "./limits-suite.js";
import { type OpenClient, openPg, openPglite, openPostgresJs } from "./postgres-clients.js";
import { closing, failureOf } from "./postgres-place.js";
import { KEY, sampleToken } from "./sample.js";

const HOUR = 3_600_000;
let tables = 0;

/** The suite over a client library: a new table for each test, one set of connections for all. */
function suiteOver(name: string, open: () => OpenClient | Promise<OpenClient>, lends = false): void {
  describe(name, () => {
    let client: OpenClient;
    beforeAll(async () => {
      client = await open();
    }, 60_000);
    afterAll(() => client.close());
    limitsSuite(name, async () => {
      tables += 1;
      const access = { ...(lends ? client.lending : client.plain), table: `limits_${tables}` };
      const store = postgresStore(access);
      await store.createTable();
      return { limits: store.limits, sibling: postgresStore(access).limits };
    });
  });
}

suiteOver("PGlite", openPglite);

describe.skipIf(skipsPostgres)("limits in PostgreSQL (skipped where there is none)", () => {
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

  suiteOver("pg", () => openPg(server.url));
  suiteOver("pg with connections for locks", () => openPg(server.url), true);
  suiteOver("postgres.js", () => openPostgresJs(server.url));
  suiteOver("pg behind pgbouncer in transaction mode", () => openPg(bouncer.url));

  test("are rows of the tokens' table, and no tokens", async () => {
    const store = postgresStore({ ...closing(openPg(server.url)).plain, table: "beside" });
    await store.createTable();
    await store.compareAndSwap(KEY, 0, sampleToken());
    for (const path of ["/v1/a", "/v1/b"]) await store.limits?.note(APP, rate(300, path));
    await store.limits?.note(APP, rate(HOUR));
    expect(await store.list()).toEqual([KEY]);
    await expect.poll(() => store.limits?.read(APP)).toHaveLength(1);
    // What has ended goes with the next note.
    await store.limits?.note(APP, rate(2 * HOUR));
    expect(await server.run("SELECT count(*)::int AS count FROM beside")).toEqual([{ count: 2 }]);
  });

  test("CL-04 end when they should, however wrong the clock of a machine is", async () => {
    const { limits, createTable } = bound(
      postgresStore({ ...closing(openPg(server.url)).plain, table: "clocks" }),
    );
    await createTable();
    await limits.note(APP, rate(HOUR));
    const now = Date.now;
    try {
      Date.now = () => now() + 10 * HOUR;
      expect(await told(limits)).toEqual(await rounded([rate(HOUR)]));
      await limits.note(APP, rate(2 * HOUR));
    } finally {
      Date.now = now;
    }
    expect(await told(limits)).toEqual(await rounded([rate(2 * HOUR)]));
  });

  test("fail with the next step where there is no table, or no right to it", async () => {
    const { limits } = bound(postgresStore({ ...closing(openPg(server.url)).plain, table: "nowhere" }));
    for (const ask of [() => limits.read(APP), () => limits.note(APP, rate(HOUR))]) {
      expect(await failureOf(ask())).toMatchObject({
        code: "store-unavailable",
        hint: expect.stringContaining("createTable"),
      });
    }
  });

  test("RL-05 processes that note at the same moment lose nothing", async () => {
    const { limits, createTable } = bound(postgresStore(closing(openPg(server.url)).plain));
    await createTable();
    const worker = buildWorker(new URL("limits-worker.ts", import.meta.url));
    const names = ["a", "b", "c"];
    const workers = names.map((name) => startWorker(worker, { args: ["postgres", server.url, name, "20"] }));
    for (const { nextLine } of workers) expect(await nextLine()).toBe("ready");
    for (const { send } of workers) send("go");
    for (const { result } of workers) expect(await result).toMatchObject({ code: 0, stderr: "" });
    const expected = names.flatMap((name) =>
      Array.from({ length: 20 }, (_, index) => rate(HOUR, `/v1/${name}/${index}`)),
    );
    expect(await told(limits)).toEqual(await rounded(expected));
  });
});

function bound(store: ReturnType<typeof postgresStore>) {
  if (store.limits === undefined) throw new Error("It has none.");
  return { limits: store.limits, createTable: () => store.createTable() };
}
