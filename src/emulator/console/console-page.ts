import { type Honesty, honesty } from "../api/honesty.js";
import { EMULATOR_CLIENT_ID, EMULATOR_CLIENT_SECRET } from "../apps.js";
import type { Answer } from "../exchange.js";
import { escapeHtml, page } from "../page.js";
import type { Stage } from "../stage.js";
import { SCRIPT_PATH } from "./console-script.js";
import { CONSOLE_STYLE_PATH } from "./console-style.js";
import { clockControls, faultControls, resetControls, settingsControls } from "./controls.js";
import { faultsPart, peoplePart, requestsPart, settingsPart, tokensPart, trafficPart } from "./live-parts.js";

const live = (name: string, content: string) => `<div data-live="${name}">${content}</div>`;
const card = (title: string, content: string) =>
  `<section class="card"><h2>${title}</h2>${content}</section>`;

/**
 * What a person wants to know of a running emulator, and the switches.
 *
 * @param problem why the last form was refused
 */
export function consolePage(
  stage: Stage,
  problem?: { readonly status: number; readonly sentence: string },
): Answer {
  const { urls, world } = stage;
  return page({
    status: problem?.status ?? 200,
    title: "Console · stagedoor emulator",
    wide: true,
    formTargets: ["'self'"],
    script: SCRIPT_PATH,
    styles: [CONSOLE_STYLE_PATH],
    content: `<p class="card problem" id="problem" role="alert"${problem === undefined ? " hidden" : ""}>${escapeHtml(problem?.sentence ?? "")}</p>
<section class="card">
<div class="head"><h1>A Spotify runs here</h1>
<span class="soft">${world.catalogue.tracks.toLocaleString("en")} tracks · ${world.people.size} people</span></div>
${live("traffic", trafficPart(stage))}
</section>
<form class="card key-form" id="key-form"><label class="field">Key for changes, as stagedoor emulate printed it<input type="password" name="key" autocomplete="off"></label><button class="small key">Use</button></form>
<div class="grid">
${card(
  "Point your program here",
  `<dl>
<dt>Accounts service</dt><dd><code>${escapeHtml(urls.accounts)}</code></dd>
<dt>Web API</dt><dd><code>${escapeHtml(urls.api)}</code></dd>
<dt>Client id</dt><dd><code>${EMULATOR_CLIENT_ID}</code></dd>
<dt>Client secret</dt><dd><code>${EMULATOR_CLIENT_SECRET}</code></dd>
<dt>Redirect URI</dt><dd><code>http://127.0.0.1/callback</code>, with any port</dd>
</dl>`,
)}
${card("People to log in as", live("people", peoplePart(stage)))}
</div>
${card("Requests", `${live("requests", requestsPart(stage))}<p class="soft">As JSON: <a href="/ledger">/ledger</a> · live: <code>curl -N ${escapeHtml(urls.console)}/ledger?stream</code></p>`)}
<div class="grid">
<div class="stack">
${card("Faults", live("faults", faultsPart(stage)) + faultControls())}
${card("Time", clockControls() + resetControls())}
</div>
${card("Settings", live("settings", settingsPart(stage)) + live("setting", settingsControls(stage)))}
</div>
${card("Tokens that work", live("tokens", tokensPart(stage)))}
<p class="soft">${honestyInNumbers()}: <a href="/operations">/operations</a> · all state: <a href="/state">/state</a></p>`,
  });
}

/** How far the answers can be trusted to be Spotify's. */
function honestyInNumbers(): string {
  const marks = honesty().map(({ mark }) => mark);
  const count = (mark: Honesty) => marks.filter((one) => one === mark).length;
  return `${marks.length} operations, ${count("documented")} as documented, ${count("observed")} as observed, ${count("guessed")} guessed in part`;
}
