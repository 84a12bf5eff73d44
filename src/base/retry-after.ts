/**
 * Reads `Retry-After`: seconds or an HTTP date, never cut.
 *
 * @returns milliseconds since the Unix epoch, or `undefined` when it is absent or neither
 * @see RFC 9110 section 10.2.3
 */
export function readRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null || value.length > 64) return undefined;
  if (/^\s*\d{1,12}\s*$/.test(value)) return now + Number(value) * 1000;
  const date = /^[A-Z][a-z]{2}, /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(now, date);
}
