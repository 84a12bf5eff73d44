import type { Endpoint } from "./endpoint.js";
import * as operations from "./operations/index.js";

/** All groups of operations, by name. */
export { operations };

export type Operations = typeof operations;
export type GroupName = keyof Operations;

type RowsOf<G> = G[keyof G];

/** The type of any row of the table. */
export type Row = { [G in GroupName]: RowsOf<Operations[G]> }[GroupName];
export type OperationId = Row["operationId"];
/** The type of the row with this operation id. */
export type RowOf<I extends OperationId> = Extract<Row, { readonly operationId: I }>;

/** A row with the names under which the client offers it. */
export interface TableEntry {
  readonly group: string;
  readonly name: string;
  readonly row: Endpoint;
}

/** The operation that a method and a path without its query belong to; a fixed path comes before one with an id in it. */
export function findOperation(method: string, path: string): TableEntry | undefined {
  const parts = path.split("/");
  const fits = ({ row }: TableEntry) => {
    const pattern = row.path.split("/");
    return (
      pattern.length === parts.length &&
      pattern.every((part, index) => part.startsWith("{") || part === parts[index])
    );
  };
  const found = table().filter((entry) => entry.row.method === method && fits(entry));
  return found.find((entry) => !entry.row.path.includes("{")) ?? found[0];
}

/** Every operation, as a list. */
export function table(): readonly TableEntry[] {
  return Object.entries(operations).flatMap(([group, rows]) =>
    Object.entries<Endpoint>(rows).map(([name, row]) => ({ group, name, row })),
  );
}
