import { duration } from "../../base/clock.js";
import type { LedgerEntry } from "../ledger.js";
import { escapeHtml } from "../page.js";
import type { Stage } from "../stage.js";
import { trafficOf } from "./state.js";

const LAST_ENTRIES = 25;
const SHOWN_TOKENS = 12;

const time = (ms: number) => `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")}`;

/** The clock and the traffic. */
export function trafficPart(stage: Stage): string {
  const { perSecond, limited, requests, seconds } = trafficOf(stage);
  const figures = [
    ["Clock (UTC)", time(stage.clock.now())],
    ["Requests a second", perSecond.toFixed(1)],
    ["429 in 10 seconds", String(limited)],
    ["Requests so far", requests.toLocaleString("en")],
  ];
  return `<dl class="figures">${figures.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join("")}</dl>
${trafficBars(seconds)}`;
}

/** One bar a second, the newest on the right; the share that was answered with 429 stands below. */
function trafficBars(seconds: readonly { readonly all: number; readonly limited: number }[]): string {
  const highest = Math.max(1, ...seconds.map(({ all }) => all));
  const bar = (index: number, kind: string, height: number) =>
    height === 0
      ? ""
      : `<rect class="${kind}" x="${index * 10 + 1}" y="${(48 - height).toFixed(1)}" width="8" height="${height.toFixed(1)}"/>`;
  const bars = seconds.map(
    ({ all, limited }, index) =>
      bar(index, "all", (all / highest) * 46) + bar(index, "limited", (limited / highest) * 46),
  );
  const width = seconds.length * 10;
  return `<svg class="traffic" viewBox="0 0 ${width} 48" preserveAspectRatio="none" role="img" aria-label="Requests in each of the last ${seconds.length} seconds">
<rect class="base" x="0" y="47" width="${width}" height="1"/>${bars.join("")}</svg>`;
}

/** The settings as they are. */
export function settingsPart({ tier, era, limits, refreshModes, clock }: Stage): string {
  const modes = refreshModes.list().map(({ mode, person, clientId }) => {
    const name = typeof mode === "string" ? mode : `${mode.mode} ${mode.seconds} s`;
    const whose = [person, clientId].filter((part) => part !== undefined).join(" at ");
    return `${name}${whose === "" ? "" : ` for ${whose}`}`;
  });
  const { ratePer30s, quotaPer24h } = limits.settings();
  const limited = [
    ratePer30s !== undefined && `rate ${sizes(ratePer30s)} in 30 s`,
    quotaPer24h !== undefined && `quota ${sizes(quotaPer24h)} in 24 h`,
  ].filter((text) => text !== false);
  return list([
    ["Tier", tier],
    ["Era", era],
    ["Refresh", modes.join("; ")],
    ["Limits", limited.join("; ") || "off"],
    ...Object.entries(limits.usedUp()).map(
      ([limit, until]) => ["Used up", `${limit}, for ${duration(until - clock.now())} more`] as const,
    ),
  ]);
}

function sizes(setting: number | Readonly<Record<string, number>>): string {
  if (typeof setting === "number") return String(setting);
  return Object.entries(setting)
    .map(([name, size]) => `${name} ${size}`)
    .join(", ");
}

function list(rows: readonly (readonly [string, string])[]): string {
  return `<dl>${rows.map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`).join("")}</dl>`;
}

/** The faults that wait, each with a button that takes it away. */
export function faultsPart({ faults }: Stage): string {
  const rows = faults.list().map(({ id, fault, struck }) => {
    const { kind, match = {}, times, ...rest } = fault;
    const how = Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
    const where = Object.entries(match).map(([name, value]) => `${name} ${value}`);
    const words = [...where, ...how, times === undefined ? "until cleared" : `${times} times`];
    return `<tr><td><code>${kind}</code></td><td class="why">${escapeHtml(words.join(" · "))}</td><td>${struck}</td>
<td><form method="post" action="/faults/${id}"><input type="hidden" name="method" value="DELETE"><input class="key-field" type="password" name="key" size="6" placeholder="key" autocomplete="off" aria-label="Key"><button class="small">Clear</button></form></td></tr>`;
  });
  if (rows.length === 0) return `<p class="soft">All goes well.</p>`;
  return table(["Fault", "For", "Struck", ""], rows);
}

export function peoplePart({ world }: Stage): string {
  const rows = [...world.people.values()].map(
    (person) => `<tr><td>${escapeHtml(person.displayName)}</td><td><code>${escapeHtml(person.id)}</code></td>
<td>${person.product}</td><td>${person.country}</td></tr>`,
  );
  return table(["Name", "Id", "Product", "Country"], rows);
}

/** The tokens that work, never the tokens themselves; what is long stands below, so that a telephone shows it too. */
export function tokensPart({ grants, clock }: Stage): string {
  const rows = grants.tokens(SHOWN_TOKENS).map(
    ({ kind, person, clientId, scopes, expiresAt, generation }) =>
      `<tr><td>${kind}</td><td>${escapeHtml(person ?? "the app itself")}</td><td>${generation ?? ""}</td><td>${duration(expiresAt - clock.now())}</td></tr>
<tr class="under"><td colspan="4">app <code>${escapeHtml(clientId.slice(0, 8))}</code> · ${escapeHtml(scopes.join(" ") || "no scopes")}</td></tr>`,
  );
  if (rows.length === 0) return `<p class="soft">Nobody has logged in.</p>`;
  return table(["Token", "Person", "Gen.", "Ends in"], rows);
}

export function requestsPart({ ledger }: Stage): string {
  const rows = [...ledger.last(LAST_ENTRIES)].reverse().map(requestRow);
  if (rows.length === 0) return `<p class="soft">None yet. Send the first one with the client id above.</p>`;
  return table(["#", "Answer", "Request", "What happened", "Person", "Service"], rows);
}

function requestRow(entry: LedgerEntry): string {
  const { nearest } = entry;
  const words = [
    entry.grant,
    entry.fault && `fault: ${entry.fault}`,
    entry.rule && `refused by ${entry.rule}${entry.why === undefined ? "" : `: ${entry.why}`}`,
    nearest && `nearest is ${nearest.method} ${nearest.path}: ${nearest.difference}`,
    entry.committed && "done",
  ];
  const bad = entry.status >= 400 || entry.status === 0 ? " bad" : "";
  return `<tr><td>${entry.sequence}</td><td><span class="pill${bad}">${entry.status === 0 ? "none" : entry.status}</span></td>
<td><code>${escapeHtml(`${entry.method} ${entry.path}`)}</code></td><td class="why long">${escapeHtml(words.filter(Boolean).join(" · "))}</td>
<td>${escapeHtml(entry.person ?? "")}</td><td>${entry.service}</td></tr>`;
}

function table(heads: readonly string[], rows: readonly string[]): string {
  const head = heads.map((name) => `<th>${name}</th>`).join("");
  return `<div class="scroll"><table>\n<tr>${head}</tr>\n${rows.join("\n")}\n</table></div>`;
}
