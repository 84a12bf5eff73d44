import { type Removal, TIERS, type Tier, type Wave } from "../contract/index.js";

/**
 * What is known of the kind of app that calls: told at the start, or learnt from Spotify's refusal of operations that some kinds of app
 * have lost.
 */
export class TierKnowledge {
  #tier: Tier | undefined;
  #fitting: readonly Tier[] = TIERS;
  readonly #lost = new Set<Wave>();

  constructor(told?: Tier | undefined) {
    this.#tier = told;
  }

  /** The one tier that fits what is known, if there is just one. */
  get tier(): Tier | undefined {
    return this.#tier;
  }

  /** True when an operation with this removal is known to be gone. */
  hasLost({ wave, tiers }: Removal): boolean {
    return this.#lost.has(wave) || (this.#tier !== undefined && tiers.includes(this.#tier));
  }

  /** Takes note that a wave is lost. The tier that was told stays, since all else that it says may still be true. */
  learnLost({ wave, tiers }: Removal): void {
    this.#lost.add(wave);
    this.#fitting = this.#fitting.filter((tier) => tiers.includes(tier));
    if (this.#fitting.length === 1) this.#tier ??= this.#fitting[0];
  }
}
