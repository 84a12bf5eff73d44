import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { duration } from "../../base/clock.js";
import { parseJson } from "../../base/encoding.js";
import { StagedoorError } from "../../base/errors.js";
import { nearest } from "../../base/text.js";
import { ApiError, createClient } from "../../client/index.js";
import { findOperation, table } from "../../contract/index.js";
import { nearMiss } from "../../emulator/api/near-miss.js";
import { apiSend } from "../../transport/index.js";
import { type Context, print, say } from "../context.js";
import { toJsonText } from "../output.js";
import { openStoredProfile, type ProfileOptions } from "../profile.js";

export interface ApiOptions extends ProfileOptions {
  /** `name=value`. */
  readonly query?: readonly string[] | undefined;
  /** JSON, `@file`, or `-` for standard input. */
  readonly body?: string | undefined;
}

const METHODS: readonly string[] = ["GET", "POST", "PUT", "DELETE"];

/** `stagedoor api [METHOD] PATH`: one raw call with the stored token; what comes back is printed as JSON. */
export async function apiCommand(
  context: Context,
  words: readonly string[],
  options: ApiOptions,
): Promise<void> {
  const { method, target } = readWords(words);
  const query = (options.query ?? []).map(readPair);
  if (method === "GET" && options.body !== undefined) {
    throw new StagedoorError("argument-invalid", "A GET has no body.", {
      hint: "Use --query name=value, or another method.",
    });
  }
  const body = options.body === undefined ? undefined : await readBody(context, options.body);
  const { settings, session, store } = await openStoredProfile(context, options);
  const { apiUrl } = settings;
  const { clock } = context;
  const path = pathOf(target, apiUrl);
  const { send } = apiSend({
    app: session.key,
    apiUrl,
    memory: store.limits,
    // For one call the fast sender takes longer to load than it saves.
    fetch: (url, init) => fetch(url, init),
    clock,
  });
  const client = createClient({
    source: session,
    apiUrl,
    send,
    clock,
    onWait: ({ until }) => say(context, `Spotify asks to wait ${duration(until - clock.now())}.`),
  });
  const full =
    query.length === 0 ? path : `${path}${path.includes("?") ? "&" : "?"}${new URLSearchParams(query)}`;
  const answer = await client
    .request({ method, path: full, body }, { signal: context.signal })
    .catch((error: unknown) => {
      throw advised(error, method, path);
    });
  if (answer !== undefined) print(context, toJsonText(answer));
}

/** The same failure with a next step for whoever writes paths: they know no method names. */
function advised(error: unknown, method: string, path: string): unknown {
  if (!(error instanceof ApiError)) return error;
  const [way = ""] = path.split("?", 1);
  const row = findOperation(method, way)?.row;
  if (row === undefined && [404, 405].includes(error.status)) {
    const near = nearMiss("api", method, `/v1${way}`);
    if (near === undefined) return error;
    const hint = `Did you mean ${near.method} ${near.path.replace(/^\/v1/, "")}? (${near.difference})`;
    return new StagedoorError(error.code, error.message, { hint });
  }
  const replacement = row?.life.removed?.replacement;
  const next = table().find(({ group, name }) => `${group}.${name}` === replacement)?.row;
  if (error.code !== "endpoint-removed" || replacement == null || next === undefined) return error;
  const hint = error.hint?.replace(replacement, `${next.method} ${next.path} (${replacement} in code)`);
  return new StagedoorError(error.code, error.message, { hint });
}

function readWords(words: readonly string[]): { method: string; target: string } {
  const [first = "", second, ...rest] = words;
  if (rest.length > 0 || (second === undefined && METHODS.includes(first.toUpperCase()))) {
    throw new StagedoorError("argument-invalid", "A method and one path are needed.", {
      hint: "Write stagedoor api GET /me/playlists --query limit=10",
    });
  }
  const method = second === undefined ? "GET" : first.toUpperCase();
  if (!METHODS.includes(method)) {
    const near = nearest(method, METHODS);
    throw new StagedoorError("argument-invalid", `${first} is no method of the Web API.`, {
      hint: `Use ${METHODS.join(", ")}${near === undefined ? "" : `; did you mean ${near}?`}`,
    });
  }
  return { method, target: second ?? first };
}

/** The path below the API's address; also from a whole address of it, and as a shell that rewrites a leading slash leaves it. */
function pathOf(target: string, apiUrl: string): string {
  if (target.startsWith(`${apiUrl}/`)) return target.slice(apiUrl.length);
  if (/^[a-z]+:/i.test(target)) {
    throw new StagedoorError("argument-invalid", `${target} is not in the Web API at ${apiUrl}.`, {
      hint: "Write the path only, such as /me",
    });
  }
  return `/${target.replace(/^\/?(?:v1\/)?/, "")}`;
}

function readPair(pair: string): [string, string] {
  const at = pair.indexOf("=");
  if (at < 1) {
    throw new StagedoorError("argument-invalid", `--query ${pair} has no value.`, {
      hint: "Write --query name=value",
    });
  }
  return [pair.slice(0, at), pair.slice(at + 1)];
}

async function readBody(context: Context, given: string): Promise<string> {
  const content =
    given === "-" ? await text(context.stdin) : given.startsWith("@") ? await readBodyFile(given) : given;
  if (parseJson(content) === undefined) {
    throw new StagedoorError("argument-invalid", "The body is not JSON.", {
      hint: `Write --body '{"name":"value"}', --body @file.json, or --body - for standard input`,
    });
  }
  return content;
}

async function readBodyFile(given: string): Promise<string> {
  try {
    return await readFile(given.slice(1), "utf8");
  } catch {
    throw new StagedoorError("argument-invalid", `The file ${given.slice(1)} cannot be read.`);
  }
}
