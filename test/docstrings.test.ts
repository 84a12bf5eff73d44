import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
const FOLDER = join(ROOT, "node_modules/.cache/docstrings");

/** What an example may take for granted: everything public, and the things that a program around it would have. */
const AROUND = `
import { createInterface } from "node:readline";
import type { PGlite } from "@electric-sql/pglite";
import { Redis } from "ioredis";
import { Pool } from "pg";
import postgres, { type Sql } from "postgres";
import { StagedoorError } from "${ROOT}/src/base/errors.js";
import { Secret } from "${ROOT}/src/base/secret.js";
import { bareCall, bareClient } from "${ROOT}/src/client/bare.js";
import { ApiError, call, type Connection, createClient, getResource, items, libraryOf, method, pages, PartialWriteError, playlistEdits, playlistItems, request, searchQuery, severalOf, deviceNamed, playerHelpers, playSaved, queueMany, resume, seekBy } from "${ROOT}/src/client/index.js";
import { albums, parseLocalFile, parseResource, tracks } from "${ROOT}/src/contract/index.js";
import { createEmulator, EMULATOR_CLIENT_ID } from "${ROOT}/src/emulator/index.js";
import { serveEmulator } from "${ROOT}/src/emulator/serve.js";
import { createSpotify, type Spotify } from "${ROOT}/src/index.js";
import { canOpenBrowser, login, openBrowser, pasteLogin } from "${ROOT}/src/login/index.js";
import { type App, beginLogin, checkRedirectUri, clientCredentials, completeLogin, createApp, parseImplicitCallback, type PendingLogin } from "${ROOT}/src/oauth/index.js";
import { Session } from "${ROOT}/src/session/index.js";
import { encrypted } from "${ROOT}/src/stores/encrypted.js";
import { fallback } from "${ROOT}/src/stores/fallback.js";
import { envStore } from "${ROOT}/src/stores/env.js";
import { fileStore } from "${ROOT}/src/stores/file.js";
import { configDirectory } from "${ROOT}/src/stores/file-config-directory.js";
import { fileStem } from "${ROOT}/src/stores/file-name.js";
import { keychainStore } from "${ROOT}/src/stores/keychain.js";
import { memoryStore } from "${ROOT}/src/stores/memory.js";
import { postgresStore } from "${ROOT}/src/stores/postgres.js";
import { redisStore } from "${ROOT}/src/stores/redis.js";
import { webStorageStore } from "${ROOT}/src/stores/web-storage.js";
import { emulatedSpotify, logInAt } from "${ROOT}/src/testing.js";
import { detectFormat, exportTokens, importTokens } from "${ROOT}/src/token/formats/index.js";
import { normalizeScopes, serializeToken, type Token } from "${ROOT}/src/token/index.js";
import { apiSend, Breaker, cache, fetchSender, oddities, RetryBudget, retry, stack } from "${ROOT}/src/transport/index.js";
import { nodeSender } from "${ROOT}/src/transport/node.js";
declare const accessToken: string;
declare const app: App;
declare const client: import("redis").RedisClientType;
declare const redis: import("ioredis").Redis;
declare const authorization: string;
declare const clientId: string;
declare const clock: { now(): number };
declare const connection: Connection;
declare const db: PGlite;
declare const database: { save(text: string): Promise<void> };
declare const pending: PendingLogin;
declare const playlistId: string;
declare const pool: Pool;
declare const session: Session;
declare const spotify: Spotify;
declare const sql: Sql;
declare const store: import("${ROOT}/src/token/index.js").TokenStore;
declare const text: string;
declare const token: Token;
declare const uris: readonly string[];
declare const url: string;
`;

interface Example {
  readonly file: string;
  readonly code: string;
}

function examples(): readonly Example[] {
  const files = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const guides = ["emulator.md", "import-export.md", "stores.md", "web-api.md"].flatMap((file) => {
    const text = readFileSync(join(ROOT, "docs", file), "utf8");
    return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => ({
      file,
      code: withoutImports(match[1] ?? ""),
    }));
  });
  const docstrings = files.flatMap((file) => {
    const text = readFileSync(join(ROOT, "src", file), "utf8");
    const found = [...text.matchAll(/\/\*\*(?:(?!\*\/)[\s\S])*?@example\n((?:(?!\*\/)[\s\S])*)\*\//g)];
    return found.map((match) => ({ file, code: (match[1] ?? "").replace(/^ *\* ?/gm, "") }));
  });
  return [...docstrings, ...guides];
}

/** A guide shows what to import; here all of it is there already. */
function withoutImports(code: string): string {
  return code.replace(/^import [^;]*;\n/gm, "");
}

describe("the examples in docstrings and guides", () => {
  it("compile", () => {
    const all = examples();
    expect(all.length).toBeGreaterThan(25);
    const bodies = all.map(
      ({ file, code }, index) => `// ${file}\nexport async function example${index}() {\n${code}\n}\n`,
    );
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, "examples.ts"), AROUND + bodies.join("\n"));
    const settings = {
      extends: join(ROOT, "tsconfig.json"),
      include: ["examples.ts", join(ROOT, "src/**/*.d.ts")],
    };
    const compilerOptions = { noUnusedLocals: false, typeRoots: [join(ROOT, "node_modules/@types")] };
    writeFileSync(join(FOLDER, "tsconfig.json"), JSON.stringify({ ...settings, compilerOptions }));
    expect(compile()).toBe("");
  });
});

/** What the compiler complains of. */
function compile(): string {
  try {
    return execFileSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", FOLDER], {
      encoding: "utf8",
    });
  } catch (error) {
    return String((error as { stdout?: string }).stdout);
  }
}
