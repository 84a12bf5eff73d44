import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { StagedoorError } from "../base/errors.js";
import type { Emulator } from "./emulator.js";
import {
  type Answer,
  type AnswerHeaders,
  BodyTooLarge,
  ConnectionReset,
  EMULATOR_HEADERS,
  type Inquiry,
  MAX_BODY_BYTES,
  type ServiceName,
  textAnswer,
} from "./exchange.js";
import { joinedText } from "./fetch-inquiry.js";
import { sendStream } from "./serve-body.js";
import { closePort, faultyPort, HOST, openPort } from "./serve-port.js";

export interface ServeOptions {
  /** The first of three ports in a row; 0, the default, for three that are free. */
  readonly port?: number;
}

/** A running emulator. */
export interface ServedEmulator {
  readonly accounts: string;
  /** Ends in `/v1`. */
  readonly api: string;
  readonly console: string;
  /** For the console's commands, in the header `x-console-key`. */
  readonly consoleKey: string;
  /** Ends all connections and frees the ports at once. */
  close(): Promise<void>;
}

const SERVICES: readonly ServiceName[] = ["accounts", "api", "console"];
const HIGHEST_PORT = 65_535;
const RAW_EMULATOR_HEADERS = Object.entries(EMULATOR_HEADERS).flat();

/**
 * Puts an emulator on three ports of this machine, which nobody else can reach; its `urls` name them from then on.
 *
 * @throws StagedoorError `port-in-use`, naming the port; `argument-invalid` for a port that does not exist
 *
 * @example
 * const served = await serveEmulator(createEmulator());
 * // … SPOTIFY_ACCOUNTS_URL=served.accounts, SPOTIFY_API_URL=served.api …
 * await served.close();
 */
export async function serveEmulator(emulator: Emulator, options: ServeOptions = {}): Promise<ServedEmulator> {
  const { port = 0 } = options;
  if (!Number.isInteger(port) || port < 0 || port + SERVICES.length - 1 > HIGHEST_PORT) {
    throw new StagedoorError("argument-invalid", `There are no three ports from ${port} on.`, {
      hint: "Use a port from 1024 to 65533, or 0 for any that are free.",
    });
  }
  const servers: Server[] = [];
  const stops: (() => Promise<void>)[] = [];
  const close = async () => {
    await Promise.all(stops.map((stop) => stop()));
    await Promise.all(servers.map(closePort));
  };
  const origins: string[] = [];
  try {
    for (const [index, service] of SERVICES.entries()) {
      const server = createServer();
      const bound = await openPort(server, port === 0 ? 0 : port + index);
      servers.push(server);
      stops.push(faultyPort(server, bound, service, emulator.faults));
      origins.push(`http://${HOST}:${bound}`);
      server.on("request", listenerFor(emulator, service, `${HOST}:${bound}`));
    }
  } catch (error) {
    await close();
    throw error;
  }
  const [accounts = "", api = "", console = ""] = origins;
  const urls = { accounts, api: `${api}/v1`, console };
  emulator.serveAt(urls);
  return { ...urls, consoleKey: emulator.consoleKey, close };
}

function listenerFor(emulator: Emulator, service: ServiceName, host: string) {
  return (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    // A page that has its own name point here would send that name: DNS rebinding.
    if (incoming.headers.host !== host) {
      send(outgoing, textAnswer(403, `This is ${host}, and nothing else.\n`));
      return;
    }
    try {
      const answer = emulator.answer(new NodeInquiry(service, incoming, outgoing));
      if (answer instanceof Promise) {
        answer.then(
          (given) => send(outgoing, given),
          (error: unknown) => fail(outgoing, error),
        );
      } else {
        send(outgoing, answer);
      }
    } catch (error) {
      fail(outgoing, error);
    }
  };
}

/** A fault that drops the line does so; anything else is the emulator's own mistake and is said. */
function fail(outgoing: ServerResponse, error: unknown): void {
  if (error instanceof ConnectionReset || outgoing.headersSent) outgoing.req.socket.resetAndDestroy();
  else send(outgoing, textAnswer(500, `The emulator failed: ${String(error)}\n`));
}

/** A class, where a function would do, so that a request makes no closures. */
class NodeInquiry implements Inquiry {
  readonly service: ServiceName;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;

  constructor(service: ServiceName, incoming: IncomingMessage, outgoing: ServerResponse) {
    const target = incoming.url ?? "/";
    const mark = target.indexOf("?");
    this.service = service;
    this.method = incoming.method ?? "GET";
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.query = mark < 0 ? "" : target.slice(mark + 1);
    this.#incoming = incoming;
    this.#outgoing = outgoing;
  }

  header(name: string): string | null {
    const value = this.#incoming.headers[name];
    return value === undefined ? null : String(value);
  }

  text(maxBytes?: number): Promise<string> {
    return boundedText(this.#incoming, maxBytes);
  }

  /** Made only where somebody looks: most requests are answered before their sender could go away. */
  get signal(): AbortSignal {
    const controller = new AbortController();
    this.#outgoing.once("close", () => controller.abort());
    return controller.signal;
  }
}

function boundedText(incoming: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    incoming.on("data", (chunk: Uint8Array) => {
      length += chunk.length;
      // What comes after is still read, so that the refusal can be sent, and thrown away.
      if (length <= maxBytes) chunks.push(chunk);
      else reject(new BodyTooLarge());
    });
    incoming.on("end", () => resolve(joinedText(chunks, length)));
    incoming.on("error", reject);
  });
}

function send(outgoing: ServerResponse, { status, headers, body, stream }: Answer): void {
  if (outgoing.destroyed) return;
  if (stream !== undefined) {
    outgoing.writeHead(status, rawHeaders(headers, undefined));
    void sendStream(outgoing, stream);
    return;
  }
  outgoing.writeHead(status, rawHeaders(headers, status === 204 ? undefined : Buffer.byteLength(body)));
  outgoing.end(body);
}

/** Names and values in turn: the form that Node takes as it is. */
function rawHeaders(headers: AnswerHeaders, length: number | undefined): string[] {
  const raw = [...RAW_EMULATOR_HEADERS];
  for (const name in headers) {
    const value = headers[name] ?? "";
    if (typeof value === "string") raw.push(name, value);
    else for (const one of value) raw.push(name, one);
  }
  if (length !== undefined) raw.push("content-length", String(length));
  return raw;
}
