import { type AddressInfo, createServer, type Socket } from "node:net";

/** Runs a server that speaks no protocol of its own, on a free loopback port, for as long as `use` takes. */
export async function withRawServer(
  onConnection: (socket: Socket, count: number) => void,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    onConnection(socket, ++count);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await use(`http://127.0.0.1:${port}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Answers everything that comes on a socket with the same bytes. */
export function answering(...parts: readonly string[]): (socket: Socket) => void {
  return (socket) => {
    socket.on("data", () => {
      for (const part of parts) socket.write(part, "latin1");
    });
  };
}
