import { spawn } from "node:child_process";
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { resolve } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { defaultSender, nodeSender } from "../../src/transport/node.js";
import { withRawServer } from "../support/raw-server.js";
import { withServer } from "../support/server.js";
import { answersSuite, get, textOf } from "./sender-suite.js";
import { deadlinesSuite } from "./sender-suite-deadlines.js";
import { failuresSuite } from "./sender-suite-failures.js";

const ROOT = resolve(import.meta.dirname, "../..");
const sender = { make: nodeSender, seesConnections: true, unpacks: true };

/** A server that holds every answer back until it is told to give them. */
async function withHolder(
  use: (url: string, held: readonly ServerResponse[], sockets: ReadonlySet<unknown>) => Promise<void>,
): Promise<void> {
  const held: ServerResponse[] = [];
  const sockets = new Set<unknown>();
  await withServer(
    (request, response) => {
      sockets.add(request.socket);
      held.push(response);
    },
    (url) => use(url, held, sockets),
  );
}

describe("the sender for Node", () => {
  answersSuite(sender);
  failuresSuite(sender);
  deadlinesSuite(sender);

  it("is the default one, but for a fetch that was given", async () => {
    const seen: string[] = [];
    const fetch = async (url: string) => {
      seen.push(url);
      return new Response("given");
    };
    await withServer(
      (request, response) => void response.end(request.headers["accept-encoding"]),
      async (url) => {
        expect(textOf((await defaultSender()(get(url))).body)).toBe("gzip, br");
        expect(textOf((await defaultSender({ fetch })(get(url))).body)).toBe("given");
        expect(seen).toEqual([url]);
      },
    );
  });

  it("RS-07 keeps to 64 connections; who waits for one has a deadline, and other origins are not held up", async () => {
    await withHolder(async (url, held, sockets) => {
      const holding = Array.from({ length: 64 }, () => nodeSender()(get(url)));
      await vi.waitFor(() => expect(held.length).toBe(64));
      const waiting = Array.from({ length: 20 }, () => nodeSender({ connectMs: 80 })(get(`${url}/late`)));
      for (const outcome of await Promise.allSettled(waiting)) {
        expect(outcome).toMatchObject({ reason: { code: "timeout", deadline: "connect", delivered: "no" } });
      }
      await withServer(
        (_request, response) => void response.end("accounts"),
        async (accounts) => expect(textOf((await nodeSender()(get(accounts))).body)).toBe("accounts"),
      );
      const next = nodeSender()(get(`${url}/next`));
      for (const response of held.slice(0, 64)) response.end("held");
      await Promise.all(holding);
      await vi.waitFor(() => expect(held.length).toBe(65));
      expect(held[64]?.req.url).toBe("/next");
      held[64]?.end("next");
      expect(textOf((await next).body)).toBe("next");
      expect(sockets.size).toBe(64);
    });
  });

  it("RS-07 refuses to have more than ten thousand requests wait", async () => {
    await withHolder(async (url) => {
      const controller = new AbortController();
      const send = nodeSender();
      const request = get(url, { signal: controller.signal });
      const all = Array.from({ length: 64 + 10_000 }, () =>
        send(request).catch((error: { code: string }) => error.code),
      );
      await expect(send(request)).rejects.toMatchObject({ code: "queue-full" });
      controller.abort();
      expect(new Set(await Promise.all(all))).toEqual(new Set(["aborted"]));
    });
  });

  it("RS-01 ends a request that waits for a connection, and never sends it", async () => {
    await withHolder(async (url, held) => {
      const holding = Array.from({ length: 64 }, () => nodeSender()(get(url)));
      const controller = new AbortController();
      const waiting = nodeSender()(get(`${url}/never`, { signal: controller.signal }));
      await vi.waitFor(() => expect(held.length).toBe(64));
      controller.abort();
      await expect(waiting).rejects.toMatchObject({ code: "aborted" });
      for (const response of held) response.end();
      await Promise.all(holding);
      await nodeSender({ headersMs: 50 })(get(`${url}/after`)).catch(() => undefined);
      expect(held.map(({ req }) => req.url)).not.toContain("/never");
    });
  });

  it("keeps a connection that was made for a request that nobody waits for any more", async () => {
    const sockets = new Set<unknown>();
    await withServer(
      (request, response) => {
        sockets.add(request.socket);
        response.end(request.url);
      },
      async (url) => {
        const controller = new AbortController();
        await nodeSender()(get("http://127.0.0.1:9/")).catch(() => undefined); // undici is loaded
        const given = nodeSender()(get(`${url}/given-up`, { signal: controller.signal }));
        controller.abort();
        await expect(given).rejects.toMatchObject({ code: "aborted" });
        expect(textOf((await nodeSender()(get(`${url}/next`))).body)).toBe("/next");
      },
    );
    expect(sockets.size).toBe(1);
  });

  it("loses no connection to a request that cannot be written", async () => {
    await withServer(
      (_request, response) => void response.end("ok"),
      async (url) => {
        const send = nodeSender({ connectMs: 1_000 });
        const bad = { headers: { "x-a": "b\nc" } };
        const reserved = { headers: { "content-length": "7" } };
        for (let count = 0; count < 70; count++) {
          for (const more of [bad, reserved, { method: "GE T" }]) {
            await expect(send(get(url, more))).rejects.toMatchObject({ code: "argument-invalid" });
          }
        }
        expect((await send(get(url))).status).toBe(200);
      },
    );
  });

  it("goes on when more origins were spoken to than it keeps connections for", async () => {
    const kept = nodeSender();
    await withServer(
      (_request, response) => void response.end("first"),
      async (first) => {
        expect(textOf((await kept(get(first))).body)).toBe("first");
        for (let count = 0; count < 20; count++) {
          await withServer(
            (_request, response) => void response.end(String(count)),
            async (url) => expect(textOf((await kept(get(url))).body)).toBe(String(count)),
          );
        }
        expect(textOf((await kept(get(first))).body)).toBe("first");
      },
    );
  });

  it("NW-05 sends nothing on a connection that the server has closed meanwhile", async () => {
    let connections = 0;
    await withRawServer(
      (socket) => {
        connections++;
        socket.once("data", () => {
          socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
          setTimeout(() => socket.end(), 30);
        });
      },
      async (url) => {
        const send = nodeSender();
        expect((await send(get(url, { method: "POST", body: "x" }))).status).toBe(200);
        await new Promise((resolve) => setTimeout(resolve, 100));
        expect((await send(get(url, { method: "POST", body: "x" }))).status).toBe(200);
        expect(connections).toBe(2);
      },
    );
  });
});

/** What a fresh process prints that sends one request through the built package. */
async function sendInProcess(url: string, ...words: readonly string[]) {
  const code = `
    import { createRequire } from "node:module";
    import { defaultSender } from "stagedoor/transport";
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((file) => /undici.lib/.test(file));
    const before = loaded();
    const { status } = await defaultSender()({ method: "GET", url: ${JSON.stringify(url)}, headers: {} });
    console.log(JSON.stringify({ status, before, after: loaded() }));`;
  const child = spawn(process.execPath, [...words, "--input-type=module", "-e", code], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  const [exitCode] = await once(child, "close");
  return { exitCode, ...(JSON.parse(out) as object) };
}

describe("the default sender of the package", () => {
  it("is undici on Node, is loaded with the first request, and keeps no process from ending", async () => {
    await withRawServer(
      // A minute is what the connection would be kept: longer than this test may take.
      (socket) =>
        socket.on("data", () =>
          socket.write("HTTP/1.1 200 OK\r\nkeep-alive: timeout=60\r\ncontent-length: 0\r\n\r\n"),
        ),
      async (url) => {
        expect(await sendInProcess(url)).toEqual({ exitCode: 0, status: 200, before: false, after: true });
      },
    );
  });

  it.each(["browser", "workerd", "worker", "bun", "deno"])("is fetch for %s", async (condition) => {
    await withServer(
      (_request, response) => void response.end(),
      async (url) => {
        const found = await sendInProcess(url, `--conditions=${condition}`);
        expect(found).toEqual({ exitCode: 0, status: 200, before: false, after: false });
      },
    );
  });
});
