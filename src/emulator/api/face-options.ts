import type { Tier } from "../../contract/life.js";

/** From where the catalogue is looked at. */
export interface FaceOptions {
  readonly tier: Tier;
  /** Where the listener is, or a market that sees the same; `undefined` if that is not known. */
  readonly market: string | undefined;
  /** Start of every `href`; ends in `/v1`. */
  readonly api: string;
  /** Start of every picture's address. */
  readonly pictures: string;
  /** How many of the world's people have a thing in their library. */
  readonly followersOf: (uri: string) => number;
}
