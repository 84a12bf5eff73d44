/** A drawing of what a server answered when, as SVG: one lane for each client, a bar for each tenth of a second. */

const WIDTH = 900;
const LANE = 150;
const LEFT = 60;
const RIGHT = 30;
const BIN_MS = 100;
/** Colours that also people tell apart who see no red or no green. */
const COLOURS = { passed: "#0072b2", limited: "#d55e00" };

/**
 * @param {readonly { title: string, log: [number, number][] }[]} lanes each log: when, and with which status
 * @param {{ seconds: number, caption: string }} of
 */
export function timeline(lanes, { seconds, caption }) {
  const height = 50 + lanes.length * LANE + 30;
  const x = (second) => LEFT + (second / seconds) * (WIDTH - LEFT - RIGHT);
  const text = (at, y, words, more = "") =>
    `<text x="${at.toFixed(1)}" y="${y}" font-family="sans-serif" font-size="12" fill="#333" ${more}>${words}</text>`;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${caption}">`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text(LEFT, 20, caption, 'font-weight="bold"'),
    `<rect x="${LEFT}" y="29" width="10" height="10" fill="${COLOURS.passed}"/>${text(LEFT + 15, 38, "let through")}`,
    `<rect x="${LEFT + 100}" y="29" width="10" height="10" fill="${COLOURS.limited}"/>${text(LEFT + 115, 38, "answered with 429")}`,
  ];
  const binned = lanes.map(({ title, log }) => ({ title, bins: binsOf(log, seconds) }));
  for (const [at, { title, bins }] of binned.entries()) {
    const base = 50 + (at + 1) * LANE - 15;
    const highest = Math.max(10, ...bins.map(({ passed, limited }) => passed + limited));
    const scale = (LANE - 50) / highest;
    parts.push(text(LEFT, base - LANE + 38, title.replaceAll("*", "").replaceAll("`", "")));
    parts.push(text(LEFT - 8, base - highest * scale + 4, String(highest), 'text-anchor="end"'));
    parts.push(text(LEFT - 8, base + 4, "0", 'text-anchor="end"'));
    parts.push(`<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${base}" y2="${base}" stroke="#999"/>`);
    for (const [bin, { passed, limited }] of bins.entries()) {
      const bar = (count, above, colour) =>
        count === 0
          ? ""
          : `<rect x="${x((bin * BIN_MS) / 1000).toFixed(1)}" y="${(base - (above + count) * scale).toFixed(1)}" width="3" height="${(count * scale).toFixed(1)}" fill="${colour}"/>`;
      parts.push(bar(passed, 0, COLOURS.passed), bar(limited, passed, COLOURS.limited));
    }
  }
  const foot = height - 14;
  for (let second = 0; second <= seconds; second += 5)
    parts.push(text(x(second), foot, `${second} s`, 'text-anchor="middle"'));
  return `${parts.filter((part) => part !== "").join("\n")}\n</svg>\n`;
}

function binsOf(log, seconds) {
  const bins = Array.from({ length: Math.ceil((seconds * 1000) / BIN_MS) }, () => ({
    passed: 0,
    limited: 0,
  }));
  const start = log[0]?.[0] ?? 0;
  for (const [time, status] of log) {
    const bin = bins[Math.floor((time - start) / BIN_MS)];
    if (bin !== undefined) bin[status === 429 ? "limited" : "passed"] += 1;
  }
  return bins;
}
