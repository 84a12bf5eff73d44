import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { AsyncEntry, findCredentialsAsync } from "@napi-rs/keyring";
import { afterAll, beforeAll, expect } from "vitest";
import { StagedoorError } from "../../src/base/errors.js";
import type { KeychainStore } from "../../src/stores/keychain.js";
import { keychainStore } from "../../src/stores/keychain.js";
import type { SecretService, SecretServiceOptions } from "../support/secret-service.js";
import { startSecretService } from "../support/secret-service.js";
import { temporaryDirectory } from "./temporary-directory.js";

/** Runs a keychain for the tests of a file, or of a `describe`, and gives it to them. */
export function withSecretService(options: SecretServiceOptions = {}): () => SecretService {
  let service: SecretService | undefined;
  const before = process.env.DBUS_SESSION_BUS_ADDRESS;
  beforeAll(async () => {
    service = await startSecretService(options);
    process.env.DBUS_SESSION_BUS_ADDRESS = service.environment.DBUS_SESSION_BUS_ADDRESS;
  });
  afterAll(async () => {
    if (before === undefined) delete process.env.DBUS_SESSION_BUS_ADDRESS;
    else process.env.DBUS_SESSION_BUS_ADDRESS = before;
    await service?.close();
  });
  return () => {
    if (service === undefined) throw new Error("There is no keychain yet.");
    return service;
  };
}

/** A name under which nobody has filed anything. */
export function freshService(): string {
  return `stagedoor-test-${randomUUID()}`;
}

/** For tests about something else: this machine may be busy. */
export const PATIENT_MS = 20_000;

/** The time in these keychains. */
const NOW = 1_800_000_000_000;

/** A store, and its entries as another program sees them. */
export interface Keychain {
  readonly store: KeychainStore;
  readonly service: string;
  /** The entry, as another program sees it. */
  entry(account: string): AsyncEntry;
  accounts(): Promise<readonly string[]>;
}

export function makeKeychain(options: { lockDirectory?: string; timeoutMs?: number } = {}): Keychain {
  const service = freshService();
  const lockDirectory = temporaryDirectory();
  const clock = { now: () => NOW };
  return {
    store: keychainStore({ service, lockDirectory, timeoutMs: PATIENT_MS, clock, ...options }),
    service,
    entry: (account) => new AsyncEntry(service, account, { linux: { store: "secret-service" } }),
    accounts: async () => (await findCredentialsAsync(service)).map((found) => found.account).sort(),
  };
}

/** The failure of `work`, which must be one of ours, with a next step and without a secret. */
export async function failureOf(work: Promise<unknown>): Promise<StagedoorError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof StagedoorError)) throw new Error(`No failure of ours: ${inspect(error)}`);
  expect(inspect(error) + JSON.stringify(error)).not.toContain("CANARY");
  expect(error.hint).toEqual(expect.any(String));
  return error;
}
