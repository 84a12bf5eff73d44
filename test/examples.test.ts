import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { transformSync } from "esbuild";
import { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { table } from "../src/contract/index.js";
import { createSpotify, type Spotify } from "../src/index.js";
import { login } from "../src/login/index.js";
import { encrypted } from "../src/stores/encrypted.js";
import { fileStore } from "../src/stores/file.js";
import { redisStore } from "../src/stores/redis.js";
import { pointAt } from "./support/command.js";
import { skipsRedis } from "./support/components.js";
import { consentByProgram, EMULATOR_CLIENT_ID, withEmulator } from "./support/emulated.js";
import { startRedis } from "./support/redis-server.js";

const ROOT = resolve(import.meta.dirname, "..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");
const EXAMPLES = readdirSync(join(ROOT, "examples")).filter((file) => file.endsWith(".ts"));

type Variables = Readonly<Record<string, string | undefined>>;

/** Runs an example, and what is written below it, as a program that has the built package installed; gives what it prints. */
async function runExample(file: string, environment: Variables, below = ""): Promise<string> {
  const { code } = transformSync(readFileSync(join(ROOT, "examples", file), "utf8"), {
    loader: "ts",
    format: "esm",
  });
  const { PATH } = process.env;
  const options = { cwd: ROOT, env: { PATH, ...environment } };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", code + below],
    options,
  );
  return stdout;
}

/** Gives a person's client and the variables of a program that finds their login. */
async function withLogin(use: (spotify: Spotify, environment: Variables) => Promise<void>): Promise<void> {
  await withEmulator(async (served, emulator) => {
    emulator.world.consent = "allow";
    const home = mkdtempSync(join(tmpdir(), "stagedoor-test-"));
    const store = fileStore({ directory: join(home, "stagedoor/tokens") });
    const { accounts: accountsUrl, api: apiUrl } = served;
    const spotify = createSpotify({ clientId: EMULATOR_CLIENT_ID, accountsUrl, apiUrl, store });
    const scope = "user-top-read user-library-read playlist-modify-private playlist-read-private";
    await spotify.session.adopt(await login(spotify.app, { scope, openBrowser: consentByProgram }));
    await use(spotify, { ...pointAt(served), XDG_CONFIG_HOME: home, HOME: home });
    rmSync(home, { recursive: true });
  });
}

describe("the README", () => {
  it.each(EXAMPLES)("shows examples/%s as it is", (file) => {
    const [, shown] =
      new RegExp(`<!-- example: examples/${file} -->\\n\`\`\`ts\\n([\\s\\S]*?)\`\`\``).exec(README) ?? [];
    expect(shown).toBe(readFileSync(join(ROOT, "examples", file), "utf8"));
  });

  it("says how many operations have a method", () => {
    expect(README).toContain(`All ${table().length} operations have a method`);
  });

  it("names every command that there is, and no other", () => {
    const help = execFileSync(process.execPath, [join(ROOT, "dist/cli/main.js"), "--help"], {
      encoding: "utf8",
    });
    const commands = [...help.matchAll(/^ {2}([a-z]+) \[?[a-z<[]/gm)]
      .map((match) => match[1])
      .filter((name) => name !== "help");
    const named = [...README.matchAll(/^\| `stagedoor ([a-z]+)/gm)].map((match) => match[1]);
    expect(named.sort()).toEqual(commands.filter((name) => name !== "stagedoor").sort());
  });
});

describe("the examples", () => {
  it("print the top tracks of whoever is logged in", async () => {
    await withLogin(async (spotify, environment) => {
      const printed = await runExample("top-tracks.ts", environment);
      const { items } = await spotify.me.top({ type: "tracks", limit: 10 });
      expect(printed.trim().split("\n")).toEqual(items.map((track) => track.name));
    });
  });

  it("put what is saved into a playlist", async () => {
    await withLogin(async (spotify, environment) => {
      const printed = await runExample("playlist-of-favourites.ts", environment);
      const { total } = await spotify.me.tracks({ limit: 1 });
      expect(printed).toBe(`${total} tracks are in Favourites of today.\n`);
      const lists = await spotify.me.playlists();
      expect(lists.items.find((list) => list?.name === "Favourites of today")?.items?.total).toBe(total);
    });
  });

  it("do after the official SDK what was done with it", async () => {
    await withLogin(async (spotify, environment) => {
      const printed = await runExample("coming-from/official-sdk.after.ts", environment);
      const { items } = await spotify.me.top({ type: "tracks", timeRange: "short_term", limit: 10 });
      expect(printed.trim().split("\n")).toEqual(items.map((track) => track.name));
    });
  });

  it("do after spotify-web-api-node what was done with it", async () => {
    await withLogin(async (spotify, environment) => {
      await spotify.session.logout();
      const below = `
        const { url, pending } = await begin();
        const { headers } = await fetch(url, { redirect: "manual" });
        const kept = JSON.parse(JSON.stringify(pending));
        console.log(JSON.stringify(await finish(kept, headers.get("location"))));`;
      const printed = await runExample("coming-from/spotify-web-api-node.after.ts", environment, below);
      const { items } = await spotify.me.top({ type: "tracks", limit: 10 });
      expect(JSON.parse(printed)).toEqual(items.map((track) => track.name));
    });
  });

  it("test with a person logged in", async () => {
    expect(await runExample("logged-in-test.ts", {})).toMatch(/^(?:#|ℹ) pass 1$/m);
  });

  it("use an emulator without a port", async () => {
    expect(await runExample("emulator.ts", {})).toBe("3 tracks, 1 token request\n");
  });

  it.skipIf(skipsRedis)(
    "run as several processes that share a login in Redis, of which one refreshes",
    async () => {
      const server = await startRedis();
      const redis = new Redis(server.port);
      try {
        await withEmulator(async (served, emulator) => {
          emulator.world.consent = "allow";
          const key = randomBytes(32).toString("base64");
          const tokens = redisStore({ command: ([name = "", ...rest]) => redis.call(name, ...rest) });
          const { accounts: accountsUrl, api: apiUrl } = served;
          const store = encrypted(tokens, { key });
          const place = { clientId: EMULATOR_CLIENT_ID, accountsUrl, apiUrl, store, profile: "mia" };
          const spotify = createSpotify(place);
          const token = await login(spotify.app, {
            scope: "user-read-private",
            openBrowser: consentByProgram,
          });
          await spotify.session.adopt(token.with({ expiresAt: token.obtainedAt }));
          const environment = {
            ...pointAt(served),
            REDIS_URL: `redis://127.0.0.1:${server.port}`,
            TOKEN_KEY: key,
          };
          const printed = await Promise.all([1, 2, 3].map(() => runExample("many-machines.ts", environment)));
          const { display_name: name } = await spotify.me.profile();
          expect(printed).toEqual([`${name}\n`, `${name}\n`, `${name}\n`]);
          expect(emulator.ledger.tokenRequests().map(({ grant }) => grant)).toEqual([
            "authorization_code",
            "refresh_token",
          ]);
        });
      } finally {
        redis.disconnect();
        await server.stop();
      }
    },
  );
});
