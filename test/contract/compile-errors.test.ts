import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const FOLDER = join(ROOT, "node_modules/.cache/compile-errors");

const PROGRAM = `
import { type Client } from "${ROOT}/dist/client/index.js";
export async function mistakes(client: Client) {
  await client.tracks.get({ id: "x", marked: "DE" });
  await client.playlists.create({ public: false });
  await client.me.top({ type: "tracks", timerange: "long_term" });
  await client.search.find({ q: "x", kind: ["track"] });
  await client.player.seek({ positionMs: "1" });
}
`;

/** What the compiler says about a program that uses the built package. */
function complaintsAbout(program: string): string {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, "program.ts"), program);
  const compilerOptions = { typeRoots: [join(ROOT, "node_modules/@types")] };
  const settings = { extends: join(ROOT, "tsconfig.json"), compilerOptions, include: ["program.ts"] };
  writeFileSync(join(FOLDER, "tsconfig.json"), JSON.stringify(settings));
  try {
    return execFileSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", FOLDER], {
      encoding: "utf8",
    });
  } catch (error) {
    return String((error as { stdout?: string }).stdout);
  }
}

it("a wrong argument is answered with the arguments that there are, not with the row", () => {
  const complaints = complaintsAbout(PROGRAM);
  expect(complaints.match(/error TS/g)).toHaveLength(5);
  expect(complaints).toContain("'{ readonly id: string; readonly market?: string | undefined; }'");
  expect(complaints).not.toMatch(/operationId|Arguments<|Parameter<|ScopeRule|Endpoint/);
});
