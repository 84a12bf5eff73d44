/** What must not compile; `npm run types` fails when one of the lines below stops being an error. */
import { describe, expectTypeOf, it } from "vitest";
import type { Handlers } from "../../src/emulator/api/handler.js";
import { handlers } from "../../src/emulator/api/handlers/index.js";

const { "get-track": _left, ...lacking } = handlers;
// @ts-expect-error a row of the contract has no handler
const incomplete: Handlers = lacking;
// @ts-expect-error a handler for an operation that the contract does not know
const excessive: Handlers = { ...handlers, "get-hologram": handlers["get-track"] };
// @ts-expect-error a handler that belongs to another row
const confused: Handlers = { ...handlers, "get-track": handlers["create-playlist"] };

describe("the emulator's handlers", () => {
  it("are one for each row of the contract, by their types", () => {
    expectTypeOf(handlers).toEqualTypeOf<Handlers>();
    expectTypeOf([incomplete, excessive, confused]).toBeArray();
  });
});
