import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const EXECUTABLE = "/usr/bin/chromium";

/** True where browser tests may be left out: Chromium is missing, and nobody is told that everything ran. */
export const lacksChromium = !existsSync(EXECUTABLE) && process.env.CI !== "true";

/** Debian's Chromium without a window; what it would fetch by itself is switched off. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
