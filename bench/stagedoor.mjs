/** stagedoor as it is built: by the entry points of its package.json, as a user would import them. */
import { readFileSync } from "node:fs";

const root = new URL("../", import.meta.url);
const { exports } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));

/**
 * The file behind an entry point.
 *
 * @param {string} entry such as `stagedoor/stores/redis`
 * @returns {URL}
 */
export function fileOf(entry) {
  const name = entry === "stagedoor" ? "." : `.${entry.slice("stagedoor".length)}`;
  const group = /^\.\/contract\/(.+)$/.exec(name)?.[1];
  const target = exports[name] ?? exports["./contract/*"]?.replace("*", group);
  if (target === undefined) throw new Error(`stagedoor has no entry point ${entry}.`);
  return new URL(typeof target === "string" ? target : (target.node ?? target.default), root);
}

/** @param {string} entry */
export const load = (entry) => import(fileOf(entry).href);
