import { describe } from "vitest";
import { keychainStore } from "../../src/stores/keychain.js";
import { skipsSecretService } from "../support/components.js";
import { freshService, PATIENT_MS, withSecretService } from "./keychain-under-test.js";
import { storeSuite } from "./suite.js";
import { temporaryDirectory } from "./temporary-directory.js";

describe.skipIf(skipsSecretService)("a real Secret Service (skipped where there is none)", () => {
  withSecretService();

  storeSuite("keychain", () => {
    const shared = { service: freshService(), lockDirectory: temporaryDirectory(), timeoutMs: PATIENT_MS };
    // Time that stands still: generations must not need it.
    const clock = { now: () => 1_800_000_000_000 };
    return { store: keychainStore({ ...shared, clock }), sibling: keychainStore({ ...shared, clock }) };
  });
});
