import { StagedoorError } from "../../src/base/errors.js";
import { NetworkError } from "../../src/transport/network-error.js";
import { nodeSender } from "../../src/transport/node.js";

// Makes two hundred requests at once and says what became of them.

const [, , url = ""] = process.argv;
const send = nodeSender({ timeoutMs: 20_000 });
// The first one loads what sending takes, which are files too.
await send({ method: "GET", url: `${url}/first`, headers: {} });
let done = 0;
const refused: Record<string, number> = {};
await Promise.all(
  Array.from({ length: 200 }, async (_, index) => {
    try {
      await send({ method: "GET", url: `${url}/${index}`, headers: {} });
      done++;
    } catch (error) {
      if (!(error instanceof StagedoorError)) throw error;
      const why = error instanceof NetworkError ? `${error.code} ${error.delivered}` : error.code;
      refused[why] = (refused[why] ?? 0) + 1;
    }
  }),
);
process.stdout.write(`${JSON.stringify({ done, refused })}\n`);
