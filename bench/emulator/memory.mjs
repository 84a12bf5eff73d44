/**
 * The memory of an emulator with a million tracks: when it is made, after 200,000 tracks were read at random, and after searches.
 *
 *   npm run build && node --expose-gc bench/emulator/memory.mjs
 */
import { createEmulator, EMULATOR_CLIENT_ID, EMULATOR_CLIENT_SECRET } from "../../dist/emulator/index.js";
import { median, print, quantile } from "../measuring.mjs";

const TRACKS = 1_000_000;
const READS = 200_000;
const rows = [];

function note(when) {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  rows.push({ when, "RSS MB": (rss / 1e6).toFixed(0), "heap used MB": (heapUsed / 1e6).toFixed(1) });
}

note("before");
const emulator = createEmulator({ size: { tracks: TRACKS } });
const { accounts } = emulator.urls;
const login = await emulator.fetch(`${accounts}/api/token`, {
  method: "POST",
  headers: { authorization: `Basic ${btoa(`${EMULATOR_CLIENT_ID}:${EMULATOR_CLIENT_SECRET}`)}` },
  body: new URLSearchParams({ grant_type: "client_credentials" }),
});
const authorization = `Bearer ${(await login.json()).access_token}`;
note(`with ${TRACKS} tracks`);

const inquiry = (path, query = "") => ({
  service: "api",
  method: "GET",
  path,
  query,
  header: (name) => (name === "authorization" ? authorization : null),
  text: async () => "",
});
const { catalogue } = emulator.world;
for (let read = 0; read < READS; read++) {
  const id = catalogue.idOf("track", Math.floor(Math.random() * TRACKS));
  if (emulator.answer(inquiry(`/v1/tracks/${id}`)).status !== 200) throw new Error(id);
}
note(`after ${READS} reads (100,000 of them in the ledger)`);

const last = catalogue.track(TRACKS - 1);
const artist = catalogue.artist(last.artists[0]).name;
const searches = {
  "one common letter": "a",
  "one word": "moth",
  "two words": "velvet harbour",
  "the last track by name and artist": `${last.name} ${artist}`,
  "by filters": `track:"${last.name}" artist:"${artist}"`,
  "nothing to be found": "zzz",
};
const times = [];
for (const [search, q] of Object.entries(searches)) {
  const took = [];
  for (let round = 0; round < 9; round++) {
    const start = performance.now();
    // A space more each time: the emulator remembers searches.
    emulator.world.search("track", q + " ".repeat(round));
    took.push(performance.now() - start);
  }
  const found = emulator.world.search("track", q).length;
  times.push({
    search,
    found,
    "median ms": median(took).toFixed(1),
    "worst ms": quantile(took, 1).toFixed(1),
  });
}
note("after searches");
print(rows);
console.log(`\nSearches of ${TRACKS} tracks, 9 times each`);
print(times);
