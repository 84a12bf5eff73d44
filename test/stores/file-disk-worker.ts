// A process that sees a disk fail which only it can see, or runs out of something: `COMMAND DIRECTORY`. Needs root, but for `descriptors`.
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileStore } from "../../src/stores/file.js";
import { tokenFileName } from "../../src/stores/file-name.js";
import { ABSENT } from "../../src/token/store.js";
import { KEY, sampleText, sampleToken } from "./sample.js";

const [command = "", directory = ""] = process.argv.slice(2);
const store = fileStore({ directory });
const path = join(directory, tokenFileName(KEY));

const commands: Record<string, () => Promise<unknown>> = {
  /** A file system of 64 KiB without a byte to spare. */
  full: () => onTmpfs("size=64k", () => fill((name) => writeFileSync(name, Buffer.alloc(4096)))),

  /** A file system with room, but for no further file. */
  crowded: () => onTmpfs("nr_inodes=12", () => fill((name) => writeFileSync(name, ""))),

  /** A file system that becomes read-only while it is in use. */
  "read-only": () =>
    onTmpfs("size=64k", () => {
      execFileSync("mount", ["-o", "remount,ro", directory]);
      return () => execFileSync("mount", ["-o", "remount,rw", directory]);
    }),

  /** A token file that is a mount of its own, as where a container was given the one file. */
  mounted: () =>
    onTmpfs("size=64k", () => {
      const elsewhere = join(directory, "elsewhere");
      writeFileSync(elsewhere, readFileSync(path), { mode: 0o600 });
      execFileSync("mount", ["--bind", elsewhere, path]);
      return () => {
        execFileSync("umount", [path]);
        rmSync(elsewhere);
      };
    }),

  /** Fewer and fewer free file descriptors. */
  async descriptors() {
    await write("0");
    const content = readFileSync(path);
    const all: number[] = [];
    try {
      for (;;) all.push(openSync("/dev/null", "r"));
    } catch {
      // There is none left.
    }
    const codes: unknown[] = [];
    for (let free = 0; free < 8; free++) {
      const answer = await write("written").catch(codeOf);
      codes.push(answer);
      if (typeof answer !== "number" && !readFileSyncLater(all).equals(content))
        throw new Error("The old file was harmed.");
      if (typeof answer === "number") break;
      const fd = all.pop();
      if (fd !== undefined) closeSync(fd);
    }
    for (const fd of all) closeSync(fd);
    return {
      codes: [...new Set(codes.map((code) => (typeof code === "number" ? "written" : code)))],
      files: readdirSync(directory).sort(),
    };
  },
};

/** Reads the token file with a descriptor that is freed for it. */
function readFileSyncLater(all: number[]): Buffer {
  const fd = all.pop();
  if (fd !== undefined) closeSync(fd);
  const content = readFileSync(path);
  all.push(openSync("/dev/null", "r"));
  return content;
}

async function onTmpfs(options: string, harm: () => () => void): Promise<unknown> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  execFileSync("mount", ["-t", "tmpfs", "-o", `${options},mode=700`, "tmpfs", directory]);
  await write("old");
  const before = { content: readFileSync(path), names: readdirSync(directory) };
  const heal = harm();
  const harmed = readdirSync(directory);
  const refused = await write("new").catch(codeOf);
  const read = await text().catch(codeOf);
  const isWhole =
    readFileSync(path).equals(before.content) && readdirSync(directory).length === harmed.length;
  heal();
  const written = typeof (await write("new")) === "number";
  return { refused, read, isWhole, written, text: await text(), files: readdirSync(directory).sort() };
}

function fill(add: (name: string) => void): () => void {
  const filler = join(directory, "filler-");
  let count = 0;
  try {
    for (; ; count++) add(`${filler}${count}`);
  } catch {
    return () => {
      for (let index = 0; index <= count; index++) rmSync(`${filler}${index}`, { force: true });
    };
  }
}

async function write(content: string): Promise<number | null> {
  return store.compareAndSwap(KEY, (await store.read(KEY))?.generation ?? ABSENT, sampleToken(content));
}

async function text(): Promise<string | undefined> {
  const stored = await store.read(KEY);
  return stored === null ? undefined : sampleText(stored.token);
}

/** The code of our error, and that of the system in its message. */
function codeOf(error: unknown): string {
  const { code, message } = Object(error);
  return `${code} ${/\b(E[A-Z]+)\b/.exec(message)?.[1]}`;
}

process.stdout.write(JSON.stringify(await commands[command]?.()));
