import type { Answer } from "../exchange.js";

export const SCRIPT_PATH = "/console.js";

export function consoleScript(): Answer {
  return {
    status: 200,
    headers: { "content-type": "text/javascript; charset=utf-8", "cache-control": "no-cache" },
    body: "",
  };
}
