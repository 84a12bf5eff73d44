import { type Client, createClient } from "../../src/client/index.js";
import { SCOPES } from "../../src/contract/index.js";
import type { Emulator, EmulatorOptions } from "../../src/emulator/index.js";
import type { Spotify } from "../../src/index.js";
import { fetchSender, oddities, retry, stack } from "../../src/transport/index.js";
import { emulated } from "./emulated.js";

/** A client at an emulator that sends again what may be sent again, its pauses as short as chance allows. */
export interface Layered {
  readonly emulator: Emulator;
  readonly spotify: Spotify;
  readonly client: Client;
}

export async function layered(options: EmulatorOptions = {}): Promise<Layered> {
  const { emulator, spotify, logIn } = await emulated(options);
  await logIn(spotify, SCOPES.join(" "));
  const send = stack(
    fetchSender({ fetch: emulator.fetch, headersMs: 5_000, connectMs: 5_000 }),
    retry({ random: () => 0 }),
    oddities(),
  );
  const client = createClient({
    source: spotify.session,
    apiUrl: emulator.urls.api,
    send,
    clock: emulator.clock,
  });
  return { emulator, spotify: { ...spotify, ...client }, client };
}
