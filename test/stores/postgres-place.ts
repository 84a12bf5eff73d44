import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";
import { inspect } from "node:util";
import { expect, onTestFinished } from "vitest";
import { StagedoorError } from "../../src/base/errors.js";
import { randomString } from "../../src/base/random.js";
import type { PostgresStore, PostgresStoreOptions } from "../../src/stores/postgres.js";
import { postgresStore } from "../../src/stores/postgres.js";
import type { OpenClient } from "./postgres-clients.js";

/** Closes a client with the test. */
export function closing<C extends OpenClient>(client: C): C {
  onTestFinished(() => client.close());
  return client;
}

/** A store over a table of its own. */
export async function freshStore(
  options: PostgresStoreOptions,
): Promise<{ store: PostgresStore; table: string }> {
  const table = `tokens_${randomString(6).replaceAll("-", "_").toLowerCase()}`;
  const store = postgresStore({ ...options, table });
  await store.createTable();
  return { store, table };
}

/** A wire between a client and a server that can be cut without either of them being told. */
export async function startWire(port: number): Promise<{ readonly port: number; cut(): void }> {
  const sockets: Socket[] = [];
  const wire = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    sockets.push(near, far);
    near.on("error", () => far.destroy()).pipe(far);
    far.on("error", () => near.destroy()).pipe(near);
  });
  await new Promise<void>((resolve) => wire.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => wire.close(resolve));
  });
  return {
    port: (wire.address() as AddressInfo).port,
    cut() {
      for (const socket of sockets) socket.unpipe().pause();
    },
  };
}

/** Our error, which must hold no secret however it is looked at. */
export async function failureOf(promise: Promise<unknown>): Promise<StagedoorError> {
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
