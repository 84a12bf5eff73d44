import type { Endpoint } from "../../contract/endpoint.js";
import { type OperationId, table } from "../../contract/table.js";
import { type Bucket, bucketOf } from "../limit-settings.js";
import { parameterReader } from "./parameters.js";

/** A row with all that can be made of it before the first request. */
export interface Route {
  readonly row: Endpoint;
  readonly operationId: OperationId;
  readonly read: ReturnType<typeof parameterReader>;
  /** Whether a request of it can have a body that matters. */
  readonly hasBody: boolean;
  /** Everything under `/me` is about a person. */
  readonly needsPerson: boolean;
  /** What it counts toward in the 24-hour quota. */
  readonly bucket: Bucket;
}

export interface Match {
  /** The operations at this path, by method. */
  readonly methods: ReadonlyMap<string, Route>;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A part of a path, and what can follow it. */
interface Branch {
  readonly parts: Map<string, Branch>;
  parameter: { readonly name: string; readonly branch: Branch } | undefined;
  /** The operations of the path that ends here, by method. */
  readonly methods: Map<string, Route>;
}

const newBranch = (): Branch => ({ parts: new Map(), parameter: undefined, methods: new Map() });

/** Finds the operations at a path; made from the contract, once. */
export function createRoutes(): (path: string) => Match | undefined {
  const root = newBranch();
  for (const { row } of table()) {
    // The table holds exactly the rows that `OperationId` is made of.
    const operationId = row.operationId as OperationId;
    branchFor(root, row.path).methods.set(row.method, {
      row,
      operationId,
      read: parameterReader(row),
      hasBody: Object.values(row.parameters).some(
        (parameter) => parameter.in === "body" || parameter.in === "content" || parameter.alsoIn === "body",
      ),
      needsPerson: row.path === "/me" || row.path.startsWith("/me/"),
      bucket: bucketOf(row.path),
    });
  }
  return (path) => {
    const parameters: Record<string, string> = {};
    // Every path starts with a slash, so the first part is empty.
    const methods = methodsAt(root, modernPath(path).split("/"), 1, parameters);
    return methods && { methods, parameters };
  };
}

function branchFor(root: Branch, path: string): Branch {
  let branch = root;
  for (const part of path.slice(1).split("/")) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) {
      const next = branch.parts.get(part) ?? newBranch();
      branch.parts.set(part, next);
      branch = next;
    } else {
      branch.parameter ??= { name, branch: newBranch() };
      branch = branch.parameter.branch;
    }
  }
  return branch;
}

/** Where paths overlap, the one that names the part goes before the one that takes any. */
function methodsAt(
  branch: Branch,
  parts: readonly string[],
  at: number,
  parameters: Record<string, string>,
): Branch["methods"] | undefined {
  const part = parts[at];
  if (part === undefined) return branch.methods.size > 0 ? branch.methods : undefined;
  const named = branch.parts.get(part);
  const found = named && methodsAt(named, parts, at + 1, parameters);
  if (found !== undefined || branch.parameter === undefined || part === "") return found;
  const { name, branch: next } = branch.parameter;
  parameters[name] = decode(part);
  return methodsAt(next, parts, at + 1, parameters);
}

/**
 * The path that stands for an older form of it: with a slash at the end, or with a playlist's owner before it. Spotify's pages no
 * longer name either. That it takes both still is guessed, from clients that go on sending them.
 */
function modernPath(path: string): string {
  const whole = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  return whole.startsWith("/users/") ? whole.replace(/^\/users\/[^/]+(?=\/playlists\/[^/])/, "") : whole;
}

function decode(part: string): string {
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
