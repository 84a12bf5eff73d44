// A store in words that can be sent to another process, and how a worker opens it. A new store: a member of the union, a case below.
import { fileStore } from "../../src/stores/file.js";
import type { TokenStore } from "../../src/token/index.js";

export type StoreDescription = { readonly kind: "file"; readonly directory: string };

/** A store that is open, and how to let go of its connections. */
export interface OpenStore {
  readonly store: TokenStore;
  close(): Promise<void>;
}

export async function openStore(description: StoreDescription): Promise<OpenStore> {
  return { store: fileStore({ directory: description.directory }), close: async () => undefined };
}
