import { expect } from "vitest";
import type { Scene } from "./api-client.js";

/** What puts a thing into the library, says whether it is there, and takes it out. */
export interface Toggle {
  readonly uri: string;
  save(): Promise<unknown>;
  check(): Promise<unknown>;
  /** Left out where it does not work. */
  remove?(): Promise<unknown>;
}

/** Puts a thing in and takes it out again; each time it has to be so in the world, and the check has to say so in its own form. */
export async function expectToggle(scene: Scene, { uri, save, check, remove }: Toggle): Promise<void> {
  const library = scene.world.libraryOf(scene.cast.person);
  library.delete(uri);
  const absent = await check();
  await save();
  expect(library.has(uri)).toBe(true);
  const present = await check();
  expect([absent, present].flat()).toEqual([false, true]);
  if (remove === undefined) return;
  await remove();
  expect(library.has(uri)).toBe(false);
  expect(await check()).toEqual(absent);
}
