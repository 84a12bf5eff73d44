// A program with one session, told what to do on stdin: `worker.mjs NAME`. Start it with `conductor.worker()`; what it can be told is
// `WorkerTasks` in `protocol.ts`, what it then does is in `agent.ts`. It ends when its stdin does. In a thread or a cluster (`crowd.ts`) it
// is told over its port or channel.
import { parentPort } from "node:worker_threads";
import { createAgent } from "./agent.js";
import { type Channel, runTasks, standardChannel } from "./task-loop.js";

const [name = "worker"] = process.argv.slice(2);
runTasks(channel(), (tell) => createAgent(name, tell));

function channel(): Channel {
  if (parentPort !== null) {
    const port = parentPort;
    return {
      say: (line) => port.postMessage(line),
      onLine: (listener) => void port.on("message", (text) => listener(String(text))),
      close: () => port.close(),
    };
  }
  if (process.send !== undefined) {
    process.once("disconnect", () => process.exit(3));
    return {
      say: (line) => void process.send?.(line),
      onLine: (listener) => void process.on("message", (text) => listener(String(text))),
      close() {
        process.removeAllListeners("disconnect");
        process.disconnect();
      },
    };
  }
  return standardChannel();
}
