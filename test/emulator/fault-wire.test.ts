import { Agent, request } from "node:http";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { createEmulator, type Emulator } from "../../src/emulator/index.js";
import { type ServedEmulator, serveEmulator } from "../../src/emulator/serve.js";

const open: ServedEmulator[] = [];

async function serve(): Promise<{ emulator: Emulator; served: ServedEmulator }> {
  const emulator = createEmulator();
  const served = await serveEmulator(emulator);
  open.push(served);
  return { emulator, served };
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((served) => served.close()));
});

interface Heard {
  readonly status: number | undefined;
  readonly bytes: Buffer;
  /** How the connection ended, where it did so badly. */
  readonly code: string | undefined;
}

/** What a client hears on a connection of its own, down to the error. */
function hear(url: string, agent: Agent | false = false): Promise<Heard> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const sent = request(url, { agent }, (response) => {
      const end = (code?: string) =>
        resolve({ status: response.statusCode, bytes: Buffer.concat(chunks), code });
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => end());
      response.on("error", (error: NodeJS.ErrnoException) => end(error.code));
    });
    sent.on("error", (error: NodeJS.ErrnoException) =>
      resolve({ status: undefined, bytes: Buffer.alloc(0), code: error.code }),
    );
    sent.end();
  });
}

describe("a fault on the wire", () => {
  it("closes the port of one service and opens the same one again", async () => {
    const { emulator, served } = await serve();
    const agent = new Agent({ keepAlive: true });
    expect((await hear(`${served.api}/me`, agent)).status).toBe(401);
    const id = emulator.faults.add({ kind: "F0", match: { service: "api" } });
    expect((await hear(`${served.api}/me`)).code).toBe("ECONNREFUSED");
    // Nor does a connection that was kept open still work.
    expect((await hear(`${served.api}/me`, agent)).status).toBeUndefined();
    expect((await hear(`${served.accounts}/api/token`)).status).toBe(405);
    emulator.faults.remove(id);
    await emulator.faults.settled();
    expect((await hear(`${served.api}/me`)).status).toBe(401);
    agent.destroy();
  });

  it("opens and closes as often as is asked, whatever the order", async () => {
    const { emulator, served } = await serve();
    for (let round = 0; round < 5; round++) {
      emulator.faults.add({ kind: "F0" });
      emulator.faults.clear();
    }
    await emulator.faults.settled();
    expect((await hear(`${served.api}/me`)).status).toBe(401);
    emulator.faults.clear();
    emulator.faults.add({ kind: "F0" });
    await emulator.faults.settled();
    expect((await hear(`${served.api}/me`)).code).toBe("ECONNREFUSED");
    expect((await hear(`${served.console}/health`)).status).toBe(200);
  });

  it("leaves no port open that was about to open when the emulator ends", async () => {
    const { emulator, served } = await serve();
    emulator.faults.add({ kind: "F0" });
    emulator.faults.clear();
    await served.close();
    await emulator.faults.settled();
    for (const url of [served.accounts, served.api]) expect((await hear(url)).code).toBe("ECONNREFUSED");
  });

  it("opens the port again before the console says that all is reset", async () => {
    const { emulator, served } = await serve();
    emulator.faults.add({ kind: "F0" });
    const headers = { "x-console-key": served.consoleKey };
    await fetch(`${served.console}/reset`, { method: "POST", headers });
    expect((await hear(`${served.api}/me`)).status).toBe(401);
  });

  it("resets new connections before it has read a request, as often as was said", async () => {
    const { emulator, served } = await serve();
    emulator.faults.add({ kind: "F1", match: { service: "api" }, times: 2 });
    expect((await hear(`${served.accounts}/api/token`)).status).toBe(405);
    expect((await hear(`${served.api}/me`)).code).toBe("ECONNRESET");
    expect((await hear(`${served.api}/me`)).code).toBe("ECONNRESET");
    expect((await hear(`${served.api}/me`)).status).toBe(401);
    expect(emulator.ledger.count(({ service }) => service === "api")).toBe(1);
  });

  it("sends the headers and then a reset", async () => {
    const { emulator, served } = await serve();
    emulator.faults.add({ kind: "F4" });
    const heard = await hear(`${served.api}/me`);
    expect(heard).toMatchObject({ status: 401, code: "ECONNRESET" });
    expect(heard.bytes).toHaveLength(0);
  });

  it.each(["length", "chunked"] as const)("cuts a body (%s) in the middle", async (framing) => {
    const { emulator, served } = await serve();
    const whole = (await hear(`${served.api}/me`)).bytes.length;
    emulator.faults.add({ kind: "cut", framing });
    const heard = await hear(`${served.api}/me`);
    expect(heard).toMatchObject({ status: 401, code: "ECONNRESET" });
    expect(heard.bytes).toHaveLength(whole >> 1);
  });

  it("sends a body that unpacks to a thousand times its size", async () => {
    const { emulator, served } = await serve();
    emulator.faults.add({ kind: "gzip-bomb", bytes: 3_000_000 });
    const { bytes } = await hear(`${served.api}/me`);
    expect(bytes.length).toBeLessThan(10_000);
    expect(gunzipSync(bytes)).toHaveLength(3_000_000);
  });

  it("stops to make a huge body when its reader goes away", async () => {
    const { emulator, served } = await serve();
    emulator.faults.add({ kind: "huge", bytes: 2 ** 30, times: 1 });
    await new Promise<void>((resolve, reject) => {
      const sent = request(`${served.api}/me`, { agent: false }, (response) => {
        response.once("data", () => {
          response.destroy();
          resolve();
        });
      });
      sent.on("error", reject);
      sent.end();
    });
    expect((await hear(`${served.api}/me`)).status).toBe(401);
  });

  it("is no handshake where a client speaks TLS to a port that does not", async () => {
    const { served } = await serve();
    const error = await fetch(`${served.api.replace("http:", "https:")}/me`).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ cause: { code: expect.stringMatching(/^(ERR_SSL|EPROTO|ECONNRESET)/) } });
  });

  it("never strikes the console, from which it is cleared", async () => {
    const { emulator, served } = await serve();
    emulator.faults.add({ kind: "F1" });
    emulator.faults.add({ kind: "F2" });
    emulator.faults.add({ kind: "F0" });
    const response = await fetch(`${served.console}/faults`, {
      method: "DELETE",
      headers: { "x-console-key": served.consoleKey },
    });
    expect(response.status).toBe(204);
    expect((await hear(`${served.api}/me`)).status).toBe(401);
  });
});
