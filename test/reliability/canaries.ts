// Looks for secrets where none may be: in plain, base64, base64url, hex, URL-encoded, JSON-escaped and reversed (security.md 1.4).
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A text in which no secret may be, and what to call it. */
export interface Text {
  readonly where: string;
  readonly text: string;
}

/** How much of a form has to match before the rest is compared; each form is longer. */
const HEAD = 12;

/** All ways in which one secret could be written, by their names. */
function formsOf(secret: string): readonly (readonly [form: string, text: string])[] {
  const bytes = Buffer.from(secret);
  const encoded = encodeURIComponent(secret);
  return [
    ["plain", secret],
    ["reversed", [...secret].reverse().join("")],
    ["hex", bytes.toString("hex")],
    ["HEX", bytes.toString("hex").toUpperCase()],
    ["URL-encoded", encoded],
    ["form-encoded", encoded.replaceAll("%20", "+")],
    ["JSON-escaped", JSON.stringify(secret).slice(1, -1)],
    // Base64 looks different by what stood before: three ways, without the letters that it shares with its neighbours.
    ...[0, 1, 2].flatMap((before) => {
      const text = Buffer.concat([Buffer.alloc(before), bytes])
        .toString("base64")
        .replaceAll("=", "");
      const inner = text.slice(before === 0 ? 0 : before + 1, -2);
      const web = inner.replaceAll("+", "-").replaceAll("/", "_");
      return [["base64", inner] as const, ["base64url", web] as const];
    }),
  ];
}

/** A sentence for each place in which a secret stands; the secret itself is not in it. */
export function findCanaries(
  secrets: readonly string[],
  { texts, directory }: { readonly texts: readonly Text[]; readonly directory?: string },
): readonly string[] {
  const forms = new Map<string, { readonly form: string; readonly text: string }[]>();
  for (const secret of new Set(secrets)) {
    for (const [form, text] of formsOf(secret)) {
      const head = text.slice(0, HEAD);
      const known = forms.get(head) ?? [];
      if (!known.some((one) => one.text === text)) known.push({ form, text });
      forms.set(head, known);
    }
  }
  const found = new Set<string>();
  for (const { where, text } of [...texts, ...(directory === undefined ? [] : filesBelow(directory))]) {
    for (let at = 0; at + HEAD <= text.length; at++) {
      for (const { form, text: wanted } of forms.get(text.slice(at, at + HEAD)) ?? [])
        if (text.startsWith(wanted, at)) found.add(`A secret stands in ${where} (${form}).`);
    }
  }
  return [...found];
}

/** The command line and the environment of a process and of those that it started, as far as they still run. */
export function processTexts(name: string, pid: number): readonly Text[] {
  const own = ["cmdline", "environ"].map((file) => ({
    where: `${file} of ${name}`,
    text: readProcess(pid, file),
  }));
  const children = readProcess(pid, `task/${pid}/children`).split(" ").map(Number);
  return [
    ...own,
    ...children.filter((child) => child > 0).flatMap((child) => processTexts(`a child of ${name}`, child)),
  ];
}

/** Empty for a process that has ended. */
function readProcess(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function* filesBelow(directory: string): Generator<Text> {
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // The name too: a token would also be a leak there.
    yield { where: `the name of a file`, text: path };
    yield { where: `the file ${entry.name}`, text: readFileSync(path, "latin1") };
  }
}
