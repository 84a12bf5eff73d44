import { join } from "node:path";
import { StagedoorError } from "../base/errors.js";
import { nearest, sanitizeText } from "../base/text.js";
import { fallback } from "../stores/fallback.js";
import { fileStore } from "../stores/file.js";
import { keychainStore } from "../stores/keychain.js";
import type { TokenKey, TokenStore } from "../token/index.js";
import { type Context, say } from "./context.js";

/** What `STAGEDOOR_STORE` may be. */
const STORES = ["file", "keychain", "keychain-or-file"] as const;

/** A store as the commands know it. */
export interface CommandStore extends TokenStore {
  readonly place: string;
  readonly problems: readonly string[];
  /** Why a part of it cannot be reached, which may hold what was not found. */
  readonly outage?: StagedoorError | undefined;
}

interface Opened {
  readonly store: CommandStore;
  /** The problems that the user has been told already. */
  readonly said: Set<string>;
}

/** One store a run: what was found out about it holds for all who ask. */
const opened = new WeakMap<Context, Opened>();

/**
 * The store that the commands share: the one that `STAGEDOOR_STORE` names, or else files.
 *
 * @throws StagedoorError `argument-invalid` for a store that there is not
 */
export function openStore(context: Context): CommandStore {
  return openedStore(context).store;
}

/** Where the record of a key really lies. */
export async function placeOf(store: CommandStore, key: TokenKey): Promise<string> {
  return (await store.placeOf?.(key)) ?? store.place;
}

/** Tells the user what was found amiss and not told yet; true when there was something. */
export function sayProblems(context: Context): boolean {
  const { store, said } = openedStore(context);
  const fresh = store.problems.filter((problem) => !said.has(problem));
  for (const problem of fresh) {
    said.add(problem);
    say(context, `stagedoor: ${problem}`);
  }
  return fresh.length > 0;
}

function openedStore(context: Context): Opened {
  const known = opened.get(context);
  if (known !== undefined) return known;
  const said = new Set<string>();
  const store = makeStore(context, (problem) => {
    said.add(problem);
    say(context, `stagedoor: ${problem}`);
  });
  opened.set(context, { store, said });
  return { store, said };
}

function makeStore(context: Context, tell: (problem: string) => void): CommandStore {
  const { storeDirectory, clock } = context;
  const openFiles = () => fileStore({ directory: storeDirectory, clock });
  const openKeychain = () => {
    const lockDirectory = storeDirectory === undefined ? undefined : join(storeDirectory, "keychain-locks");
    return keychainStore({ lockDirectory, clock });
  };
  switch (readStoreName(context.environment.STAGEDOOR_STORE?.trim() || "file")) {
    case "file":
      return openFiles();
    case "keychain":
      return openKeychain();
    case "keychain-or-file":
      return fallback(openKeychain(), openFiles(), { clock, onFallback: ({ message }) => tell(message) });
  }
}

function readStoreName(text: string): (typeof STORES)[number] {
  const name = STORES.find((one) => one === text);
  if (name !== undefined) return name;
  const near = nearest(text, STORES);
  throw new StagedoorError(
    "argument-invalid",
    `STAGEDOOR_STORE names no store: "${sanitizeText(text, 40)}". There are: ${STORES.join(", ")}.`,
    { hint: near === undefined ? "Leave it away to keep tokens in files." : `Did you mean ${near}?` },
  );
}
