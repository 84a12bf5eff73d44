import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { StagedoorError } from "../base/errors.js";
import type { ServiceName } from "./exchange.js";
import type { Faults } from "./faults/list.js";

export const HOST = "127.0.0.1";

/**
 * Opens a port of this machine; from then on faults may close it and open it again.
 *
 * @param port 0 for any that is free
 * @throws StagedoorError `port-in-use`, naming the port
 */
export async function openPort(server: Server, port: number): Promise<number> {
  await listening(server, port);
  // Node gives a text for pipes only.
  return (server.address() as AddressInfo).port;
}

/**
 * Lets the faults of connections happen to a server: a closed port, a reset as soon as somebody is there.
 *
 * @returns what ends that, and resolves when the port is not about to open any more
 */
export function faultyPort(
  server: Server,
  port: number,
  service: ServiceName,
  faults: Faults,
): () => Promise<void> {
  let work = Promise.resolve();
  let ended = false;
  server.prependListener("connection", (socket) => {
    if (faults.any && faults.takeConnection(service) === "reset-on-accept") socket.resetAndDestroy();
  });
  const adjust = (): Promise<void> => {
    const closed = faults.isClosed(service);
    // At once, so that the next connection after `add` meets a closed port.
    if (closed && server.listening) {
      const done = closePort(server);
      work = work.then(() => done);
    } else if (!closed) {
      work = work.then(() => reopen(server, port, () => !ended && !faults.isClosed(service)));
    }
    return work;
  };
  const stop = faults.onPorts(adjust);
  return () => {
    ended = true;
    stop();
    return work;
  };
}

/** Somebody else may have taken the port meanwhile: then it stays closed, as it would for any server. */
async function reopen(server: Server, port: number, isWanted: () => boolean): Promise<void> {
  if (server.listening || !isWanted()) return;
  await listening(server, port).catch(() => undefined);
}

/** Ends all connections and frees the port. */
export function closePort(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(portError(error, port));
    server.once("error", fail);
    server.listen({ host: HOST, port, exclusive: true }, () => {
      server.off("error", fail);
      resolve();
    });
  });
}

function portError(error: NodeJS.ErrnoException, port: number): StagedoorError {
  const [why, hint] =
    error.code === "EADDRINUSE"
      ? ["is in use", "Stop what uses it, or choose another port; 0 takes any that are free."]
      : ["cannot be opened", "Choose a port from 1024 on; 0 takes any that are free."];
  return new StagedoorError("port-in-use", `Port ${port} of ${HOST} ${why}.`, { hint });
}
