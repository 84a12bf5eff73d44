import { afterAll, beforeAll, describe } from "vitest";
import { postgresStore } from "../../src/stores/postgres.js";
import { skipsPostgres } from "../support/components.js";
import {
  type Pgbouncer,
  type PostgresServer,
  startPgbouncer,
  startPostgres,
} from "../support/postgres-server.js";
import {
  type OpenClient,
  openPg,
  openPglite,
  openPostgresJs,
  type PostgresAccess,
} from "./postgres-clients.js";
import { storeSuite } from "./suite.js";

/** These are about what the store does, not how fast a busy machine is. */
const PATIENT_MS = 20_000;

let tables = 0;

/** The suite over a client library: a new table for each test, two sets of connections for all. */
function suiteOver(
  name: string,
  open: () => OpenClient | Promise<OpenClient>,
  access: (client: OpenClient) => PostgresAccess,
  isShared = false,
): void {
  describe(name, () => {
    let one: OpenClient;
    let other: OpenClient;
    beforeAll(async () => {
      one = await open();
      other = isShared ? one : await open();
    }, 60_000);
    afterAll(async () => {
      await one.close();
      if (!isShared) await other.close();
    });
    storeSuite(name, async () => {
      tables += 1;
      const table = `tokens_${tables}`;
      const store = postgresStore({ ...access(one), table, timeoutMs: PATIENT_MS });
      await store.createTable();
      return { store, sibling: postgresStore({ ...access(other), table, timeoutMs: PATIENT_MS }) };
    });
  });
}

suiteOver("PGlite", openPglite, ({ plain }) => plain, true);

describe.skipIf(skipsPostgres)("PostgreSQL", () => {
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

  for (const [name, open] of [
    ["pg", () => openPg(server.url)],
    ["postgres.js", () => openPostgresJs(server.url)],
    ["pg behind pgbouncer in transaction mode", () => openPg(bouncer.url)],
    ["postgres.js behind pgbouncer in transaction mode", () => openPostgresJs(bouncer.url)],
  ] as const) {
    suiteOver(`${name}, locks by transactions`, open, ({ lending }) => lending);
    suiteOver(`${name}, locks by leases`, open, ({ plain }) => plain);
  }
});
