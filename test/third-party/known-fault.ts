import { it } from "vitest";

/** Something that a client does wrong, wherever it runs: its test asserts the wrong, so that it notices the day it is mended. */
export interface KnownFault {
  readonly knownFault: string;
  /** Where in the survey of the field it is described. */
  readonly reference: string;
}

let faults = 0;

/** How many faults the tests of this file know. */
export const countFaults = () => faults;

/** A test of a known fault. */
export function itHasFault(fault: KnownFault, test: () => Promise<void>): void {
  faults++;
  it(`known fault: ${fault.knownFault} (${fault.reference})`, test);
}
