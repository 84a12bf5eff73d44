import type { Answer } from "../exchange.js";

/** What the console's page needs beside the sheet that all pages share. */
const STYLE = `
.grid{display:grid;gap:1.25rem;grid-template-columns:repeat(auto-fit,minmax(min(21rem,100%),1fr));margin-bottom:1.25rem}
.grid>*{margin:0;min-width:0}
.head{display:flex;flex-wrap:wrap;gap:1rem 2rem;align-items:flex-end;justify-content:space-between}
.head h1{margin:0}
.figures{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin:1.25rem 0 0}
.figures div{min-width:5.5rem}
.figures dt{font-size:.8125rem}
.figures dd{font-size:1.25rem;font-weight:600;font-variant-numeric:tabular-nums;letter-spacing:-.01em}
.figures{grid-template-columns:none}
svg.traffic{display:block;width:100%;height:3rem;margin-top:1rem}
.traffic .all{fill:var(--key);opacity:.55}.traffic .limited{fill:var(--warn)}.traffic .base{fill:var(--line)}
.controls{display:grid;gap:.875rem}
.controls form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:flex-end}
label.field{flex:1 1 7.5rem;font-size:.8125rem;color:var(--soft);min-width:0}
.controls label.field:first-child{flex-basis:11rem}
label.field>*{display:block;width:100%;margin-top:.125rem}
input,select{font:inherit;font-size:.9375rem;color:var(--ink);background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:.375rem .5rem;min-width:0}
.controls button,button.small{flex:none;font-size:.875rem;padding:.4375rem .75rem;border-radius:8px}
button.small{padding:.125rem .5rem}
td form{margin:0}
.scripted .key-field,.key-form{display:none}
.scripted:not(.has-key) .key-form{display:flex;gap:.5rem;align-items:flex-end;flex-wrap:wrap}
.stack{display:grid;gap:1.25rem;align-content:start;min-width:0}
.stack>.card{margin:0;min-width:0}
[data-live]+p,[data-live]+.controls,[data-live]+[data-live],.controls+.controls{margin-top:1rem}
.problem{border-color:var(--warn);color:var(--warn);font-weight:600;padding:1rem 1.75rem}
[hidden]{display:none}
td.why{white-space:normal;min-width:9rem}
td.long{min-width:18rem}
tr.under td{white-space:normal;overflow-wrap:anywhere;color:var(--soft);border-top:0;padding-top:0}
.pill{display:inline-block;border:1px solid var(--line);border-radius:999px;padding:0 .5rem;font-size:.8125rem;color:var(--soft)}
.pill.bad{border-color:currentColor;color:var(--warn)}
h2 .pill{margin-left:.375rem;font-weight:400}
`;

export const CONSOLE_STYLE_PATH = "/console.css";

export function consoleStyle(): Answer {
  return {
    status: 200,
    headers: { "content-type": "text/css; charset=utf-8", "cache-control": "no-cache" },
    body: STYLE.trim(),
  };
}
