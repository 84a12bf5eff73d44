import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, posix, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");

/** The files that would be published, as npm counts them. Without scripts: other tests are using what is built. */
function packed(): readonly string[] {
  const words = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const [{ files }] = JSON.parse(execFileSync("npm", words, { cwd: ROOT, encoding: "utf8" })) as [
    { files: readonly { readonly path: string }[] },
  ];
  return files.map(({ path }) => path);
}

interface Link {
  readonly from: string;
  /** A path in the package, with its anchor. */
  readonly to: string;
}

function linksIn(from: string, text: string): readonly Link[] {
  const written = text.replace(/```[\s\S]*?```/g, "").matchAll(/\]\(([^)\s]+)\)/g);
  return [...written]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => ({
      from,
      to: target.startsWith("#") ? from + target : posix.join(posix.dirname(from), target),
    }));
}

/** The names in a page that can be linked to: its own, and those that its headings get. */
function anchorsOf(text: string): readonly string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = ""]) => id)];
}

describe("the package", () => {
  const files = packed();
  const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

  /** Why a link leads nowhere; `undefined` for one that does not. */
  function problem({ from, to }: Link): string | undefined {
    const [file = "", anchor] = to.split("#");
    const isThere = files.includes(file) || files.some((one) => one.startsWith(`${file}/`));
    if (!isThere) return `${from}: ${to} is not in the package`;
    if (anchor !== undefined && !anchorsOf(read(file)).includes(anchor))
      return `${from}: ${to} is no heading`;
    return undefined;
  }

  it("holds whatever its pages link to", () => {
    const pages = files.filter((file) => file.endsWith(".md"));
    const links = pages.flatMap((file) => linksIn(file, read(file)));
    expect(links.length).toBeGreaterThan(10);
    expect(links.map(problem).filter((found) => found !== undefined)).toEqual([]);
  });

  it("would not hold a link to what is left out, or to a heading that is not there", () => {
    const text = "[a](../test/x.ts) [b](emulator.md#faults) [c](emulator.md#fauts) [d](https://a.example/)";
    expect(linksIn("docs/a.md", text).map(problem)).toEqual([
      "docs/a.md: test/x.ts is not in the package",
      undefined,
      "docs/a.md: docs/emulator.md#fauts is no heading",
    ]);
  });

  it("exports whatever its pages import", async () => {
    const text = files
      .filter((file) => file.endsWith(".md"))
      .map(read)
      .join("\n");
    const imports = [...text.matchAll(/import \{([^}]+)\} from "(stagedoor[^"]*)"/g)];
    expect(imports.length).toBeGreaterThan(8);
    for (const [, names = "", entry = ""] of imports) {
      const values = names.split(",").map((name) => name.trim());
      const exported: object = await import(entry);
      expect(Object.keys(exported), entry).toEqual(
        expect.arrayContaining(values.filter((name) => !/^type /.test(name))),
      );
    }
  });

  it("holds the program, and neither sources nor tests", () => {
    expect(files).toContain("dist/cli/main.js");
    expect(files).toContain("dist/testing.d.ts");
    expect(files.filter((file) => !/^(?:dist|docs)\/|^[A-Z]+(?:\.md)?$|^package\.json$/.test(file))).toEqual(
      [],
    );
  });
});
