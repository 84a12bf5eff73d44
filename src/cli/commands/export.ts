import { exportTokens, type TokenFormat } from "../../token/formats/index.js";
import { type Context, print, say } from "../context.js";
import { name } from "../output.js";
import { openStoredProfile, type ProfileOptions, unknownProfile } from "../profile.js";
import { exists, readTarget, STANDARD_STREAM, writeTokenFile } from "../token-file.js";

export interface ExportCommandOptions extends ProfileOptions {
  readonly format: TokenFormat;
  readonly output: string;
  readonly entry?: string | undefined;
  readonly force?: boolean | undefined;
}

/** `stagedoor export`: writes the stored login as another program's token file, for this user alone. */
export async function exportCommand(context: Context, options: ExportCommandOptions): Promise<void> {
  const { format, output, entry, force = false } = options;
  const { app, session, store } = await openStoredProfile(context, options);
  const stored = await session.stored();
  const { profile } = session.key;
  if (stored === null) throw unknownProfile(store, profile, [], []);
  const logins = [{ profile, token: stored.token }];
  const confidential = app.clientSecret !== undefined;
  if (output === STANDARD_STREAM) {
    const { text, notes } = exportTokens(logins, { format, confidential, entry });
    for (const note of notes) say(context, note);
    print(context, text);
    return;
  }
  const before = await readTarget(output);
  const merges = format === "spotify-web-api-python";
  if (before !== undefined && !force && !merges) throw exists(output);
  const into = merges ? before?.text : undefined;
  const { text, notes } = exportTokens(logins, { format, confidential, entry, into, replace: force });
  await writeTokenFile(output, text, before);
  for (const note of notes) say(context, note);
  if (before !== undefined && (before.stats.mode & 0o077) !== 0 && process.platform !== "win32")
    say(context, `${output} was open to other users; now only you can read it (mode 0600).`);
  say(
    context,
    `The profile "${name(profile)}" is written to ${output}: whoever has that file has the login.`,
  );
  if (format !== "stagedoor") {
    say(
      context,
      "Let only one of the two programs use it: where Spotify gives a new refresh token with every refresh, the one that refreshes ends the other's login.",
    );
  }
}
