import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A keychain of its own: a message bus with a Secret Service on it, shared by whoever has its environment. */
export interface SecretService {
  /** What a process must have in its environment to use it, and nothing of the user's. */
  readonly environment: Readonly<Record<string, string>>;
  /** Locks the keychain, as a screen saver or a logout would; nobody answers the prompt that asks for its password. */
  lock(): void;
  close(): Promise<void>;
}

export interface SecretServiceOptions {
  /** What becomes of a prompt: it stays open (the default), or there is nothing that could show it. */
  readonly prompt?: "unanswered" | "impossible";
  /** False for a message bus without any Secret Service. */
  readonly hasService?: boolean;
}

const PASSWORD = "a password for tests";

/** Ends with its standard input, so that nothing outlives the test process, however that ends. */
const SCRIPT = `
if [ -n "$WITH_SERVICE" ]; then
  printf %s "$KEYCHAIN_PASSWORD" | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null &
  tries=0
  until dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets/collection/login \\
    org.freedesktop.DBus.Properties.Get string:org.freedesktop.Secret.Collection string:Locked 2>/dev/null | grep -q false
  do
    tries=$((tries + 1))
    if [ "$tries" -gt 200 ]; then exit 1; fi
    sleep 0.05
  done
fi
echo "$DBUS_SESSION_BUS_ADDRESS"
read -r end
`;

/**
 * Starts a message bus and, on it, a gnome-keyring-daemon whose keychain is unlocked. All that they write lies in a temporary directory.
 *
 * No part of vitest, so that programs of their own can use it.
 */
export async function startSecretService(options: SecretServiceOptions = {}): Promise<SecretService> {
  const { prompt = "unanswered", hasService = true } = options;
  const home = mkdtempSync(join(tmpdir(), "stagedoor-keychain-"));
  const place = (name: string) => {
    const path = join(home, name);
    mkdirSync(path, { mode: 0o700 });
    return path;
  };
  const directories = {
    HOME: home,
    XDG_RUNTIME_DIR: place("run"),
    XDG_CONFIG_HOME: place("config"),
    XDG_DATA_HOME: place("data"),
    XDG_CACHE_HOME: place("cache"),
  };
  const child = spawn(
    "dbus-run-session",
    [`--config-file=${writeBusConfiguration(place("services"), prompt)}`, "--", "sh", "-c", SCRIPT],
    {
      env: {
        PATH: process.env.PATH ?? "",
        ...directories,
        KEYCHAIN_PASSWORD: PASSWORD,
        WITH_SERVICE: hasService ? "yes" : "",
      },
      stdio: ["pipe", "pipe", "ignore"],
      // A group of its own, so that the daemons can be ended together, by id.
      detached: true,
    },
  );
  child.stdin.on("error", () => undefined);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // They have all ended.
    }
  };
  process.once("exit", end);
  const close = async () => {
    process.removeListener("exit", end);
    child.stdin.end();
    end();
    await ended;
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const address = await firstLine(child.stdout, child);
    const environment = { ...directories, DBUS_SESSION_BUS_ADDRESS: address };
    return { environment, close, lock: () => lockKeychain(environment) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A message bus that lets everybody in and never says a word. */
export async function startHangingBus(): Promise<{ address: string; close(): Promise<void> }> {
  const home = mkdtempSync(join(tmpdir(), "stagedoor-bus-"));
  const path = join(home, "bus");
  const server = createServer((socket) => void socket.on("error", () => undefined).resume());
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    address: `unix:path=${path}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function lockKeychain(environment: Readonly<Record<string, string>>): void {
  const words = [
    "--session",
    "--print-reply",
    "--dest=org.freedesktop.secrets",
    "/org/freedesktop/secrets",
    "org.freedesktop.Secret.Service.Lock",
    "array:objpath:/org/freedesktop/secrets/collection/login",
  ];
  const env = { PATH: process.env.PATH ?? "", ...environment };
  const { status, stderr } = spawnSync("dbus-send", words, { env, encoding: "utf8", timeout: 10_000 });
  if (status !== 0) throw new Error(`The keychain could not be locked: ${stderr}`);
}

/** A bus with the limits of a desktop's that starts no program of the machine: whatever asks the user something has to be the one below. */
function writeBusConfiguration(services: string, prompt: "unanswered" | "impossible"): string {
  const program = prompt === "unanswered" ? "/bin/sleep 60" : "/bin/false";
  for (const name of ["org.gnome.keyring.SystemPrompter", "org.gnome.keyring.PrivatePrompter"]) {
    writeFileSync(join(services, `${name}.service`), `[D-BUS Service]\nName=${name}\nExec=${program}\n`);
  }
  const path = join(services, "session.conf");
  writeFileSync(
    path,
    `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=${services}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>${services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <limit name="max_incoming_bytes">1000000000</limit>
  <limit name="max_outgoing_bytes">1000000000</limit>
  <limit name="max_message_size">1000000000</limit>
  <limit name="max_completed_connections">100000</limit>
  <limit name="max_incomplete_connections">10000</limit>
  <limit name="max_connections_per_user">100000</limit>
  <limit name="max_pending_service_starts">10000</limit>
  <limit name="max_names_per_connection">50000</limit>
  <limit name="max_match_rules_per_connection">50000</limit>
  <limit name="max_replies_per_connection">50000</limit>
</busconfig>
`,
  );
  return path;
}

async function firstLine(
  stream: NodeJS.ReadableStream,
  child: { once(event: "error", listener: (error: Error) => void): unknown },
): Promise<string> {
  const lines = createInterface({ input: stream });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    lines.once("line", resolve);
    lines.once("close", () => reject(new Error("The Secret Service did not start.")));
  });
}
