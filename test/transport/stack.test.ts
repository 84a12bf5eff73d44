import { expect, it } from "vitest";
import { stack } from "../../src/transport/index.js";
import { get } from "./sender-suite.js";

it("puts the first layer outermost", async () => {
  const order: string[] = [];
  const layer =
    (name: string) => (next: Parameters<typeof stack>[0]) => async (request: Parameters<typeof next>[0]) => {
      order.push(name);
      return next(request);
    };
  const send = stack(
    async () => ({ status: 200, header: () => null, body: new Uint8Array() }),
    layer("a"),
    layer("b"),
  );
  await send(get("http://127.0.0.1/"));
  expect(order).toEqual(["a", "b"]);
});
