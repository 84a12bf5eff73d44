import { duration } from "../../base/clock.js";
import { hasCode } from "../../base/errors.js";
import { type Context, print, say } from "../context.js";
import { name } from "../output.js";
import { openProfile, openStoredProfile, type ProfileOptions } from "../profile.js";
import { sayProblems } from "../store.js";

/** `stagedoor token`: prints a valid access token on standard output, and nothing else there. */
export async function tokenCommand(context: Context, options: ProfileOptions): Promise<void> {
  const { session } = await openStoredProfile(context, options);
  const token = await session.token({ signal: context.signal });
  print(context, token.accessToken);
}

/** `stagedoor refresh`: refreshes now. */
export async function refreshCommand(context: Context, options: ProfileOptions): Promise<void> {
  const { session } = await openStoredProfile(context, options);
  const token = await session.refresh({ signal: context.signal });
  say(context, `Refreshed; the access token is good for ${duration(token.expiresAt - context.clock.now())}.`);
}

/** `stagedoor logout`: removes the stored login. */
export async function logoutCommand(context: Context, options: ProfileOptions): Promise<void> {
  const { session, store } = await openStoredProfile(context, options).catch((error: unknown) => {
    // A damaged login is removed like a sound one, and what was set aside of it too; so is one that a program has encrypted.
    if (!hasCode(error, "store-corrupt", "store-undecryptable")) throw error;
    return openProfile(context, options);
  });
  await session.logout();
  sayProblems(context);
  say(context, `Logged out: nothing of the profile "${name(session.key.profile)}" is stored here any more.`);
  const others = await store.list();
  if (others.length > 0) say(context, `Other logins stay (${others.length}): stagedoor status`);
  if (session.key.provider === "spotify") {
    say(context, "To end it at Spotify too, remove the app at https://www.spotify.com/account/apps/");
  }
}
