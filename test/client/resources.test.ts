import { describe, expect, it } from "vitest";
import { withServer } from "../support/server.js";
import { buildWorker, startWorker } from "../support/worker.js";
import { clientBench, failure } from "./bench.js";

describe("a process with little to spare", () => {
  it("RS-13 has room again for what ten thousand clients took, whether of one app or of as many", async () => {
    const worker = startWorker(buildWorker(new URL("many-clients-worker.ts", import.meta.url)));
    const { code, stdout, stderr } = await worker.result;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    // Bytes a client; each took thousands while it lived.
    const { oneApp, manyApps } = JSON.parse(stdout) as { oneApp: number; manyApps: number };
    expect(oneApp).toBeLessThan(100);
    expect(manyApps).toBeLessThan(100);
  }, 60_000);

  it("RS-10 with few files to open makes what calls it can, and says of the others that nothing was sent", async () => {
    await withServer(
      // Holds each connection for a while, so that more are wanted than there can be.
      (_request, response) => void setTimeout(() => response.end('{"id":"x"}'), 50),
      async (url) => {
        const worker = startWorker(buildWorker(new URL("few-files-worker.ts", import.meta.url)), {
          args: [url],
          under: ["/bin/sh", "-c", 'ulimit -n 48; exec "$0" "$@"'],
        });
        const { code, stdout, stderr } = await worker.result;
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        const { done, refused } = JSON.parse(stdout) as { done: number; refused: Record<string, number> };
        expect(done).toBeGreaterThan(0);
        expect(done + Object.values(refused).reduce((sum, count) => sum + count, 0)).toBe(200);
        expect(Object.keys(refused).filter((why) => why !== "network-failed no")).toEqual([]);
      },
    );
  }, 60_000);
});

describe("a proxy in between", () => {
  it.each([407, 502, 511])(
    "NW-11 that answers %d with a page is told of without what it echoes",
    async (status) => {
      const page = "<html><body>Proxy: Authorization: Bearer CANARY-AT-1 is not known here</body></html>";
      const headers = { "content-type": "text/html", "proxy-authenticate": 'Basic realm="CANARY-AT-1"' };
      const { client } = clientBench(() => ({ status, headers, body: page }));
      const error = await failure(client.me.profile());
      expect(error).toMatchObject({ status, code: status === 407 ? "api-error" : "server-error" });
      expect(JSON.stringify(error) + String(error)).not.toContain("CANARY");
    },
  );
});
