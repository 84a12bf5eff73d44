import type { Socket } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { DeadlineError } from "../../src/transport/index.js";
import { withBlackHole } from "../support/black-hole.js";
import { withRawServer } from "../support/raw-server.js";
import { withServer } from "../support/server.js";
import { get, type SenderUnderTest, textOf } from "./sender-suite.js";

/** The deadlines that every sender keeps. */
export function deadlinesSuite({ make, seesConnections }: SenderUnderTest): void {
  describe("deadlines", () => {
    it.runIf(process.platform === "linux")(
      "RS-02 NW-04 are kept for a connection that is never made",
      async () => {
        await withBlackHole("127.0.0.1", 0, async (port) => {
          const send = make({ connectMs: 100, headersMs: 100 });
          const error = await send(get(`http://127.0.0.1:${port}/`)).catch((caught: unknown) => caught);
          expect(error).toMatchObject({ code: "timeout", deadline: seesConnections ? "connect" : "headers" });
          if (seesConnections) expect(error).toMatchObject({ delivered: "no" });
        });
      },
    );

    it("RS-02 NW-04 are kept for the beginning of the answer", async () => {
      await withServer(
        () => undefined,
        async (url) => {
          // On Node, the connection has to be there first: only then does this one begin.
          const error = await make({ connectMs: 80, headersMs: 80 })(get(url)).catch(
            (caught: unknown) => caught,
          );
          expect(error).toBeInstanceOf(DeadlineError);
          expect(error).toMatchObject({ code: "timeout", deadline: "headers", delivered: "unknown" });
        },
      );
    });

    it("RS-02 NW-04 are kept between two pieces of a body", async () => {
      await withServer(
        (_request, response) => void response.write("begun"),
        async (url) => {
          await expect(make({ idleMs: 80 })(get(url))).rejects.toMatchObject({
            code: "timeout",
            deadline: "idle",
          });
        },
      );
    });

    it("NW-04 NW-13 let a slow body come that keeps coming", async () => {
      await withServer(
        (_request, response) => {
          let count = 0;
          const drip = () => {
            if (++count < 8) response.write(".");
            else response.end("!");
            if (count === 8) clearInterval(timer);
          };
          const timer = setInterval(drip, 40);
        },
        async (url) => {
          const answer = await make({ idleMs: 250 })(get(url));
          expect(textOf(answer.body)).toBe(".......!");
        },
      );
    });

    it.each([
      ["of the sender", { timeoutMs: 200 }, {}],
      ["of the request", { timeoutMs: 20_000 }, { timeoutMs: 200 }],
    ])(
      "RS-02 C37 NW-04 are kept over all of it by the time %s, however lively the answer",
      async (_whose, options, more) => {
        await withServer(
          (request, response) => {
            const timer = setInterval(() => void response.write("."), 20);
            request.socket.on("close", () => clearInterval(timer));
          },
          async (url) => {
            const error = await make(options)(get(url, more)).catch((caught: unknown) => caught);
            expect(error).toMatchObject({
              code: "timeout",
              deadline: "total",
              message: expect.stringContaining("0.2 s"),
            });
          },
        );
      },
    );

    it("NW-05 give up a connection that has gone silent, and the next call has another one", async () => {
      const silenced = new Set<Socket>();
      let isSilent = false;
      await withRawServer(
        (socket) =>
          socket.on("data", () => {
            if (isSilent) silenced.add(socket);
            if (!silenced.has(socket)) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
          }),
        async (url) => {
          const send = make({ connectMs: 100, headersMs: 100 });
          expect((await send(get(url))).status).toBe(200);
          isSilent = true;
          await expect(send(get(url))).rejects.toMatchObject({ code: "timeout", deadline: "headers" });
          isSilent = false;
          expect((await send(get(url))).status).toBe(200);
          await vi.waitFor(() => expect([...silenced].map(({ destroyed }) => destroyed)).toEqual([true]));
        },
      );
    });

    it.each([0, -1, Number.NaN, 2 ** 31])("are no %d ms", async (ms) => {
      expect(() => make({ timeoutMs: ms })).toThrow(/deadline of .* ms/);
      expect(() => make({ idleMs: ms })).toThrow(/deadline of .* ms/);
      await expect(make()(get("http://127.0.0.1:9/", { timeoutMs: ms }))).rejects.toMatchObject({
        code: "argument-invalid",
      });
    });

    it("NW-04 leave no timer behind an answer", async () => {
      await withServer(
        (_request, response) => void response.end("ok"),
        async (url) => {
          const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
          const before = timers();
          await make({ timeoutMs: 60_000 })(get(url));
          expect(timers() - before).toBeLessThanOrEqual(1); // `fetch` keeps one for its idle connection
        },
      );
    });
  });
}
