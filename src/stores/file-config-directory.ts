import { posix, win32 } from "node:path";

/** The part of the environment that says where configuration lives. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The user's configuration directory, by the custom of the platform.
 *
 * Linux and the other Unixes: `$XDG_CONFIG_HOME` or `~/.config`; Windows: `%APPDATA%`; macOS: `~/Library/Application Support`.
 *
 * @param platform as `process.platform` names it
 * @param home the user's home directory
 * @see https://specifications.freedesktop.org/basedir-spec/latest/ (a relative path there is to be ignored)
 *
 * @example
 * configDirectory("linux", { XDG_CONFIG_HOME: "relative" }, "/home/mia"); // "/home/mia/.config"
 */
export function configDirectory(platform: string, env: Environment, home: string): string {
  if (platform === "win32") {
    const roaming = env.APPDATA;
    return roaming !== undefined && win32.isAbsolute(roaming)
      ? roaming
      : win32.join(home, "AppData", "Roaming");
  }
  if (platform === "darwin") return posix.join(home, "Library", "Application Support");
  const configured = env.XDG_CONFIG_HOME;
  return configured !== undefined && posix.isAbsolute(configured) ? configured : posix.join(home, ".config");
}
