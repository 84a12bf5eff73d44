import { createHash } from "node:crypto";

/** The pages that a login can show: how it ended, or that a request was not the one waited for. */
export type PageName = "success" | "denied" | "error" | "notice";

interface Words {
  readonly title: string;
  readonly lead: string;
  readonly next: string;
  /** A drawing for the doorway, in SVG. */
  readonly door: string;
}

const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f4f1ec; --card: #fffdfa; --line: #e4ddd2; --ink: #23201c; --soft: #6a6359;
  --frame: #4a4038; --leaf: #8a5a3c; --knob: #f2d9a6; --mark: #2f7d4f; --wash: #ecd9b4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #141210; --card: #1d1a17; --line: #332e28; --ink: #f3eee6; --soft: #aea498;
    --frame: #6d6056; --leaf: #7a4f35; --knob: #f2d9a6; --mark: #7fd1a0; --wash: #3a2f1e;
  }
}
* { box-sizing: border-box; margin: 0; }
html { height: 100%; background: var(--ground); color: var(--ink); -webkit-text-size-adjust: 100%; }
body {
  min-height: 100%; display: grid; place-items: center; padding: 24px;
  font: 17px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main {
  width: 100%; max-width: 460px; padding: 44px 40px 36px; text-align: center;
  background: var(--card); border: 1px solid var(--line); border-radius: 20px;
  box-shadow: 0 1px 2px rgb(0 0 0 / .04), 0 18px 50px rgb(0 0 0 / .08);
}
svg { display: block; width: 132px; height: 132px; margin: 0 auto 24px; }
h1 { font-size: 28px; line-height: 1.2; letter-spacing: -.015em; font-weight: 680; text-wrap: balance; }
p { margin-top: 12px; color: var(--soft); text-wrap: pretty; }
p.lead { color: var(--ink); font-size: 18px; }
footer { margin-top: 30px; padding-top: 18px; border-top: 1px solid var(--line); font-size: 14px; color: var(--soft); }
.wash { fill: var(--wash); } .frame { fill: var(--frame); } .leaf { fill: var(--leaf); }
.panel { fill: none; stroke: rgb(0 0 0 / .22); stroke-width: 2; } .knob { fill: var(--knob); }
.glow { fill: #ffdf8e; } .beam { fill: #ffd469; opacity: .5; } .lamp { fill: #f2b134; } .dark { fill: var(--soft); }
.ground { fill: none; stroke: var(--line); stroke-width: 3; stroke-linecap: round; }
.badge { stroke: var(--card); stroke-width: 5; } .good { fill: var(--mark); } .stop { fill: #b4543f; } .wait { fill: #b07d1f; }
.sign { fill: none; stroke: var(--card); stroke-width: 4.5; stroke-linecap: round; stroke-linejoin: round; }
@media (max-width: 480px) {
  body { padding: 16px; }
  main { padding: 34px 24px 26px; border-radius: 16px; }
  h1 { font-size: 25px; }
}
`;

const OPEN_DOOR = `
<path class="beam" d="M50 119 90 119 108 129 36 129Z"/>
<rect class="frame" x="44" y="34" width="52" height="86" rx="4"/>
<rect class="glow" x="50" y="40" width="40" height="80"/>
<path class="leaf" d="M50 40 26 50 26 131 50 120Z"/>
<path class="panel" d="M45 52 31 58 31 82 45 77ZM45 86 31 91 31 120 45 114Z"/>
<circle class="knob" cx="30" cy="87" r="2.6"/>`;

const CLOSED_DOOR = `
<rect class="frame" x="44" y="34" width="52" height="86" rx="4"/>
<rect class="leaf" x="50" y="40" width="40" height="80"/>
<rect class="panel" x="57" y="48" width="26" height="26" rx="2"/>
<rect class="panel" x="57" y="82" width="26" height="30" rx="2"/>
<circle class="knob" cx="86" cy="82" r="2.8"/>`;

function scene(door: string, lamp: "lamp" | "dark", badge: string, sign: string): string {
  return `<svg viewBox="0 0 140 140" aria-hidden="true">
<circle class="wash" cx="70" cy="70" r="66"/>${door}
<path class="ground" d="M14 120H${door === OPEN_DOOR ? "24M98 120h28" : "126"}"/>
<path class="${lamp}" d="M62 24a8 8 0 0 1 16 0Z"/><rect class="frame" x="68" y="11" width="4" height="6" rx="2"/>
<circle class="badge ${badge}" cx="104" cy="104" r="19"/>
<path class="sign" d="${sign}"/>
</svg>`;
}

const WORDS: Readonly<Record<PageName, Words>> = {
  success: {
    title: "You’re in",
    lead: "The login is complete.",
    next: "You can close this tab and go back to where you came from.",
    door: scene(OPEN_DOOR, "lamp", "good", "M95.5 104.5l6 6 11.5-12.5"),
  },
  denied: {
    title: "Nothing was shared",
    lead: "The request was declined, so no access was given.",
    next: "You can close this tab. If that was a slip, start the login again.",
    door: scene(CLOSED_DOOR, "dark", "stop", "M97.5 97.5l13 13M110.5 97.5l-13 13"),
  },
  error: {
    title: "That didn’t work",
    lead: "Spotify sent you back, but the login could not be completed.",
    next: "The program that started it says why. You can close this tab and try again from there.",
    door: scene(CLOSED_DOOR, "dark", "wait", "M104 94.5v11M104 113v.1"),
  },
  notice: {
    title: "Not this door",
    lead: "This address does not complete the login.",
    next: "If a login is under way, it is still waiting in its own tab.",
    door: scene(CLOSED_DOOR, "lamp", "wait", "M96 104h.1M104 104h.1M112 104h.1"),
  },
};

/** A whole page. It is made of what stands in this file only: not a byte of any request gets into it. */
export function page(name: PageName): string {
  const { title, lead, next, door } = WORDS[name];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · stagedoor</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${door}
<h1>${title}</h1>
<p class="lead">${lead}</p>
<p>${next}</p>
<footer>stagedoor, the way in to Spotify</footer>
</main>
</body>
</html>
`;
}

let headers: Readonly<Record<string, string>> | undefined;

/** What goes with every page: nothing may be loaded, framed, kept, or told to anyone. Made once, when the first page is asked for. */
export function pageHeaders(): Readonly<Record<string, string>> {
  const hash = () => createHash("sha256").update(STYLE).digest("base64");
  headers ??= {
    "Content-Type": "text/html; charset=utf-8",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": `default-src 'none'; style-src 'sha256-${hash()}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    Connection: "close",
  };
  return headers;
}
