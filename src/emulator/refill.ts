/** Makes a map hold what another one holds. */
export function refill<K, V>(map: Map<K, V>, source: ReadonlyMap<K, V>): void {
  map.clear();
  for (const [key, value] of source) map.set(key, value);
}
