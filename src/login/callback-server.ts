import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { SECOND } from "../base/clock.js";
import { type LoopbackAddress, type Ports, portError, readLoopback } from "./loopback.js";
import { type PageName, page, pageHeaders } from "./pages.js";
import { checkRequest, type Place } from "./request-check.js";

/** Far more than any callback needs; a code of Spotify's has some 300 characters. */
const MAX_HEADER_BYTES = 16 * 1024;
/** A browser on the same machine needs milliseconds. */
const REQUEST_LIMIT_MS = 5 * SECOND;
const MAX_CONNECTIONS = 64;
/** How long to wait for a browser to come for its final page. */
const PAGE_WAIT_MS = SECOND;
/** How long a broken request's sender gets to read what was wrong before the line is cut. */
const FAREWELL_MS = 200;

/** The ways in which a login ends before the eyes of the person. */
export type Outcome = Exclude<PageName, "notice">;

/**
 * The little web server that a browser comes back to: it waits for the one right callback and answers everything else without being
 * moved by it.
 *
 * @see RFC 8252 sections 7.3 and 8.3
 */
export class CallbackServer {
  /** The redirect URI with the real port in it. */
  readonly redirectUri: string;
  readonly #server: Server;
  readonly #place: Place;
  readonly #connections = new Set<Duplex>();
  /** Browsers that brought a right callback and wait for the outcome. */
  readonly #held = new Set<ServerResponse>();
  #take: ((parameters: URLSearchParams) => boolean) | undefined;
  #outcome: Outcome | undefined;
  #delivered: () => void = () => undefined;

  /**
   * Binds the address of a redirect URI.
   *
   * @throws StagedoorError `redirect-uri-invalid`, `argument-invalid`, `port-in-use`
   */
  static async open(redirectUri: string, ports?: Ports): Promise<CallbackServer> {
    const address = readLoopback(redirectUri, ports);
    const server = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: REQUEST_LIMIT_MS,
      requestTimeout: REQUEST_LIMIT_MS,
      connectionsCheckingInterval: SECOND,
    });
    server.maxConnections = MAX_CONNECTIONS;
    server.maxRequestsPerSocket = 1;
    const port = await bind(server, address);
    return new CallbackServer(server, address.withPort(port));
  }

  private constructor(server: Server, redirectUri: string) {
    const { host, pathname: path } = new URL(redirectUri);
    this.redirectUri = redirectUri;
    this.#server = server;
    this.#place = { host, path, donePath: path === "/done" ? "/finished" : "/done" };
    const answer = (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response);
    server.on("connection", (socket) => {
      this.#connections.add(socket);
      socket.once("close", () => this.#connections.delete(socket));
    });
    server.on("request", answer);
    // Without these two Node would invite the body that is refused anyway.
    server.on("checkContinue", answer);
    server.on("checkExpectation", answer);
    server.on("connect", (_request, socket) => dismiss(socket, 405));
    server.on("clientError", (error: NodeJS.ErrnoException, socket) => dismiss(socket, statusOf(error)));
    // Out of file descriptors, for one: the connection is lost, the login is not.
    server.on("error", () => undefined);
  }

  /**
   * Waits for the first callback that belongs to the login.
   *
   * @param verify throws at a callback that does not
   */
  callback(verify: (parameters: URLSearchParams) => void): Promise<URLSearchParams> {
    return new Promise((resolve) => {
      this.#take = (parameters) => {
        try {
          verify(parameters);
        } catch {
          return false;
        }
        resolve(parameters);
        return true;
      };
    });
  }

  /** Shows the outcome to the browsers that wait for it, and ends when they have it, but within a second. */
  async finish(outcome: Outcome): Promise<void> {
    this.#outcome = outcome;
    const held = [...this.#held];
    this.#held.clear();
    if (held.length === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, PAGE_WAIT_MS);
      let missing = held.length;
      this.#delivered = () => {
        missing--;
        if (missing > 0) return;
        clearTimeout(timer);
        resolve();
      };
      for (const response of held) this.#sendToDone(response);
    });
  }

  /** Frees the port at once, whoever is still connected. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const connection of this.#connections) connection.destroy();
    });
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const verdict = checkRequest(request, this.#place);
    if (verdict.kind === "refused") {
      sendPage(response, verdict.status, "notice");
    } else if (verdict.kind === "done") {
      this.#answerDone(response);
    } else if (this.#take?.(verdict.parameters) !== true) {
      sendPage(response, 400, "notice");
    } else if (this.#outcome !== undefined) {
      this.#sendToDone(response);
    } else {
      this.#held.add(response);
      response.once("close", () => this.#held.delete(response));
    }
  }

  #answerDone(response: ServerResponse): void {
    if (this.#outcome === undefined) {
      sendPage(response, 404, "notice");
      return;
    }
    // Not when the bytes are handed over but when the connection has ended: only then nothing can cut them off.
    response.socket?.once("close", () => this.#delivered());
    sendPage(response, 200, this.#outcome);
  }

  /** On to an address without the code, so that it stays in no history (RFC 9700 section 4.3.1). */
  #sendToDone(response: ServerResponse): void {
    response.writeHead(303, {
      Location: this.#place.donePath,
      "Cache-Control": "no-store",
      "Referrer-Policy": "no-referrer",
      "Content-Length": 0,
      Connection: "close",
    });
    response.end();
  }
}

/** Binds the first of the ports that is free; the address is a literal, so no name is ever looked up. */
async function bind(server: Server, address: LoopbackAddress): Promise<number> {
  const tried: number[] = [];
  let failure: unknown;
  for (const port of address.ports) {
    tried.push(port);
    try {
      return await listen(server, address.host, port);
    } catch (error) {
      failure = (error as NodeJS.ErrnoException).code;
    }
  }
  throw portError(address, tried, failure);
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // Exclusive: a worker of a cluster would otherwise share the socket with its siblings.
    server.listen({ host, port, exclusive: true }, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function sendPage(response: ServerResponse, status: number, name: PageName): void {
  const html = page(name);
  response.writeHead(status, {
    ...pageHeaders(),
    "Content-Length": Buffer.byteLength(html),
    ...(status === 405 && { Allow: "GET" }),
  });
  response.end(html);
}

function statusOf(error: NodeJS.ErrnoException): number {
  if (error.code === "HPE_HEADER_OVERFLOW") return 431;
  return error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
}

/** Answers where there is no request to answer to, and hangs up. */
function dismiss(socket: Duplex, status: number): void {
  if (!socket.writable || socket.destroyed) {
    socket.destroy();
    return;
  }
  socket.on("error", () => undefined);
  const allow = status === 405 ? "Allow: GET\r\n" : "";
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${allow}Content-Length: 0\r\nConnection: close\r\n\r\n`,
  );
  // Hanging up while bytes are still coming in resets the line, and the answer would be lost with it.
  const timer = setTimeout(() => socket.destroy(), FAREWELL_MS);
  socket.once("close", () => clearTimeout(timer));
}
