import { type Removal, TIERS, type Tier, type Wave } from "../contract/index.js";

/**
 * What is known of the kind of app that calls: told at the start, or learnt from what Spotify answers to operations that some kinds of
 * app have lost.
 */
export class TierKnowledge {
  #tier: Tier | undefined;
  #fitting: readonly Tier[] = TIERS;
  readonly #lost = new Map<Wave, boolean>();

  constructor(told?: Tier | undefined) {
    this.#tier = told;
  }

  /** The one tier that fits what is known, if there is just one. */
  get tier(): Tier | undefined {
    return this.#tier;
  }

  /** True when an operation with this removal cannot be called; `undefined` when that is not known. */
  hasLost({ wave, tiers }: Removal): boolean | undefined {
    return this.#lost.get(wave) ?? (this.#tier === undefined ? undefined : tiers.includes(this.#tier));
  }

  /** Takes note that an operation of a wave was answered, or refused as lost. What was seen counts for more than what was told. */
  learn({ wave, tiers }: Removal, lost: boolean): void {
    if (this.#lost.get(wave) === lost) return;
    this.#lost.set(wave, lost);
    this.#fitting = this.#fitting.filter((tier) => tiers.includes(tier) === lost);
    const [only] = this.#fitting;
    if (this.#fitting.length === 1) this.#tier = only;
  }
}
