import { randomUUID } from "node:crypto";
import { afterAll, beforeAll } from "vitest";
import type { SecretService, SecretServiceOptions } from "../support/secret-service.js";
import { startSecretService } from "../support/secret-service.js";

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
