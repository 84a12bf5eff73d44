import type { Answer, AnswerHeaders } from "./exchange.js";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Makes text safe between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? "");
}

// One sheet for both kinds of page. Colours only by variables, so that dark is four lines and not a second sheet.
const STYLE = `
:root{color-scheme:light dark;--paper:#f4f2ee;--card:#fff;--ink:#1d1b18;--soft:#6d675f;--line:#e2ddd4;--key:#0d6b4f;--on-key:#fff;--warn:#a3341c}
@media(prefers-color-scheme:dark){:root{--paper:#151412;--card:#1f1d1a;--ink:#f1ede6;--soft:#a39b8f;--line:#37332d;--key:#5fd0a5;--on-key:#0b2a1f;--warn:#ff9a80}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:29rem;margin:0 auto;padding:3rem 1rem 2rem}
main.wide{max-width:66rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:16px;padding:1.75rem;margin-bottom:1.25rem}
.mark{font-size:.8125rem;letter-spacing:.04em;color:var(--soft);margin:0 0 1.25rem}
.mark b{color:var(--key)}
h1{font-size:1.5rem;line-height:1.25;letter-spacing:-.01em;margin:0 0 .5rem;text-wrap:balance;overflow-wrap:anywhere}
h2{font-size:.9375rem;margin:0 0 .75rem}
p{margin:0 0 1rem}
.soft{color:var(--soft);font-size:.875rem}
fieldset{border:0;margin:1.5rem 0 0;padding:0}
legend{padding:0;font-weight:600;font-size:.9375rem;margin-bottom:.5rem}
.row{display:flex;gap:.75rem;align-items:flex-start;padding:.625rem 0;border-top:1px solid var(--line);cursor:pointer}
.row input{flex:none;width:1.125rem;height:1.125rem;margin:.1875rem 0 0;accent-color:var(--key)}
.row small{display:block;color:var(--soft)}
.actions{display:flex;gap:.75rem;margin-top:1.5rem}
button{flex:1;font:inherit;font-weight:600;padding:.75rem 1rem;border-radius:10px;border:1px solid var(--line);background:none;color:inherit;cursor:pointer}
button.key{background:var(--key);border-color:var(--key);color:var(--on-key)}
button:hover{filter:brightness(1.08)}
:focus-visible{outline:3px solid var(--key);outline-offset:2px}
code{font:.875rem/1.5 ui-monospace,"Cascadia Mono",Menlo,monospace;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.375rem 1.25rem;margin:0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.875rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.4375rem .75rem .4375rem 0;border-top:1px solid var(--line);vertical-align:top;white-space:nowrap}
th{color:var(--soft);font-weight:500;border-top:0}
.bad{color:var(--warn)}
a{color:var(--key)}
.card>:last-child{margin-bottom:0}
.card>.scroll+p{margin-top:1rem}
@media(max-width:34rem){main{padding-top:1.5rem}.card{padding:1.25rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.625rem}}
`;

export const STYLE_PATH = "/emulator.css";

/** The sheet of both kinds of page. */
export function styleSheet(): Answer {
  return {
    status: 200,
    headers: { "content-type": "text/css; charset=utf-8", "cache-control": "no-cache" },
    body: STYLE.trim(),
  };
}

export interface PageOptions {
  readonly status?: number;
  readonly title: string;
  /** HTML; whatever came from outside in it must be escaped. */
  readonly content: string;
  readonly wide?: boolean;
  /** Where the page's form may lead to, redirects included. Default: nowhere. */
  readonly formTargets?: readonly string[];
  /** The path of the page's one script, on its own origin; it may ask that origin only. Default: none. */
  readonly script?: string;
  /** Paths of further sheets, on the page's own origin. */
  readonly styles?: readonly string[];
}

/** A page that runs no script but its own, loads nothing from elsewhere and cannot be framed. */
export function page(options: PageOptions): Answer {
  const { status = 200, title, content, wide = false, formTargets = [], script, styles = [] } = options;
  const scripts = script === undefined ? "" : " script-src 'self'; connect-src 'self';";
  const targets = formTargets.length > 0 ? formTargets.join(" ") : "'none'";
  const headers: AnswerHeaders = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": `default-src 'none'; style-src 'self';${scripts} base-uri 'none'; frame-ancestors 'none'; form-action ${targets}`,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  };
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
${[STYLE_PATH, ...styles].map((path) => `<link rel="stylesheet" href="${path}">`).join("\n")}${script === undefined ? "" : `\n<script src="${script}" defer></script>`}
</head>
<body>
<main${wide ? ' class="wide"' : ""}>
<p class="mark"><b>stagedoor</b> emulator · this is not Spotify</p>
${content}
</main>
</body>
</html>
`;
  return { status, headers, body };
}
