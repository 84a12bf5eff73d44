import type { Answer } from "../exchange.js";

/**
 * What makes the page live: the parts marked with `data-live` come anew each second, out of the same page that works without a
 * script, and forms are sent without leaving it. The key may stand in the fragment, which no server ever sees.
 */
const SCRIPT = `
const EVERY_MS = 1000;
let key = new URLSearchParams(location.hash.slice(1)).get("key") ?? "";
const problem = document.getElementById("problem");

function say(sentence) {
  problem.textContent = sentence;
  problem.hidden = sentence === "";
}
function showKey() {
  document.body.classList.toggle("has-key", key !== "");
}
function renew(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const old of document.querySelectorAll("[data-live]")) {
    const next = fresh.querySelector('[data-live="' + old.dataset.live + '"]');
    if (next === null || next.innerHTML === old.innerHTML || old.contains(document.activeElement)) continue;
    old.replaceChildren(...next.childNodes);
  }
  return fresh;
}
async function look() {
  const response = await fetch("/");
  renew(await response.text());
}
addEventListener("submit", async (event) => {
  event.preventDefault();
  const { target, submitter } = event;
  const fields = new URLSearchParams(new FormData(target, submitter));
  if (target.id === "key-form") {
    key = fields.get("key");
    showKey();
    return;
  }
  fields.set("key", key);
  try {
    const response = await fetch(target.action, { method: "POST", body: fields, redirect: "manual" });
    const refused = response.type !== "opaqueredirect";
    const fresh = refused ? renew(await response.text()) : undefined;
    if (refused) {
      say(fresh.getElementById("problem")?.textContent || "That did not work.");
      if (response.status === 403) key = "";
      problem.scrollIntoView({ block: "nearest" });
    } else {
      say("");
      submitter?.blur();
      await look();
    }
  } catch {
    say("The emulator does not answer.");
  }
  showKey();
});
document.body.classList.add("scripted");
showKey();
(async function live() {
  try {
    if (!document.hidden) await look();
    document.body.classList.remove("lost");
  } catch {
    document.body.classList.add("lost");
  }
  setTimeout(live, EVERY_MS);
})();
`;

export const SCRIPT_PATH = "/console.js";

export function consoleScript(): Answer {
  return {
    status: 200,
    headers: { "content-type": "text/javascript; charset=utf-8", "cache-control": "no-cache" },
    body: SCRIPT.trim(),
  };
}
