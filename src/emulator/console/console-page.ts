import { EMULATOR_CLIENT_ID, EMULATOR_CLIENT_SECRET } from "../apps.js";
import type { Answer } from "../exchange.js";
import type { LedgerEntry } from "../ledger.js";
import { escapeHtml, page } from "../page.js";
import type { Stage } from "../stage.js";

const LAST_ENTRIES = 25;

/** What a person wants to know of a running emulator. */
export function consolePage(stage: Stage, _problem?: string): Answer {
  const { urls, tier, world, clock, ledger, faults } = stage;
  const entries = ledger.entries();
  const people = [...world.people.values()].map(
    (person) => `<tr><td>${escapeHtml(person.displayName)}</td><td><code>${escapeHtml(person.id)}</code></td>
<td>${person.product}</td><td>${person.country}</td></tr>`,
  );
  const rows = entries.slice(-LAST_ENTRIES).reverse().map(ledgerRow);
  return page({
    title: "Console · stagedoor emulator",
    wide: true,
    content: `<div class="card">
<h1>A Spotify runs here</h1>
<p class="soft">${world.catalogue.tracks.toLocaleString("en")} tracks, ${world.playlists.size} playlists, ${world.people.size} people. Its clock says ${new Date(clock.now()).toISOString()}.</p>
<dl>
<dt>Accounts service</dt><dd><code>${escapeHtml(urls.accounts)}</code></dd>
<dt>Web API</dt><dd><code>${escapeHtml(urls.api)}</code></dd>
<dt>Client id</dt><dd><code>${EMULATOR_CLIENT_ID}</code></dd>
<dt>Client secret</dt><dd><code>${EMULATOR_CLIENT_SECRET}</code></dd>
<dt>Redirect URI</dt><dd><code>http://127.0.0.1/callback</code>, with any port</dd>
<dt>Tier</dt><dd>${tier}</dd>
<dt>Faults to come</dt><dd>${faults.list().length}</dd>
</dl>
</div>
<div class="card"><h2>People to log in as</h2><div class="scroll"><table>
<tr><th>Name</th><th>Id</th><th>Product</th><th>Country</th></tr>
${people.join("\n")}
</table></div></div>
<div class="card"><h2>Last requests</h2>${
      rows.length === 0
        ? `<p class="soft">None yet. Send the first one with the client id above.</p>`
        : `<div class="scroll"><table>
<tr><th>#</th><th>Service</th><th>Request</th><th>Person</th><th>Answer</th><th></th></tr>
${rows.join("\n")}
</table></div>`
    }<p class="soft">All of them as JSON: <a href="/ledger">/ledger</a></p></div>`,
  });
}

function ledgerRow(entry: LedgerEntry): string {
  const marks = [
    entry.grant,
    entry.fault && `fault: ${entry.fault}`,
    entry.rule && `refused by: ${entry.rule}`,
  ];
  const bad = entry.status >= 400 || entry.status === 0 ? ' class="bad"' : "";
  return `<tr><td>${entry.sequence}</td><td>${entry.service}</td><td><code>${escapeHtml(`${entry.method} ${entry.path}`)}</code></td>
<td>${escapeHtml(entry.person ?? "")}</td><td${bad}>${entry.status === 0 ? "none" : entry.status}</td>
<td>${escapeHtml(marks.filter(Boolean).join(" · "))}</td></tr>`;
}
