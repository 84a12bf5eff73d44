import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { SECOND } from "../base/clock.js";
import { isRecord } from "../base/encoding.js";

/** How long a helper that nobody asks stays, in milliseconds: a second call need not start another. */
const IDLE_MS = 5 * SECOND;

/** Why a call failed. */
export type KeychainFailure =
  | { readonly kind: "missing" | "unanswered" | "ended" }
  /** `words` come from the system's keychain: to be looked at, never to be shown. */
  | { readonly kind: "refused"; readonly words: string };

/** What can be asked of the system's keychain. Secrets are bytes in base64. */
export type KeychainRequest =
  | { readonly name: "get" | "remove"; readonly service: string; readonly account: string }
  | { readonly name: "set"; readonly service: string; readonly account: string; readonly secret: string }
  | { readonly name: "find"; readonly service: string };

export type KeychainAnswer =
  | { readonly value: unknown; readonly failure?: undefined }
  | { readonly failure: KeychainFailure };

/**
 * What the helper runs. Text, not a file beside this one: bundlers leave such a file behind.
 *
 * The first call looks for a service that is not there. Making an entry waits for the message bus on the main thread, this waits on
 * another; so the helper of a process that was killed notices it, also when the bus hangs.
 */
const PROGRAM = `
let keyring;
let ready;
const calls = {
  get: async (entry) => {
    const secret = await entry().getSecret();
    return secret === null || secret === undefined ? null : Buffer.from(secret).toString("base64");
  },
  set: async (entry, { secret }) => void (await entry().setSecret(Buffer.from(secret, "base64"))),
  remove: (entry) => entry().deleteCredential(),
  find: (_, { service }) => keyring.findCredentialsAsync(service),
};
process.on("message", async ({ id, module, request }) => {
  const answer = { id };
  try {
    keyring ??= require(module);
  } catch {
    return process.send({ ...answer, missing: true });
  }
  try {
    const { name, service, account } = request;
    await (ready ??= keyring.findCredentialsAsync("nobody." + service));
    const entry = () => new keyring.AsyncEntry(service, account, { linux: { store: "secret-service" } });
    answer.value = await calls[name](entry, request);
  } catch (error) {
    ready = undefined;
    answer.refused = String(error && error.message);
  }
  process.send(answer);
});
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
`;

interface Helper {
  ask(request: KeychainRequest, timeoutMs: number): Promise<KeychainAnswer>;
}

/** The helper of each message bus; there is one bus but for tests. */
const helpers = new Map<string, Helper>();

/**
 * Asks the system's keychain, from a process of its own.
 *
 * The native module may block the thread that calls it, and a process in which a call hangs cannot even exit; a helper can be killed.
 * However many calls hang, there is one helper, and the first call that runs out of time ends it with all that it was asked.
 *
 * @param timeoutMs milliseconds that the answer may take, the start of the helper included
 */
export async function askKeychain(request: KeychainRequest, timeoutMs: number): Promise<KeychainAnswer> {
  const bus = process.env.DBUS_SESSION_BUS_ADDRESS ?? "";
  let helper = helpers.get(bus);
  if (helper === undefined) {
    const module = keyringModule();
    if (module === undefined) return { failure: { kind: "missing" } };
    const started = startHelper(module, () => {
      if (helpers.get(bus) === started) helpers.delete(bus);
    });
    helper = started;
    helpers.set(bus, started);
  }
  return helper.ask(request, timeoutMs);
}

function keyringModule(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve("@napi-rs/keyring");
  } catch {
    return undefined;
  }
}

/** @param retire is called as soon as the helper must not be asked any more */
function startHelper(module: string, retire: () => void): Helper {
  const waiting = new Map<number, (answer: KeychainAnswer) => void>();
  let lastId = 0;
  let idle: NodeJS.Timeout | undefined;

  const end = (failure: KeychainFailure) => {
    retire();
    child.kill("SIGKILL");
    for (const settle of waiting.values()) settle({ failure });
  };
  const child = spawnHelper();
  child.on("error", () => end({ kind: "ended" }));
  child.on("exit", () => end({ kind: "ended" }));
  child.on("message", (message) => {
    if (!isRecord(message) || typeof message.id !== "number") return;
    waiting.get(message.id)?.(toAnswer(message));
  });
  // The timers of the calls keep the process alive while there is something to wait for, and nothing else does.
  child.unref();
  child.channel?.unref();

  return {
    ask(request, timeoutMs) {
      clearTimeout(idle);
      lastId += 1;
      const id = lastId;
      return new Promise((resolve) => {
        const timer = setTimeout(() => end({ kind: "unanswered" }), timeoutMs);
        waiting.set(id, (answer) => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(answer);
          if (waiting.size === 0) idle = setTimeout(() => end({ kind: "ended" }), IDLE_MS).unref();
        });
        child.send({ id, module, request }, (error) => {
          if (error !== null) end({ kind: "ended" });
        });
      });
    },
  };
}

function spawnHelper(): ChildProcess {
  // What a debugger or a loader wants of the program is not meant for the helper; Electron is to be the Node that it brings.
  const { NODE_OPTIONS: _options, ...rest } = process.env;
  // The app's secret is not its business either, and could be read from there.
  const environment = Object.fromEntries(Object.entries(rest).filter(([name]) => !/^SPOTI[FP]Y_/.test(name)));
  return spawn(process.execPath, ["-e", PROGRAM], {
    env: { ...environment, ELECTRON_RUN_AS_NODE: "1" },
    // The directory of the program may be gone.
    cwd: dirname(process.execPath),
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    windowsHide: true,
  });
}

function toAnswer(message: Record<string, unknown>): KeychainAnswer {
  if (message.missing === true) return { failure: { kind: "missing" } };
  if (typeof message.refused === "string") return { failure: { kind: "refused", words: message.refused } };
  return { value: message.value };
}
