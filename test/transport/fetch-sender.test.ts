import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fetchSender, NetworkError, stack } from "../../src/transport/index.js";
import { everythingShown } from "../support/everything.js";
import { withServer } from "../support/server.js";

const get = (url: string, signal?: AbortSignal) => ({
  method: "GET",
  url,
  headers: { authorization: "Bearer CANARY-AT" },
  signal,
});

describe("the neutral sender", () => {
  it("gives status, headers and the whole body", async () => {
    await withServer(
      (request, response) => {
        response.setHeader("X-Thing", "there").writeHead(201).write("one ");
        response.end(request.headers.authorization);
      },
      async (url) => {
        const response = await fetchSender()(get(`${url}/x`));
        expect(response.status).toBe(201);
        expect(response.header("x-THING")).toBe("there");
        expect(new TextDecoder().decode(response.body)).toBe("one Bearer CANARY-AT");
      },
    );
  });

  it.each([301, 302, 303, 307, 308])(
    "OR-04 OR-07 refuses a redirect with %d, and sends nothing to its target",
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
              await expect(fetchSender()(request)).rejects.toMatchObject({ code: "redirect-refused" });
            },
          );
        },
      );
      expect(thief).toEqual([]);
    },
  );

  it("TR-13 stops at the limit, whether the length is declared or not", async () => {
    await withServer(
      (request, response) => {
        if (request.url === "/declared") response.setHeader("content-length", 10_000_000);
        response.write("x".repeat(70_000));
        if (request.url === "/exact") response.end();
      },
      async (url) => {
        const send = fetchSender({ maxBodyBytes: 65_536 });
        await expect(send(get(`${url}/declared`))).rejects.toMatchObject({ code: "response-too-large" });
        await expect(send(get(`${url}/endless`))).rejects.toMatchObject({ code: "response-too-large" });
        const all = await fetchSender({ maxBodyBytes: 70_000 })(get(`${url}/exact`));
        expect(all.body.byteLength).toBe(70_000);
      },
    );
  });

  it("TR-14 counts a compressed body as what it becomes", async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    await withServer(
      (_request, response) => {
        response.setHeader("content-encoding", "gzip").end(bomb);
      },
      async (url) => {
        await expect(fetchSender({ maxBodyBytes: 65_536 })(get(url))).rejects.toMatchObject({
          code: "response-too-large",
        });
      },
    );
  });

  it("NW-01 says that a refused connection carried nothing", async () => {
    let closed = "";
    await withServer(
      (_request, response) => void response.end(),
      async (url) => {
        closed = url;
      },
    );
    const error = await fetchSender()(get(closed)).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NetworkError);
    expect(error).toMatchObject({ code: "network-failed", systemCode: "ECONNREFUSED", delivered: "no" });
  });

  it("NW-02 does not know whether a connection that broke had been heard", async () => {
    await withServer(
      (request) => void request.socket.resetAndDestroy(),
      async (url) => {
        const error = await fetchSender()(get(url)).catch((caught: unknown) => caught);
        expect(error).toMatchObject({ code: "network-failed", delivered: "unknown" });
      },
    );
  });

  it("NW-02 takes a body that is cut short for a failure", async () => {
    await withServer(
      (request, response) => {
        response.setHeader("content-length", 100).write("half");
        setImmediate(() => request.socket.destroy());
      },
      async (url) => {
        await expect(fetchSender()(get(url))).rejects.toMatchObject({ code: "network-failed" });
      },
    );
  });

  it("LK-04 never lets the runtime repeat a header in its error", async () => {
    const request = {
      method: "GET",
      url: "http://127.0.0.1:9/",
      headers: { authorization: "Bearer CANARY\r\nAT" },
    };
    const error = await fetchSender()(request).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "network-failed" });
    expect(everythingShown(error)).not.toContain("CANARY");
  });

  it("RS-01 ends at once when it is told to, before and during the answer", async () => {
    let controller = new AbortController();
    await withServer(
      (request, response) => {
        if (request.url === "/body") response.write("begun");
        setImmediate(() => controller.abort());
      },
      async (url) => {
        await expect(fetchSender()(get(url, AbortSignal.abort()))).rejects.toMatchObject({ code: "aborted" });
        for (const path of ["/headers", "/body"]) {
          controller = new AbortController();
          const answer = fetchSender()(get(url + path, controller.signal));
          await expect(answer).rejects.toMatchObject({ code: "aborted" });
        }
      },
    );
  });

  it("C37 NW-04 keeps a deadline over the whole answer", async () => {
    await withServer(
      (_request, response) => {
        response.write("begun");
      },
      async (url) => {
        const send = fetchSender({ timeoutMs: 50 });
        await expect(send(get(url))).rejects.toMatchObject({ code: "timeout" });
      },
    );
  });

  it("NW-04 leaves no timer behind an answer", async () => {
    await withServer(
      (_request, response) => void response.end("ok"),
      async (url) => {
        const before = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
        await fetchSender({ timeoutMs: 60_000 })(get(url));
        const after = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
        expect(after - before).toBeLessThanOrEqual(1); // the pool keeps one for its idle connection
      },
    );
  });

  it("puts the first layer outermost", async () => {
    const order: string[] = [];
    const layer =
      (name: string) =>
      (next: Parameters<typeof stack>[0]) =>
      async (request: Parameters<typeof next>[0]) => {
        order.push(name);
        return next(request);
      };
    const send = stack(
      async () => ({ status: 200, header: () => null, body: new Uint8Array() }),
      layer("a"),
      layer("b"),
    );
    await send(get("http://127.0.0.1/"));
    expect(order).toEqual(["a", "b"]);
  });
});
