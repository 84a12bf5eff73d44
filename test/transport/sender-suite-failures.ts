import { execFileSync, spawnSync } from "node:child_process";
import dns from "node:dns";
import { getEventListeners } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { NetworkError } from "../../src/transport/index.js";
import { withBlackHole } from "../support/black-hole.js";
import { everythingShown } from "../support/everything.js";
import { withRawServer } from "../support/raw-server.js";
import { withServer } from "../support/server.js";
import { get, type SenderUnderTest, textOf } from "./sender-suite.js";

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

/** Runs a server whose certificate nobody has signed but itself. */
async function withSelfSigned(use: (url: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "stagedoor-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const words =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost".split(" ");
  const name = ["-addext", "subjectAltName=IP:127.0.0.1"];
  execFileSync("openssl", [...words, ...name, "-keyout", key, "-out", cert], { stdio: "ignore" });
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) =>
    response.end(),
  );
  rmSync(folder, { recursive: true });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Nobody listens at most addresses of loopback. */
const withNothing: typeof withBlackHole = (_host, port, use) => use(port);

/** What every sender makes of a network that fails, and of a caller who has changed its mind. */
export function failuresSuite({ make, seesConnections }: SenderUnderTest): void {
  const failure = (url: string, more = {}) => make()(get(url, more)).catch((error: unknown) => error);

  describe("failures", () => {
    afterEach(() => void vi.restoreAllMocks());

    it("NW-01 of a connection that is refused say that nothing was carried", async () => {
      let closed = "";
      await withServer(
        (_request, response) => void response.end(),
        async (url) => {
          closed = url;
        },
      );
      const error = await failure(closed);
      expect(error).toBeInstanceOf(NetworkError);
      expect(error).toMatchObject({
        code: "network-failed",
        systemCode: "ECONNREFUSED",
        delivered: "no",
        temporary: true,
      });
    });

    it("NW-02 of a connection that breaks leave open whether it had been heard", async () => {
      await withServer(
        (request) => void request.socket.resetAndDestroy(),
        async (url) => {
          expect(await failure(url)).toMatchObject({ code: "network-failed", delivered: "unknown" });
        },
      );
    });

    it("NW-02 of a body that is cut short are failures", async () => {
      await withServer(
        (request, response) => {
          response.setHeader("content-length", 100).write("half");
          setImmediate(() => request.socket.destroy());
        },
        async (url) => {
          expect(await failure(url)).toMatchObject({ code: "network-failed", delivered: "unknown" });
        },
      );
    });

    const isLinux = process.platform === "linux";
    it.each([
      { does: "refuses", withFirst: withNothing },
      ...(isLinux ? [{ does: "swallows", withFirst: withBlackHole }] : []),
    ])(
      "NW-07 of one way to a host are none when another one works, though the first one $does",
      async ({ withFirst }) => {
        await withServer(
          (_request, response) => void response.end("there"),
          async (url) => {
            const port = Number(new URL(url).port);
            const addresses = ["127.0.0.2", "127.0.0.1"].map((address) => ({ address, family: 4 }));
            const lookup = (_host: string, _options: unknown, done: (...values: unknown[]) => void) =>
              done(null, addresses);
            // As the system's resolver is called; its many overloads are of no interest here.
            vi.spyOn(dns, "lookup").mockImplementation(lookup as unknown as typeof dns.lookup);
            await withFirst("127.0.0.2", port, async () => {
              const answer = await make({ connectMs: 5_000 })(get(`http://spotify.example:${port}/`));
              expect(textOf(answer.body)).toBe("there");
              expect(dns.lookup).toHaveBeenCalled();
            });
          },
        );
      },
    );

    it.runIf(hasOpenssl)(
      "NW-08 of a certificate are named, final, and before anything was sent",
      async () => {
        await withSelfSigned(async (url) => {
          const error = await failure(url);
          expect(error).toMatchObject({
            code: "network-failed",
            systemCode: "DEPTH_ZERO_SELF_SIGNED_CERT",
            delivered: "no",
            temporary: false,
            message: expect.stringContaining("certificate"),
          });
          expect(everythingShown(error)).not.toContain("CANARY");
        });
      },
    );

    it("NW-08 of a handshake that breaks may pass", async () => {
      await withRawServer(
        (socket) => socket.once("data", () => socket.resetAndDestroy()),
        async (url) => {
          const error = await failure(url.replace("http:", "https:"));
          expect(error).toMatchObject({ code: "network-failed", temporary: true });
          // `fetch` says that the connection broke, and not when.
          if (seesConnections) expect(error).toMatchObject({ delivered: "no" });
        },
      );
    });

    it.each([
      ["a length that is too long", "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 9\r\n\r\nfour"],
      ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nfour!"],
      ["a length that is none", "HTTP/1.1 200 OK\r\ncontent-length: -4\r\n\r\nfour"],
      ["something that is not HTTP", "220 mail.example ESMTP\r\n\r\n"],
      ["2 MB of headers", `HTTP/1.1 200 OK\r\nx: ${"y".repeat(2_000_000)}\r\n\r\n`],
      ["10,000 headers", `HTTP/1.1 200 OK\r\n${"x-a: b\r\n".repeat(10_000)}\r\n`],
    ])("NW-16 with %s are bounded errors", async (_what, bytes) => {
      await withRawServer(
        (socket) => socket.once("data", () => socket.end(bytes, "latin1")),
        async (url) => {
          const error = await failure(url, { timeoutMs: 5_000 });
          const codes = ["network-failed", "response-too-large"];
          expect(codes.map((code) => expect.objectContaining({ code }))).toContainEqual(error);
        },
      );
    });

    it("NW-16 with something that is not HTTP are called so", async () => {
      await withRawServer(
        (socket) => socket.once("data", () => socket.end("220 mail.example ESMTP\r\n\r\n")),
        async (url) => {
          expect(await failure(url, { timeoutMs: 5_000 })).toMatchObject({
            systemCode: expect.stringMatching(/^HPE_/),
            message: expect.stringContaining("not HTTP"),
          });
        },
      );
    });

    it("LK-04 never repeat a header", async () => {
      const request = get("http://127.0.0.1:9/", { headers: { authorization: "Bearer CANARY\r\nAT" } });
      const error = await make()(request).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: seesConnections ? "argument-invalid" : "network-failed" });
      expect(everythingShown(error)).not.toContain("CANARY");
    });

    it.each(["/no/host?CANARY", "CANARY", "ftp://127.0.0.1/CANARY", "http://u:CANARY@127.0.0.1:9/"])(
      "LK-04 of the address %s never repeat it",
      async (url) => {
        const error = await failure(url);
        expect(["argument-invalid", "network-failed"]).toContain((error as { code?: unknown }).code);
        expect(everythingShown(error)).not.toContain("CANARY");
      },
    );
  });

  describe("a signal", () => {
    it("RS-01 ends a request at once, before it and during the answer, and frees the connection", async () => {
      let controller = new AbortController();
      const closed: string[] = [];
      await withServer(
        (request, response) => {
          request.socket.on("close", () => closed.push(request.url ?? ""));
          if (request.url === "/body") response.write("begun");
          setImmediate(() => setImmediate(() => controller.abort()));
        },
        async (url) => {
          const before = make()(get(url, { signal: AbortSignal.abort() }));
          await expect(before).rejects.toMatchObject({ code: "aborted" });
          for (const path of ["/headers", "/body"]) {
            controller = new AbortController();
            const answer = make()(get(url + path, { signal: controller.signal }));
            await expect(answer).rejects.toMatchObject({ code: "aborted" });
            expect(getEventListeners(controller.signal, "abort")).toEqual([]);
          }
          await vi.waitFor(() => expect(closed).toEqual(["/headers", "/body"]));
        },
      );
    });

    it("RS-01 ends a request within the turn in which it fires", async () => {
      await withServer(
        () => undefined,
        async (url) => {
          const controller = new AbortController();
          let isOver = false;
          await make()(get(url, { timeoutMs: 50 })).catch(() => undefined);
          make()(get(url, { signal: controller.signal })).catch(() => {
            isOver = true;
          });
          controller.abort();
          await new Promise((resolve) => process.nextTick(resolve));
          expect(isOver).toBe(true);
        },
      );
    });

    it("RS-01 that lives on keeps nothing of the requests that it watched, and nobody is warned", async () => {
      const warnings: string[] = [];
      const onWarning = (warning: Error) => void warnings.push(warning.name);
      process.on("warning", onWarning);
      await withServer(
        (_request, response) => void response.end("ok"),
        async (url) => {
          const { signal } = new AbortController();
          const send = make();
          for (let round = 0; round < 10; round++) {
            await Promise.all(Array.from({ length: 30 }, () => send(get(url, { signal }))));
            expect(getEventListeners(signal, "abort")).toEqual([]);
          }
        },
      );
      process.off("warning", onWarning);
      expect(warnings).toEqual([]);
    });
  });
}
