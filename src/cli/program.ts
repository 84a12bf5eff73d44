import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { TIERS } from "../contract/index.js";
import { ERAS, REFRESH_MODES } from "../emulator/index.js";
import type { Ports } from "../login/index.js";
import { TOKEN_FORMATS } from "../token/formats/index.js";
import type { Context } from "./context.js";
import { EXIT } from "./exit-codes.js";
import type { NamedLogin } from "./output.js";

/** The command, and what is known once it has been given words. */
export interface Program {
  readonly command: Command;
  /** The exit code of a command that ended without a failure. */
  code(): number;
  /** The login that was named. */
  named(): NamedLogin;
}

/**
 * The command with all its subcommands; parsing only. What they do is in `commands/`, each loaded when it is asked for: an emulator
 * should not wait for the files of a login.
 */
export function createProgram(context: Context): Program {
  let code: number = EXIT.ok;
  let named: NamedLogin = {};
  const program = new Command("stagedoor")
    .description(
      "The way in to Spotify: log in, keep the tokens alive, call the Web API, and run a Spotify on this machine.",
    )
    .version(version())
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
    })
    .exitOverride()
    .hook("preAction", (_program, action) => {
      const { profile, clientId } = action.opts();
      named = { profile, clientId };
    })
    .addHelpText(
      "after",
      `
Examples:
  stagedoor login --scope "user-top-read playlist-read-private"
  stagedoor api GET /me/top/tracks --query limit=5
  stagedoor emulate

Exit codes: 0 ok, 1 error, 2 usage, 3 cancelled, 4 login needed, 5 forbidden, 6 limited, 130 and 143 ended by a signal.
The app is named by SPOTIFY_CLIENT_ID (and SPOTIFY_CLIENT_SECRET, SPOTIFY_REDIRECT_URI); SPOTIFY_CLIENT_ID_FILE and
SPOTIFY_CLIENT_SECRET_FILE may name files in their place, such as Docker secrets.
Tokens are kept where STAGEDOOR_STORE says: file (the default), keychain, or keychain-or-file.`,
    );

  profiled(program.command("login"))
    .description("log in to Spotify and store the token")
    .option(
      "--scope <scopes...>",
      "what to ask for besides what this login has, separated by spaces or commas",
    )
    .option("--reset-scopes", "ask for nothing but --scope, also where this login has more")
    .option(
      "--port <ports>",
      "where to listen: 8080, 8080,8090 or 8080-8090; default: any free port",
      readPorts,
    )
    .addOption(
      new Option(
        "--paste",
        "paste the address that the browser ends on, instead of listening for it",
      ).conflicts(["yes", "port"]),
    )
    .option("--no-browser", "print the address only")
    .option("--show-dialog", "show the consent page even if you have agreed before")
    .option("--timeout <seconds>", "how long to wait; default: 120, with --paste 600", readSeconds)
    .option("-y, --yes", "agree by program; works with an emulator only")
    .action(async (options) => (await import("./commands/login.js")).loginCommand(context, options));
  profiled(program.command("status"))
    .description("show who is logged in, what may be done and for how long; never a token")
    .option("--json", "for programs: a list of profiles")
    .action(async (options) => {
      code = await (await import("./commands/status.js")).statusCommand(context, options);
    });
  profiled(program.command("token"))
    .description("print a valid access token and nothing else, refreshing it if needed")
    .action(async (options) => (await import("./commands/token.js")).tokenCommand(context, options));
  profiled(program.command("refresh"))
    .description("refresh the access token now")
    .action(async (options) => (await import("./commands/token.js")).refreshCommand(context, options));
  profiled(program.command("logout"))
    .description("remove the stored login")
    .action(async (options) => (await import("./commands/token.js")).logoutCommand(context, options));
  profiled(program.command("api"))
    .description("make one call with the stored token and print the JSON that comes back")
    .argument("<method-and-path...>", "such as GET /me/playlists; GET may be left out")
    .option("-q, --query <name=value>", "a query parameter; may be given several times", collect, [])
    .option("--body <json>", "a JSON body, @file, or - for standard input")
    .action(async (words, options) =>
      (await import("./commands/api.js")).apiCommand(context, words, options),
    );
  profiled(program.command("import"))
    .description("take over the login in another program's token file, which stays as it is")
    .argument("<file>", "such as .cache or SpotifyWebApiPython_tokens.json; - for standard input")
    .addOption(formatOption("whose file it is; default: what it looks like"))
    .option(
      "--entry <key>",
      "one entry of a file with several, such as SpotifyWebApiAuthCode/CLIENT_ID/Shared",
    )
    .option("--scope <scopes...>", "what was granted, where the file does not say")
    .option(
      "--authorized-at <time>",
      "when the person agreed, such as 2026-05-31, which no file says",
      readTime,
    )
    .option("--dry-run", "say what would be stored, and store nothing")
    .option("--force", "replace a login that the profile has")
    .action(async (file, options) =>
      (await import("./commands/import.js")).importCommand(context, file, options),
    );
  profiled(program.command("export"))
    .description("write the stored login as another program's token file")
    .addOption(formatOption("whose file to write").default("stagedoor"))
    .requiredOption("-o, --output <file>", "where to; - prints the tokens on standard output")
    .option(
      "--entry <key>",
      "which entry of a file with several, such as SpotifyWebApiAuthCode/CLIENT_ID/Shared",
    )
    .option("--force", "replace the file, or the same entry in a file with several")
    .action(async (options) => (await import("./commands/export.js")).exportCommand(context, options));
  program
    .command("emulate")
    .description(
      "run a Spotify on this machine: accounts service, Web API and console on three ports in a row",
    )
    .option("--port <port>", "the first port; 0 for any free ones", readPort, 4010)
    .option("--json", "print one JSON line when ready")
    .option("--seed <seed>", "another world: the same seed gives the same one")
    .addOption(
      new Option("--tier <tier>", "the kind of app that is emulated").choices(TIERS).default("development"),
    )
    .addOption(
      new Option("--refresh <mode>", "what a refresh does to the refresh token")
        .choices(REFRESH_MODES)
        .default("keep"),
    )
    .addOption(
      new Option("--era <era>", "whose words it answers with: of before or since mid-2026")
        .choices(ERAS)
        .default("current"),
    )
    .option(
      "--limits <limits>",
      "rate limit and quota: off, realistic, or JSON such as '{\"ratePer30s\":90}'",
      "off",
    )
    .option("--size <tracks>", "how many tracks there are; albums and artists follow from it", readSize)
    .option("--faults <file>", "a JSON file with faults that wait from the start")
    .action(async (options) => (await import("./commands/emulate.js")).emulateCommand(context, options));
  program
    .command("demo")
    .description(
      "log in, read, and refresh under load; on the emulator unless SPOTIFY_CLIENT_ID is set (npm start)",
    )
    .option("-y, --yes", "agree by program; works with the emulator only")
    .addOption(new Option("--paste", "paste the address that the browser ends on").conflicts("yes"))
    .option("--no-browser", "print the address only")
    .action(async (options) => (await import("./commands/demo.js")).demoCommand(context, options));
  return { command: program, code: () => code, named: () => named };
}

function profiled(command: Command): Command {
  return command
    .option("-p, --profile <name>", "which login; default: default")
    .option("--client-id <id>", "the app, in place of SPOTIFY_CLIENT_ID");
}

function formatOption(description: string): Option {
  return new Option("--format <program>", description).choices(TOKEN_FORMATS);
}

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(text) as { version: string };
  return version;
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  return port;
}

/** The catalogue is computed, not stored: a million tracks take no more memory than a thousand. */
function readSize(text: string): number {
  const size = Number(text);
  if (!/^\d+$/.test(text) || size < 100 || size > 1_000_000)
    throw new InvalidArgumentError("A number of tracks from 100 to 1000000 is needed.");
  return size;
}

function readPorts(text: string): Ports {
  const range = /^(\d+)-(\d+)$/.exec(text);
  if (range !== null) return { from: readPort(range[1] ?? ""), to: readPort(range[2] ?? "") };
  return text.split(",").map((part) => readPort(part.trim()));
}

function readSeconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 1 || value > 86_400) {
    throw new InvalidArgumentError("A number of seconds from 1 to 86400 is needed.");
  }
  return value;
}

function readTime(text: string): number {
  const time = /^\d{4}-\d\d-\d\d(?:T|$)/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw new InvalidArgumentError("A day such as 2026-05-31 or a time in ISO 8601 is needed.");
  return time;
}
