// A line to a server that somebody made slow: what it carries comes later, in order, and nothing is lost.
import { connect, createServer, type Socket } from "node:net";

export interface SlowLine {
  /** On loopback, in place of the server's. */
  readonly port: number;
  /** How long each piece of data is held up from now on, in milliseconds, in either direction. */
  delay(ms: number): void;
  close(): Promise<void>;
}

/** @param port the server's, on loopback */
export async function slowLine(port: number): Promise<SlowLine> {
  let delayMs = 0;
  const sockets = new Set<Socket>();
  const carry = (from: Socket, to: Socket) => {
    // The delay may be taken away while something is held up, which must not be overtaken.
    let last = Promise.resolve();
    from.on("data", (data) => {
      const due = performance.now() + delayMs;
      last = last.then(async () => {
        const left = due - performance.now();
        if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
        if (!to.destroyed) to.write(data);
      });
    });
    from.on("close", () => to.destroy());
    from.on("error", () => to.destroy());
  };
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket.setNoDelay(true));
      socket.once("close", () => sockets.delete(socket));
    }
    carry(near, far);
    carry(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The line has no port.");
  return {
    port: address.port,
    delay: (ms) => {
      delayMs = ms;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
