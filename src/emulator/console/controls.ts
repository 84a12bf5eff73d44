import { DAY, HOUR, MINUTE } from "../../base/clock.js";
import { TIERS } from "../../contract/life.js";
import { REFRESH_MODES } from "../accounts/refresh-mode.js";
import { FAULT_CODES } from "../faults/fault.js";
import { type LimitSettings, settingsOf } from "../limit-settings.js";
import { escapeHtml } from "../page.js";
import { ERAS, type Stage } from "../stage.js";

/** Faults that need nothing but their name, in words. */
const READY_FAULTS: readonly (readonly [string, string])[] = [
  ["F0", "closed port"],
  ["F1", "reset before reading"],
  ["F2", "reset, nothing done"],
  ["F3", "reset, all done"],
  ["F4", "reset after the headers"],
  ["F5", "body cut in the middle"],
  ["F6", "one byte a second"],
  ["F7", "no answer ever"],
  ["F8", "503, nothing done"],
  ["F9", "503, all done"],
  ["F10", "broken JSON"],
  ["html", "a web page with 200"],
  ["huge", "64 MB of JSON"],
  ["gzip-bomb", "100 MB, packed"],
  ["F13", "429, five seconds"],
  ["access-token-missing", "401 for a good token"],
  ["premium-required", "403 in spite of Premium"],
  ["null-items", "null among the items"],
  ["empty-page", "empty page with a next one"],
  ["unknown-value", "values nobody knows"],
  ["extra-member", "members nobody knows"],
];

const KEY = `<label class="field key-field">Key<input type="password" name="key" autocomplete="off" required></label>`;

const option = (value: string, words: string, chosen = false) =>
  `<option value="${escapeHtml(value)}"${chosen ? " selected" : ""}>${escapeHtml(words)}</option>`;

function select(label: string, name: string, options: readonly string[]): string {
  return `<label class="field">${label}<select name="${name}">${options.join("")}</select></label>`;
}

function form(path: string, content: string): string {
  // The script fills the key in, and then needs no field that is required.
  return `<form method="post" action="${path}" novalidate>${content}${KEY}</form>`;
}

export function clockControls(): string {
  const steps = [
    ["1 minute", MINUTE],
    ["1 hour", HOUR],
    ["1 day", DAY],
    ["6 months", 184 * DAY],
  ] as const;
  const buttons = steps.map(([words, ms]) => `<button name="advanceMs" value="${ms}">+ ${words}</button>`);
  return `<div class="controls">${form("/clock", buttons.join(""))}
${form("/clock", `<label class="field">Date (UTC)<input type="text" name="now" placeholder="2027-01-01T00:00Z" required></label><button>Set</button>`)}</div>`;
}

export function settingsControls({ tier, era, world, limits, refreshModes }: Stage): string {
  const tiers = TIERS.map((name) => option(name, name, name === tier));
  const eras = ERAS.map((name) => option(name, name, name === era));
  const general = refreshModes.ruleFor({ person: "", clientId: "" }).mode;
  const modes = REFRESH_MODES.map((name) => option(name, name, name === general));
  const people = [option("", "everybody"), ...[...world.people.keys()].map((id) => option(id, id))];
  return `<div class="controls">
${form("/settings", `${select("Tier", "tier", tiers)}${select("Era", "era", eras)}<button>Apply</button>`)}
${form("/refresh-mode", `${select("Refresh mode", "mode", modes)}${select("For", "person", people)}<button>Apply</button>`)}
${form("/limits", `${select("Limits", "json", limitOptions(limits.settings()))}<button>Apply</button>`)}
${form("/limits/use-up", `${select("Use up", "limit", [option("rate", "rate limit"), option("quota", "quota")])}<label class="field">Seconds<input name="seconds" inputmode="numeric" value="30"></label><button>Use up</button>`)}
</div>`;
}

/** What holds is chosen, also where it is neither of the two words: who only looks must not change it. */
function limitOptions(settings: LimitSettings): readonly string[] {
  const json = JSON.stringify(settings);
  const words = ["off", "realistic"] as const;
  const held = words.find((word) => JSON.stringify(settingsOf(word)) === json);
  const options = words.map((word) => option(JSON.stringify(word), word, word === held));
  return held === undefined ? [...options, option(json, "as they are", true)] : options;
}

export function faultControls(): string {
  const kinds = READY_FAULTS.map(([kind, words]) =>
    option(kind, Object.hasOwn(FAULT_CODES, kind) ? `${kind} · ${words}` : words),
  );
  const services = [option("api", "Web API"), option("accounts", "accounts service"), option("", "both")];
  return `<div class="controls">
${form("/faults", `${select("Fault", "kind", kinds)}${select("At", "service", services)}<label class="field">Times<input name="times" inputmode="numeric" value="1"></label><button class="key">Add</button>`)}
${form("/faults", `<input type="hidden" name="method" value="DELETE"><button>Clear all faults</button>`)}</div>`;
}

export function resetControls(): string {
  return `<div class="controls">${form("/reset", "<button>Reset everything</button>")}</div>`;
}
