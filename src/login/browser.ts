import { type ChildProcess, spawn as nodeSpawn } from "node:child_process";
import { SECOND } from "../base/clock.js";
import { StagedoorError } from "../base/errors.js";

/** A program that fails does so within this time, in milliseconds; one that runs on is taken to have opened the page. */
const FAILURE_WINDOW_MS = SECOND;
/** Names under which programs are handed secrets; a browser, and all that it starts, has no business with them. */
const SECRET_NAMES = /^SPOTIFY_|(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?|KEY)(?:_|$)/i;
/** Says which window may come to the front, and nothing else. */
const NOT_SECRET = "XDG_ACTIVATION_TOKEN";

type Environment = Readonly<Record<string, string | undefined>>;

export interface BrowserOptions {
  /** As in `process.platform`. */
  readonly platform?: NodeJS.Platform | undefined;
  /** Default: that of the process. */
  readonly env?: Environment | undefined;
  readonly spawn?: typeof nodeSpawn | undefined;
}

/**
 * Opens an address in the person's browser, without a shell and without handing our secrets to it.
 *
 * Settles at the latest after one second; it does not wait for the browser.
 *
 * @throws StagedoorError `argument-invalid` unless the address is `http:` or `https:`, `browser-unavailable`
 * @see docs/decisions/0003-browser-opener.md
 *
 * @example
 * await openBrowser("https://accounts.spotify.com/authorize?…");
 */
export async function openBrowser(url: string, options: BrowserOptions = {}): Promise<void> {
  const { platform = process.platform, env = process.env, spawn = nodeSpawn } = options;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new StagedoorError("argument-invalid", "Only http and https addresses are opened in a browser.");
  }
  // Written anew by the parser: it begins with its scheme, never with a dash, and has no blank or quotation mark in it.
  for (const [program, ...args] of commands(platform, env)) {
    if (program !== undefined && (await runs(spawn, program, [...args, parsed.href], env))) return;
  }
  throw noBrowser();
}

/**
 * True when a browser that opens here would be in front of the person: not over SSH, in CI, in a cloud workspace, or without a display.
 *
 * @example
 * if (!canOpenBrowser()) console.error("Open the address on your own machine and paste where it ends.");
 */
export function canOpenBrowser(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): boolean {
  if (REMOTE.some((name) => isSet(env[name])) || env.BROWSER === "none") return false;
  if (platform === "darwin" || platform === "win32" || isWsl(env)) return true;
  return isSet(env.DISPLAY) || isSet(env.WAYLAND_DISPLAY);
}

/** Variables of places whose screen is somewhere else, or where nobody looks. */
const REMOTE = [
  "SSH_CONNECTION",
  "SSH_CLIENT",
  "SSH_TTY",
  "CI",
  "CODESPACES",
  "CLOUD_SHELL",
  "GITPOD_WORKSPACE_ID",
  "REPL_ID",
];

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}

/** Windows Subsystem for Linux: a Linux whose browser is Windows'. */
function isWsl(env: Environment): boolean {
  return isSet(env.WSL_DISTRO_NAME) || isSet(env.WSL_INTEROP);
}

function commands(platform: NodeJS.Platform, env: Environment): readonly (readonly string[])[] {
  if (platform === "darwin") return [["open"]];
  const handler = "url.dll,FileProtocolHandler";
  // By its full path, for Windows would look in the current folder first.
  if (platform === "win32") return [[`${env.SystemRoot ?? "C:\\Windows"}\\System32\\rundll32.exe`, handler]];
  return isWsl(env) ? [["rundll32.exe", handler], ["xdg-open"]] : [["xdg-open"]];
}

/** True unless the program is missing or fails at once. */
async function runs(
  spawn: typeof nodeSpawn,
  program: string,
  args: readonly string[],
  env: Environment,
): Promise<boolean> {
  try {
    const child = spawn(program, [...args], {
      detached: true,
      env: withoutSecrets(env),
      shell: false,
      stdio: "ignore",
      windowsHide: true,
    });
    return await staysUp(child);
  } catch {
    // Some failures of the system are thrown instead of reported; their errors quote the arguments.
    return false;
  }
}

function staysUp(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle(true), FAILURE_WINDOW_MS);
    const settle = (worked: boolean) => {
      clearTimeout(timer);
      resolve(worked);
    };
    child.once("error", () => settle(false));
    child.once("exit", (code) => settle(code === 0));
    child.unref();
  });
}

function withoutSecrets(env: Environment): Record<string, string> {
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && (name === NOT_SECRET || !SECRET_NAMES.test(name))) clean[name] = value;
  }
  return clean;
}

/** The error for a machine without a browser that we could open. */
export function noBrowser(): StagedoorError {
  return new StagedoorError("browser-unavailable", "No browser could be opened from here.", {
    hint: "Open the address by hand; it was shown when the login began.",
  });
}
