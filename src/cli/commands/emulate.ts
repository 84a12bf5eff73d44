import { StagedoorError } from "../../base/errors.js";
import type { Tier } from "../../contract/index.js";
import { createEmulator, EMULATOR_CLIENT_ID, type RefreshMode } from "../../emulator/index.js";
import { serveEmulator } from "../../emulator/serve.js";
import { type Context, print } from "../context.js";

export interface EmulateOptions {
  readonly port: number;
  readonly json?: boolean | undefined;
  readonly seed?: string | undefined;
  readonly tier?: Tier | undefined;
  readonly refresh?: RefreshMode | undefined;
}

/** `stagedoor emulate`: runs a Spotify on this machine until it is told to stop. */
export async function emulateCommand(context: Context, options: EmulateOptions): Promise<void> {
  const { seed, tier, refresh } = options;
  if (options.port > 65_533) {
    throw new StagedoorError("argument-invalid", "The emulator needs three ports in a row.", {
      hint: "Use --port 0 for any free ones, or a port up to 65533.",
    });
  }
  const emulator = createEmulator({
    ...(seed !== undefined && { seed }),
    ...(tier !== undefined && { tier }),
    ...(refresh !== undefined && { refresh }),
  });
  const served = await serveEmulator(emulator, { port: options.port });
  const { accounts, api, console, consoleKey } = served;
  if (options.json) {
    print(context, JSON.stringify({ accounts, api, console, clientId: EMULATOR_CLIENT_ID, consoleKey }));
  } else {
    print(
      context,
      `A Spotify is running on this machine. Point stagedoor at it:

  export SPOTIFY_ACCOUNTS_URL=${accounts}
  export SPOTIFY_API_URL=${api}
  export SPOTIFY_CLIENT_ID=${EMULATOR_CLIENT_ID}

  stagedoor login --yes --scope user-top-read

Console: ${console} (key for changes: ${consoleKey})
Ctrl-C ends it.`,
    );
  }
  await new Promise<void>((resolve) => {
    if (context.signal.aborted) resolve();
    else context.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await served.close();
}
