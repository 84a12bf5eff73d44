/** The bare server and the contestants round it. */
import { SERVER_CORE, start } from "../harness/processes.mjs";

const SERVER = new URL("server.mjs", import.meta.url);
const WORKER = new URL("worker.mjs", import.meta.url);

/** @typedef {import("../harness/processes.mjs").Worker} Worker */

/**
 * A server of one's own: a port with counts and settings of its own.
 *
 * @typedef {object} Place
 * @property {string} url
 * @property {(change: object) => Promise<void>} set
 * @property {() => Promise<{ requests: number, tokens: number, limited: number, connections: number, highest: number, log: [number, number][] }>} take
 * what was counted since the last time
 */

/** Everything that one part starts, ended together. */
export class Stage {
  /** @type {Worker[]} */
  #processes = [];
  /** @type {Promise<Worker> | undefined} */
  #server;
  #tls;

  /** @param {{ key: string, cert: string, file: string }} [tls] */
  constructor(tls) {
    this.#tls = tls;
  }

  /** @returns {Promise<Place>} */
  async place() {
    this.#server ??= this.#start(SERVER, { core: SERVER_CORE });
    const server = await this.#server;
    const { at, port } = await server.ask("listen", { key: this.#tls?.key, cert: this.#tls?.cert });
    return {
      url: `${this.#tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
      set: (change) => server.ask("set", at, change),
      take: () => server.ask("take", at),
    };
  }

  /**
   * @param {string} name of the contestant
   * @param {{ node?: string[] }} [options]
   */
  worker(name, { node = [] } = {}) {
    const env = this.#tls === undefined ? {} : { NODE_EXTRA_CA_CERTS: this.#tls.file };
    return this.#start(WORKER, { args: [name], node, env });
  }

  /**
   * Contestants, each with a process and a place of its own.
   *
   * @param {readonly import("./contestants.mjs").Contestant[]} contestants
   * @param {Partial<import("./contestants.mjs").Settings>} [settings]
   */
  async enter(contestants, settings = {}) {
    const entries = [];
    for (const contestant of contestants) {
      const place = await this.place();
      const worker = await this.worker(contestant.name);
      await worker.ask("open", { url: place.url, ...settings });
      entries.push({ contestant, place, worker });
    }
    return entries;
  }

  async end() {
    await Promise.all(this.#processes.map((process) => process.stop()));
  }

  async #start(program, options) {
    const process = await start(program, options);
    this.#processes.push(process);
    return process;
  }
}

/**
 * @template T
 * @param {(stage: Stage) => Promise<T>} use
 * @param {ConstructorParameters<typeof Stage>[0]} [tls]
 */
export async function onStage(use, tls) {
  const stage = new Stage(tls);
  try {
    return await use(stage);
  } finally {
    await stage.end();
  }
}
