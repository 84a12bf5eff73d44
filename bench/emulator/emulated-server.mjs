/** The emulator on its ports, in a process of its own. Its answers are told beforehand to whoever wants to imitate them. */
import { createEmulator, EMULATOR_CLIENT_ID, EMULATOR_CLIENT_SECRET } from "../../dist/emulator/index.js";
import { serveEmulator } from "../../dist/emulator/serve.js";
import { answerControl } from "./server-control.mjs";

const TRACKS = 1_000_000;

const emulator = createEmulator({ size: { tracks: TRACKS } });
const served = await serveEmulator(emulator);
const login = await fetch(`${served.accounts}/api/token`, {
  method: "POST",
  headers: { authorization: `Basic ${btoa(`${EMULATOR_CLIENT_ID}:${EMULATOR_CLIENT_SECRET}`)}` },
  body: new URLSearchParams({ grant_type: "client_credentials" }),
});
const { access_token: token } = await login.json();
const authorization = `Bearer ${token}`;

/** Paths of tracks that are spread evenly over the whole catalogue. */
function paths(count) {
  const step = Math.floor(TRACKS / count);
  return Array.from({ length: count }, (_, at) => {
    return `/v1/tracks/${emulator.world.catalogue.idOf("track", at * step)}`;
  });
}

async function answers(wanted) {
  const all = {};
  let headers;
  for (const path of wanted) {
    const response = await fetch(`${served.api}${path.slice(3)}`, { headers: { authorization } });
    if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
    all[path] = await response.text();
    headers ??= [...response.headers].filter(([name]) => !OWN_OF_NODE.includes(name));
  }
  return { headers, all };
}
const OWN_OF_NODE = ["date", "connection", "keep-alive", "content-length"];

answerControl({
  port: () => Number(new URL(served.api).port),
  authorization: () => authorization,
  answers: ({ count }) => answers(paths(count)),
});
