import type { FilledArguments, OutputOf } from "../../contract/endpoint.js";
import type { OperationId, RowOf } from "../../contract/table.js";
import type { AccessToken } from "../accounts/grants.js";
import type { Person } from "../world/people.js";
import type { World } from "../world/world.js";
import type { Face } from "./face.js";
import { userNeeded } from "./refusal.js";

/** For whom an answer is made: it decides which members it has. */
export interface View {
  readonly face: Face;
  readonly scopes: readonly string[];
}

/** A request that has passed all gates but those that depend on the thing itself. */
export interface Call<I extends OperationId = OperationId> {
  /** Checked against the row, what was left out filled in from it. */
  readonly args: FilledArguments<RowOf<I>>;
  readonly world: World;
  readonly token: AccessToken;
  /** Nobody, for an app's own token. */
  readonly person: Person | undefined;
  readonly view: View;
  /** As it was sent, after `/v1`. */
  readonly path: string;
  readonly query: string;
}

/** What an operation does; refuses by throwing a `Refusal`. */
export type Handler<I extends OperationId> = (call: Call<I>) => OutputOf<RowOf<I>["result"]>;

/** One handler for each row of the contract: a row without one does not compile. */
export type Handlers = { readonly [I in OperationId]: Handler<I> };

/** The person behind a call. */
export function personOf(call: Pick<Call, "person">): Person {
  if (call.person === undefined) throw userNeeded();
  return call.person;
}
