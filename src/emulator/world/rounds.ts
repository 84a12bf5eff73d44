/** How members are dealt into groups, by index alone: nothing is stored, and a million take as much memory as one. */
export interface Rounds {
  groupOf(member: number): number;
  /** Index of the first member of a group; the others follow it. */
  firstOf(group: number): number;
  sizeOf(group: number): number;
}

/** Groups come in a round of sizes that begins anew after the last. */
export function rounds(sizes: readonly number[]): Rounds {
  const starts = sizes.map((_, group) => sizes.slice(0, group).reduce((sum, size) => sum + size, 0));
  const groupAt = sizes.flatMap((size, group) => Array.from({ length: size }, () => group));
  const members = groupAt.length;
  const groups = sizes.length;
  return {
    groupOf: (member) => Math.floor(member / members) * groups + (groupAt[member % members] ?? 0),
    firstOf: (group) => Math.floor(group / groups) * members + (starts[group % groups] ?? 0),
    sizeOf: (group) => sizes[group % groups] ?? 0,
  };
}
