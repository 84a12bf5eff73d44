/**
 * Callers on keep-alive connections, in a process of their own: each sends a request when it has the answer to the one before.
 * Plain sockets and ready-made bytes, as anything more would measure the callers.
 */
import { connect } from "node:net";

const END_OF_HEAD = Buffer.from("\r\n\r\n");
const LENGTH = /\r\ncontent-length: (\d+)/i;

process.on("message", async (plan) => process.send(await run(plan)));
process.on("disconnect", () => process.exit());
process.send("ready");

function run({ port, paths, authorization, callers, warmupMs, durationMs }) {
  const requests = paths.map((path) =>
    Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${authorization}\r\n\r\n`),
  );
  const latencies = [];
  let next = 0;
  let bytes = 0;
  let isCounting = false;
  let isOver = false;

  const sockets = Array.from({ length: callers }, () => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let sent = 0;
    let pending = null;
    const ask = () => {
      sent = performance.now();
      socket.write(requests[next]);
      next = next + 1 === requests.length ? 0 : next + 1;
    };
    socket.on("connect", ask);
    socket.on("error", (error) => {
      if (!isOver) throw error;
    });
    socket.on("data", (chunk) => {
      pending = pending === null ? chunk : Buffer.concat([pending, chunk]);
      const head = pending.indexOf(END_OF_HEAD);
      if (head < 0) return;
      const text = pending.latin1Slice(0, head);
      if (!text.startsWith("HTTP/1.1 200")) throw new Error(text);
      if (pending.length < head + 4 + Number(LENGTH.exec(text)[1])) return;
      if (isCounting) {
        latencies.push(performance.now() - sent);
        bytes += pending.length;
      }
      pending = null;
      if (!isOver) ask();
    });
    return socket;
  });

  return new Promise((resolve) => {
    setTimeout(() => {
      isCounting = true;
      const start = performance.now();
      process.send("counting");
      setTimeout(() => {
        isCounting = false;
        isOver = true;
        const seconds = (performance.now() - start) / 1000;
        for (const socket of sockets) socket.destroy();
        latencies.sort((a, b) => a - b);
        const at = (share) => latencies[Math.floor(share * latencies.length)];
        resolve({
          perSecond: latencies.length / seconds,
          count: latencies.length,
          bytesPerAnswer: bytes / latencies.length,
          p50: at(0.5),
          p99: at(0.99),
        });
      }, durationMs);
    }, warmupMs);
  });
}
