// Several workers in one process, or in one cluster, that do everything together: `crowd.mjs NAME KIND COUNT WORKER AGENT`, the last two
// being the bundles of `worker.ts` and `agent.ts`. To a conductor it is one worker, whose calls are those of all.
import cluster from "node:cluster";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { createAgent } from "./agent.js";
import type { CallsAnswer, Said, WorkerTasks } from "./protocol.js";
import { type Doers, runTasks, standardChannel, type Tell } from "./task-loop.js";

type Task = keyof WorkerTasks;

/** One of the crowd. */
interface Member {
  ask(task: Task, given: object): Promise<unknown>;
}

/** A line to somebody, and how to hear theirs. */
interface Line {
  send(text: string): void;
  onText(listener: (text: string) => void): void;
}

const [name = "crowd", kind = "", count = "0", workerPath = "", agentPath = ""] = process.argv.slice(2);

/** `threads`: worker threads. `cluster`: processes of a cluster. `copies`: copies of the module in this very thread. */
function makeMembers(tell: Tell): Promise<readonly Member[]> {
  const names = Array.from({ length: Number(count) }, (_, index) => `${name}.${index + 1}`);
  switch (kind) {
    case "threads":
      return Promise.all(names.map((one) => memberAt(threadLine(one))));
    case "cluster":
      return Promise.all(names.map((one) => memberAt(clusterLine(one))));
    case "copies":
      return Promise.all(names.map((one) => copyMember(one, tell)));
    default:
      throw new Error(`There is no crowd of ${kind}.`);
  }
}

function threadLine(one: string): Line {
  const thread = new Worker(workerPath, { argv: [one] });
  return {
    send: (text) => thread.postMessage(text),
    onText: (listener) => void thread.on("message", (text) => listener(String(text))),
  };
}

function clusterLine(one: string): Line {
  cluster.setupPrimary({ exec: workerPath, args: [one] });
  const fork = cluster.fork();
  return {
    send: (text) => void fork.send(text),
    onText: (listener) => void fork.on("message", (text) => listener(String(text))),
  };
}

function memberAt(line: Line): Promise<Member> {
  let lastId = 0;
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  const ask: Member["ask"] = (task, given) =>
    new Promise((resolve, reject) => {
      waiting.set(++lastId, { resolve, reject });
      line.send(JSON.stringify({ id: lastId, do: task, given }));
    });
  return new Promise((resolve) => {
    line.onText((text) => {
      const said: Said = JSON.parse(text);
      if ("event" in said) {
        if (said.event === "hello") resolve({ ask });
        return;
      }
      const waiter = waiting.get(said.id);
      waiting.delete(said.id);
      if ("answer" in said) waiter?.resolve(said.answer);
      if ("error" in said) waiter?.reject(Object.assign(new Error(said.error.message), said.error));
    });
  });
}

async function copyMember(one: string, tell: Tell): Promise<Member> {
  // Another address, another module: what a bundler or a hot reload does.
  const module: { createAgent: typeof createAgent } = await import(`${pathToFileURL(agentPath)}?${one}`);
  const doers = module.createAgent(one, tell);
  return { ask: (task, given) => doers[task](given as never) };
}

runTasks<WorkerTasks>(standardChannel(), (tell) => {
  const members = makeMembers(tell);
  const first = async (task: Task, given: object) => (await members)[0]?.ask(task, given);
  const all = async (task: Task, given: object) =>
    Promise.all((await members).map((one) => one.ask(task, given)));
  const together = async (task: Task, given: object): Promise<CallsAnswer> => {
    const answers = (await all(task, given)) as readonly CallsAnswer[];
    const [one] = answers;
    if (one === undefined) throw new Error("Nobody is in this crowd.");
    return {
      calls: answers.flatMap(({ calls }) => calls),
      began: answers.map(({ began }) => began).reduce((a, b) => (a.steady < b.steady ? a : b)),
      ended: answers.map(({ ended }) => ended).reduce((a, b) => (a.steady > b.steady ? a : b)),
    };
  };
  // What its members answer is what the tasks are declared to answer.
  const doers: { readonly [K in Task]: (given: object) => Promise<unknown> } = {
    open: async (given) => (await all("open", given))[0],
    call: (given) => together("call", given),
    refresh: (given) => together("refresh", given),
    login: (given) => first("login", given),
    logout: (given) => first("logout", given),
    stored: (given) => first("stored", given),
    problems: (given) => first("problems", given),
    hold: (given) => first("hold", given),
    release: (given) => first("release", given),
    block: (given) => first("block", given),
    series: (given) => first("series", given),
    close: async (given) => (await all("close", given))[0],
    exit: async (given) => (await all("exit", given))[0],
  };
  return doers as Doers<WorkerTasks>;
});
