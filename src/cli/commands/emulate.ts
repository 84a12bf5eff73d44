import { readFile } from "node:fs/promises";
import { parseJson } from "../../base/encoding.js";
import { StagedoorError } from "../../base/errors.js";
import type { Tier } from "../../contract/index.js";
import {
  createEmulator,
  EMULATOR_CLIENT_ID,
  type Emulator,
  type Era,
  type Fault,
  type LimitsOption,
  type RefreshMode,
  readFaults,
  readLimits,
} from "../../emulator/index.js";
import { type ServedEmulator, serveEmulator } from "../../emulator/serve.js";
import { type Context, print } from "../context.js";

export interface EmulateOptions {
  readonly port: number;
  readonly json?: boolean | undefined;
  readonly seed?: string | undefined;
  readonly tier?: Tier | undefined;
  readonly era?: Era | undefined;
  readonly refresh?: RefreshMode | undefined;
  /** `off`, `realistic`, or the sizes as JSON. */
  readonly limits?: string | undefined;
  /** How many tracks the catalogue has. */
  readonly size?: number | undefined;
  /** A file of faults, as JSON. */
  readonly faults?: string | undefined;
}

/** `stagedoor emulate`: runs a Spotify on this machine until it is told to stop. */
export async function emulateCommand(context: Context, options: EmulateOptions): Promise<void> {
  const { seed, tier, era, refresh, size } = options;
  if (options.port > 65_533) {
    throw new StagedoorError("argument-invalid", "The emulator needs three ports in a row.", {
      hint: "Use --port 0 for any free ones, or a port up to 65533.",
    });
  }
  const limits = options.limits === undefined ? undefined : limitsOf(options.limits);
  const emulator = createEmulator({
    ...(seed !== undefined && { seed }),
    ...(tier !== undefined && { tier }),
    ...(era !== undefined && { era }),
    ...(refresh !== undefined && { refresh }),
    ...(limits !== undefined && { limits }),
    ...(size !== undefined && { size: { tracks: size } }),
  });
  const faults = options.faults === undefined ? [] : await faultsIn(options.faults, emulator);
  for (const fault of faults) emulator.faults.add(fault);
  const served = await serveEmulator(emulator, { port: options.port });
  announce(context, served, { json: options.json === true, faults: faults.length });
  await new Promise<void>((resolve) => {
    if (context.signal.aborted) resolve();
    else context.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await served.close();
}

function announce(
  context: Context,
  served: ServedEmulator,
  said: { readonly json: boolean; readonly faults: number },
): void {
  const { accounts, api, console, consoleKey } = served;
  if (said.json) {
    print(context, JSON.stringify({ accounts, api, console, clientId: EMULATOR_CLIENT_ID, consoleKey }));
    return;
  }
  const waiting = said.faults === 0 ? "" : `\nFaults that wait: ${said.faults}`;
  print(
    context,
    `A Spotify is running on this machine. Point stagedoor at it:

  export SPOTIFY_ACCOUNTS_URL=${accounts}
  export SPOTIFY_API_URL=${api}
  export SPOTIFY_CLIENT_ID=${EMULATOR_CLIENT_ID}

  stagedoor login --yes --scope user-top-read

Console: ${console}/#key=${consoleKey}${waiting}
Ctrl-C ends it.`,
  );
}

function limitsOf(given: string): LimitsOption {
  // Words are not JSON: whatever is none goes on as it is, and is refused by what it should be.
  return readLimits(parseJson(given) ?? given);
}

/** @throws StagedoorError `argument-invalid`, naming the file, and in it the entry and the member */
async function faultsIn(file: string, { world }: Emulator): Promise<readonly Fault[]> {
  const content = await readFile(file, "utf8").catch(() => {
    throw new StagedoorError("argument-invalid", `The file ${file} cannot be read.`);
  });
  const value = parseJson(content);
  if (value === undefined) {
    throw new StagedoorError("argument-invalid", `The file ${file} is not JSON.`, {
      hint: 'Write a list of faults, such as [{"kind":"F13","times":1,"match":{"service":"api"}}]',
    });
  }
  try {
    return readFaults(value, world.people);
  } catch (error) {
    if (!(error instanceof StagedoorError)) throw error;
    throw new StagedoorError(error.code, `${file}: ${error.message}`, { hint: error.hint });
  }
}
