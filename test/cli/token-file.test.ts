import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readTarget, writeTokenFile } from "../../src/cli/token-file.js";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagedoor-token-file-"));
  path = join(folder, "tokens.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = () => readFileSync(path, "utf8");

describe("writing a token file", () => {
  it("replaces what was read", async () => {
    writeFileSync(path, "old", { mode: 0o644 });
    await writeTokenFile(path, "new", await readTarget(path));
    expect(read()).toBe("new");
    if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["tokens.json"]);
  });

  it("loses nothing that another program wrote since it was read", async () => {
    writeFileSync(path, "old");
    const before = await readTarget(path);
    writeFileSync(path, "theirs");
    await expect(writeTokenFile(path, "ours", before)).rejects.toMatchObject({
      code: "store-unwritable",
      message: expect.stringContaining("changed by another program"),
    });
    expect(read()).toBe("theirs");
    expect(readdirSync(folder)).toEqual(["tokens.json"]);
  });

  it("gives way to a file that appeared since", async () => {
    expect(await readTarget(path)).toBeUndefined();
    writeFileSync(path, "theirs");
    await expect(writeTokenFile(path, "ours", undefined)).rejects.toMatchObject({
      code: "store-unwritable",
      hint: expect.stringContaining("--force"),
    });
    expect(read()).toBe("theirs");
    expect(readdirSync(folder)).toEqual(["tokens.json"]);
  });

  it("FS-07 gives way to a symbolic link that appeared since, and does not write where it leads", async () => {
    writeFileSync(path, "old");
    const before = await readTarget(path);
    rmSync(path);
    writeFileSync(join(folder, "victim"), "victim");
    symlinkSync(join(folder, "victim"), path);
    await expect(writeTokenFile(path, "ours", before)).rejects.toMatchObject({ code: "store-unwritable" });
    await expect(writeTokenFile(path, "ours", undefined)).rejects.toMatchObject({ code: "store-unwritable" });
    expect(read()).toBe("victim");
  });

  it("writes into a directory that is reached by a link, and under the longest name there can be", async () => {
    mkdirSync(join(folder, "real"));
    symlinkSync(join(folder, "real"), join(folder, "link"));
    const name = "x".repeat(255);
    await writeTokenFile(join(folder, "link", name), "text", undefined);
    expect(readdirSync(join(folder, "real"))).toEqual([name]);
  });
});
