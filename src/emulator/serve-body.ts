import type { ServerResponse } from "node:http";
import { BodyCut } from "./exchange.js";

/** Sends a body that comes bit by bit, no faster than it is taken; where the source breaks, the connection does. */
export async function sendStream(outgoing: ServerResponse, stream: AsyncIterable<Uint8Array>): Promise<void> {
  const iterator = stream[Symbol.asyncIterator]();
  // Whoever waits for its next bit, however long that takes, must not outlive the connection.
  outgoing.once("close", () => void iterator.return?.());
  outgoing.flushHeaders();
  try {
    for (;;) {
      const { done, value } = await iterator.next();
      if (outgoing.destroyed) return;
      if (done) break;
      if (!outgoing.write(value)) await drained(outgoing);
    }
    outgoing.end();
  } catch (error) {
    if (error instanceof BodyCut) outgoing.socket?.end();
    else outgoing.socket?.resetAndDestroy();
  }
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      outgoing.off("drain", go);
      outgoing.off("close", go);
      resolve();
    };
    outgoing.once("drain", go);
    outgoing.once("close", go);
  });
}
