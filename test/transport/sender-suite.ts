import { randomBytes } from "node:crypto";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { HttpRequest, Send } from "../../src/base/http.js";
import type { SenderOptions } from "../../src/transport/index.js";
import { everythingShown } from "../support/everything.js";
import { answering, withRawServer } from "../support/raw-server.js";
import { withServer } from "../support/server.js";

/** A sender, and what its runtime lets it do. */
export interface SenderUnderTest {
  readonly make: (options?: SenderOptions) => Send;
  /** Whether it sees when a connection is there: `fetch` does not tell. */
  readonly seesConnections: boolean;
  /** Whether it unpacks bodies itself: `fetch` shows them unpacked, and has ways of its own with what it cannot unpack. */
  readonly unpacks: boolean;
}

export const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "GET",
  url,
  headers: { authorization: "Bearer CANARY-AT" },
  ...more,
});

export const textOf = (body: Uint8Array) => new TextDecoder().decode(body);

/** What every sender does with an answer that comes. */
export function answersSuite({ make, unpacks }: SenderUnderTest): void {
  describe("answers", () => {
    it("come with status, headers and the whole body", async () => {
      await withServer(
        (request, response) => {
          response.setHeader("X-Thing", "there").setHeader("X-Two", ["a", "b"]).writeHead(201).write("one ");
          response.end(request.headers.authorization);
        },
        async (url) => {
          const response = await make()(get(`${url}/x`));
          expect(response.status).toBe(201);
          expect(response.header("x-THING")).toBe("there");
          expect(response.header("x-two")).toBe("a, b");
          expect(response.header("x-none")).toBeNull();
          expect(textOf(response.body)).toBe("one Bearer CANARY-AT");
        },
      );
    });

    it("come to the path, query, method and body that were asked for", async () => {
      await withServer(
        async (request, response) => {
          let body = "";
          for await (const chunk of request) body += String(chunk);
          response.end(
            `${request.method} ${request.url} ${request.headers["content-length"] ?? "-"} ${body}`,
          );
        },
        async (url) => {
          const ask = async (path: string, more: Partial<HttpRequest> = {}) =>
            textOf((await make()(get(url + path, more))).body);
          expect(await ask("/v1/a%2Fb?q=%C3%A4")).toBe("GET /v1/a%2Fb?q=%C3%A4 - ");
          expect(await ask("")).toBe("GET / - ");
          expect(await ask("?a=b")).toBe("GET /?a=b - ");
          expect(await ask("?a=/b")).toBe("GET /?a=/b - ");
          expect(await ask("#/b")).toBe("GET / - ");
          expect(await ask("\\a/b")).toBe("GET /a/b - ");
          expect(await ask("/ä b#part")).toBe("GET /%C3%A4%20b - ");
          expect(await ask("/", { method: "PUT", body: "é" })).toBe("PUT / 2 é");
          expect(await ask("/", { method: "POST", body: new Uint8Array([97, 98]) })).toBe("POST / 2 ab");
          expect(await ask("/", { method: "DELETE", body: "{}" })).toBe("DELETE / 2 {}");
          expect(await ask("/", { method: "PUT" })).toBe("PUT / 0 ");
        },
      );
    });

    it.each([204, 304])("with %d have no body and pass", async (status) => {
      await withServer(
        (_request, response) => void response.writeHead(status, { etag: '"x"' }).end(),
        async (url) => {
          const response = await make()(get(url));
          expect(response).toMatchObject({ status, body: new Uint8Array() });
          expect(response.header("etag")).toBe('"x"');
        },
      );
    });

    it.each([204, 304])("with %d may name a length, which is not theirs", async (status) => {
      await withServer(
        (_request, response) => void response.writeHead(status, { etag: '"x"', "content-length": "5" }).end(),
        async (url) => {
          const response = await make()(get(url));
          expect(response).toMatchObject({ status, body: new Uint8Array() });
          expect(response.header("etag")).toBe('"x"');
        },
      );
    });

    it("are what they are after hints that come before them", async () => {
      await withRawServer(
        answering(
          "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n",
          "HTTP/1.1 200 OK\r\nx-a: b\r\ncontent-length: 2\r\n\r\nok",
        ),
        async (url) => {
          const response = await make()(get(url));
          expect([response.status, textOf(response.body)]).toEqual([200, "ok"]);
          expect(response.header("link")).toBeNull();
        },
      );
    });

    it("come to the headers as they are when they are sent, also where the same object was sent before", async () => {
      await withServer(
        (request, response) => void response.end(request.headers.authorization),
        async (url) => {
          const headers = { authorization: "Bearer old" };
          const send = make();
          expect(textOf((await send(get(url, { headers }))).body)).toBe("Bearer old");
          headers.authorization = "Bearer new";
          expect(textOf((await send(get(url, { headers }))).body)).toBe("Bearer new");
        },
      );
    });

    it("NW-14 may come before the request's body has gone", async () => {
      await withRawServer(
        (socket) => {
          socket.once("data", () =>
            socket.end("HTTP/1.1 413 Too Large\r\nconnection: close\r\ncontent-length: 2\r\n\r\nno"),
          );
          socket.resume();
        },
        async (url) => {
          const request = get(url, { method: "POST", body: "x".repeat(3_000_000), timeoutMs: 10_000 });
          const outcome = await make()(request).catch((error: unknown) => error);
          // Whether the answer or the end of the connection is seen first is the system's to decide; it ends either way.
          expect([
            expect.objectContaining({ status: 413 }),
            expect.objectContaining({ code: "network-failed" }),
          ]).toContainEqual(outcome);
        },
      );
    });

    it.each([301, 302, 303, 307, 308])(
      "OR-04 OR-07 are refused when they redirect with %d, and nothing is sent to their target",
      async (status) => {
        const thief: string[] = [];
        await withServer(
          (request, response) => {
            thief.push(`${request.url} ${JSON.stringify(request.headers)}`);
            response.end();
          },
          async (thiefUrl) => {
            await withServer(
              (_request, response) => {
                response.writeHead(status, { location: `${thiefUrl}/steal` }).end("moved");
              },
              async (url) => {
                const request = { ...get(url), method: "POST", body: "refresh_token=CANARY-RT" };
                await expect(make()(request)).rejects.toMatchObject({ code: "redirect-refused" });
              },
            );
          },
        );
        expect(thief).toEqual([]);
      },
    );
  });

  describe("bodies", () => {
    it("TR-13 stop at the limit, whether the length is declared or not", async () => {
      await withServer(
        (request, response) => {
          if (request.url === "/declared") response.setHeader("content-length", 10_000_000);
          response.write("x".repeat(70_000));
          if (request.url === "/exact") response.end();
        },
        async (url) => {
          const send = make({ maxBodyBytes: 65_536 });
          await expect(send(get(`${url}/declared`))).rejects.toMatchObject({ code: "response-too-large" });
          await expect(send(get(`${url}/endless`))).rejects.toMatchObject({ code: "response-too-large" });
          const all = await make({ maxBodyBytes: 70_000 })(get(`${url}/exact`));
          expect(all.body.byteLength).toBe(70_000);
        },
      );
    });

    it.each([
      ["gzip", gzipSync],
      ["br", brotliCompressSync],
    ])("TR-14 in %s count as what they become, short or long", async (encoding, pack) => {
      const long = randomBytes(60_000).toString("hex");
      const bodies = { "/short": "short", "/long": long, "/bomb": Buffer.alloc(5_000_000) };
      const big = { "/big-bomb": Buffer.concat([randomBytes(50_000), Buffer.alloc(5_000_000)]) };
      await withServer(
        (request, response) => {
          const body = { ...bodies, ...big }[request.url ?? ""] ?? "";
          response.setHeader("content-encoding", encoding).end(pack(body));
        },
        async (url) => {
          const send = make({ maxBodyBytes: 150_000 });
          expect(textOf((await send(get(`${url}/short`))).body)).toBe("short");
          expect(textOf((await send(get(`${url}/long`))).body)).toBe(long);
          for (const bomb of ["/bomb", "/big-bomb"]) {
            await expect(send(get(url + bomb))).rejects.toMatchObject({ code: "response-too-large" });
          }
        },
      );
    });

    it("TR-14 that cannot be unpacked are an error of ours", async () => {
      await withServer(
        (request, response) => {
          response.setHeader("content-encoding", request.url === "/chain" ? "gzip, gzip" : "gzip");
          response.end(request.url === "/chain" ? gzipSync(gzipSync("x")) : "this is no gzip CANARY-BODY");
        },
        async (url) => {
          const code = unpacks ? "response-invalid" : "network-failed";
          const error = await make()(get(url)).catch((caught: unknown) => caught);
          expect(error).toMatchObject({ code });
          expect(everythingShown(error)).not.toContain("CANARY");
          if (unpacks) await expect(make()(get(`${url}/chain`))).rejects.toMatchObject({ code });
        },
      );
    });

    it("RS-08 that nobody looks at give their connection back", async () => {
      const sockets = new Set<unknown>();
      await withServer(
        (request, response) => {
          sockets.add(request.socket);
          response.end("x".repeat(100_000));
        },
        async (url) => {
          const send = make();
          for (let count = 0; count < 50; count++) await send(get(url));
          expect(sockets.size).toBeLessThan(5);
        },
      );
    });

    it("RS-14 of a megabyte, fifty at a time, leave other work its turn", async () => {
      const text = randomBytes(500_000).toString("hex");
      const packed = gzipSync(text);
      let turns = 0;
      let isGoing = true;
      const turn = () => {
        turns++;
        if (isGoing) setImmediate(turn);
      };
      await withServer(
        (_request, response) => void response.setHeader("content-encoding", "gzip").end(packed),
        async (url) => {
          setImmediate(turn);
          const send = make();
          const answers = await Promise.all(Array.from({ length: 50 }, () => send(get(url))));
          isGoing = false;
          expect(answers.every(({ body }) => body.byteLength === text.length)).toBe(true);
          expect(turns).toBeGreaterThan(50);
        },
      );
    });
  });
}
