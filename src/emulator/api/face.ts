import type { Catalogue } from "../world/catalogue.js";
import { type MusicFace, musicFace } from "./face-music.js";
import type { FaceOptions } from "./face-options.js";
import { type SpokenFace, spokenFace } from "./face-spoken.js";

/**
 * What the catalogue looks like from one market through apps of one tier. What is asked for often enough is made
 * once, and frozen.
 */
export interface Face extends FaceOptions, MusicFace, SpokenFace {
  /** True for apps that keep the members which the wave of February 2026 took away. */
  readonly keepsMembers: boolean;
}

export function createFace(catalogue: Catalogue, options: FaceOptions): Face {
  const keepsMembers = options.tier !== "development";
  return {
    ...options,
    keepsMembers,
    ...musicFace(catalogue, options, keepsMembers),
    ...spokenFace(catalogue, options, keepsMembers),
  };
}
