// A program with one session, told what to do on stdin: `worker.mjs NAME`. Start it with `conductor.worker()`; what it can be told is
// `WorkerTasks` in `protocol.ts`, what it then does is in `agent.ts`. It ends when its stdin does.
import { createAgent } from "./agent.js";
import { runTasks, standardChannel } from "./task-loop.js";

const [name = "worker"] = process.argv.slice(2);
runTasks(standardChannel(), (tell) => createAgent(name, tell));
