import { SCOPES } from "../../src/contract/index.js";
import type { Emulator, EmulatorOptions } from "../../src/emulator/index.js";
import type { Spotify } from "../../src/index.js";
import { emulated } from "./emulated.js";

/** A client with all its layers at an emulator, logged in with every scope. */
export interface Layered {
  readonly emulator: Emulator;
  readonly spotify: Spotify;
}

export async function layered(options: EmulatorOptions = {}): Promise<Layered> {
  const { emulator, spotify, logIn } = await emulated({ ...options, client: { timeoutMs: 5_000 } });
  await logIn(spotify, SCOPES.join(" "));
  return { emulator, spotify };
}
