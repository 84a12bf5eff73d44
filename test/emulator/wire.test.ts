import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEmulator, type Emulator } from "../../src/emulator/index.js";
import { type ServedEmulator, serveEmulator } from "../../src/emulator/serve.js";

let emulator: Emulator;
let served: ServedEmulator;

beforeAll(async () => {
  emulator = createEmulator();
  served = await serveEmulator(emulator);
});
afterAll(async () => {
  await served.close();
});

/** What comes back for bytes that no HTTP client would send. `{host}` stands for the service's own. */
function raw(service: "accounts" | "api" | "console", text: string): Promise<string> {
  const { host, port } = new URL(served[service]);
  return new Promise((resolve) => {
    let heard = "";
    const socket = connect(Number(port), "127.0.0.1", () => socket.write(text.replaceAll("{host}", host)));
    socket.on("data", (chunk) => {
      heard += String(chunk);
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(heard));
  });
}

const statusesOf = (heard: string) =>
  [...heard.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
const get = (path: string, more = "Connection: close\r\n") =>
  `GET ${path} HTTP/1.1\r\nHost: {host}\r\n${more}\r\n`;

describe("a port of the emulator", () => {
  it.each([
    ["nonsense", "bla bla\r\n\r\n", 400],
    ["no host", "GET /v1/me HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
    ["HTTP/1.0 and no host", "GET /v1/me HTTP/1.0\r\n\r\n", 403],
    ["headers without end", get("/v1/me", `X: ${"a".repeat(20_000)}\r\n`), 431],
    [
      "two lengths",
      "POST /v1/me HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      400,
    ],
    ["a path that is no UTF-8", get("/v1/tracks/%zz%ff"), 401],
    ["a whole address", get("http://evil.test/v1/me"), 401],
    ["only a query", get("?a=b"), 400],
    ["a star", get("*"), 401],
    ["a path that is too long for any route", get(`/v1/${"a/".repeat(4000)}`), 401],
    ["a method that nobody knows", `PURGE /v1/me HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n`, 401],
  ])("is not upset by %s", async (_name, text, status) => {
    expect(statusesOf(await raw("api", text))).toEqual([status]);
    expect((await fetch(`${served.api}/me`)).status).toBe(401);
  });

  it("answers requests that come at once in their order", async () => {
    emulator.faults.add({ kind: "delay", ms: 20, times: 1, match: { path: "/v1/first" } });
    const heard = await raw("console", get("/health", "") + get("/nothing", "") + get("/health"));
    expect(statusesOf(heard)).toEqual([200, 404, 200]);
    const mixed = await raw(
      "api",
      `${get("/v1/first", "")}OPTIONS /v1/me HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n`,
    );
    expect(statusesOf(mixed)).toEqual([401, 204]);
  });

  it("answers a HEAD without a body, and goes on", async () => {
    const heard = await raw("console", `HEAD /health HTTP/1.1\r\nHost: {host}\r\n\r\n${get("/nothing")}`);
    expect(statusesOf(heard)).toEqual([200, 404]);
    expect(heard.split("\r\n\r\n")[1]).toMatch(/^HTTP\/1\.1 404/);
    expect(heard).toMatch(/content-length: [1-9]/i);
  });

  it("takes a body in chunks, and forgets one whose sender goes away", async () => {
    const type = "Content-Type: application/x-www-form-urlencoded\r\n";
    const post = `POST /api/token HTTP/1.1\r\nHost: {host}\r\n${type}`;
    const chunked = `${post}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\na=b\r\n0\r\n\r\n`;
    expect(statusesOf(await raw("accounts", chunked))).toEqual([400]);
    const { port } = new URL(served.accounts);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), "127.0.0.1", () => {
        socket.write(
          `${post.replace("{host}", new URL(served.accounts).host)}Content-Length: 100\r\n\r\na=b`,
          () => socket.resetAndDestroy(),
        );
      });
      socket.on("close", () => resolve());
    });
    expect(statusesOf(await raw("accounts", chunked))).toEqual([400]);
  });
});
