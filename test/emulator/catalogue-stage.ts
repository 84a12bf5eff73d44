import {
  EMULATOR_CLIENT_ID,
  EMULATOR_CLIENT_SECRET,
  type EmulatorOptions,
} from "../../src/emulator/index.js";
import { type Call, callerWith, guest, type LoginOptions, stillEmulator } from "./guest.js";

/** An emulator with its catalogue, a person's way to it and an app's own. */
export async function catalogueStage(options: EmulatorOptions = {}, login: LoginOptions = {}) {
  const emulator = stillEmulator(options);
  const { catalogue } = emulator.world;
  const call = await guest(emulator, login);
  return { emulator, catalogue, call, appCall: await appCaller(emulator), api: emulator.urls.api };
}

/** No id of anything. */
export const NOBODY = "0".repeat(22);

async function appCaller(emulator: ReturnType<typeof stillEmulator>): Promise<Call> {
  const response = await emulator.fetch(`${emulator.urls.accounts}/api/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${EMULATOR_CLIENT_ID}:${EMULATOR_CLIENT_SECRET}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  const { access_token: token } = await response.json();
  return callerWith(emulator, `Bearer ${token}`);
}

/** The first of so many for which a thing is as asked; a test whose world lacks it fails here. */
export function firstIndex(count: number, matches: (index: number) => boolean): number {
  for (let index = 0; index < count; index++) if (matches(index)) return index;
  throw new Error("this world has none");
}
