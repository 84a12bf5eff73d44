import { readSettings, type Settings } from "../environment.js";
import { findSecretLine } from "../stores/env-secret.js";
import type { Context } from "./context.js";

/**
 * The settings of the environment, where `SPOTIFY_CLIENT_ID_FILE` and `SPOTIFY_CLIENT_SECRET_FILE` may name files in place of the variables:
 * what is in a variable shows in `docker inspect` and in crash reports.
 *
 * @throws StagedoorError `argument-invalid` for a file that cannot be used, `endpoint-url-invalid`
 */
export function commandSettings({ environment }: Context): Settings {
  const read = (name: string) => findSecretLine(environment, name, { code: "argument-invalid" })?.text;
  return readSettings({
    ...environment,
    SPOTIFY_CLIENT_ID: read("SPOTIFY_CLIENT_ID"),
    SPOTIFY_CLIENT_SECRET: read("SPOTIFY_CLIENT_SECRET"),
  });
}
