import { createClient } from "../../src/client/index.js";
import { apiSend } from "../../src/transport/index.js";
import { source } from "./bench.js";

// Walks ten thousand pages, slower than they come, and says how far ahead of itself it was read.

const PAGES = 10_000;
const LIMIT = 50;
const TOTAL = PAGES * LIMIT;
const API = "https://api.spotify.com/v1";

/** Something else on each page, so that no text of one can stand for that of another. */
const listed = (offset: number) =>
  Array.from({ length: LIMIT }, (_, at) => ({ added_at: `${offset + at} ${"x".repeat(150)}`, track: null }));

let sent = 0;
const fetch = async (address: string): Promise<Response> => {
  sent++;
  const offset = Number(new URL(address).searchParams.get("offset") ?? 0);
  const next = offset + LIMIT < TOTAL ? `${API}/me/tracks?offset=${offset + LIMIT}&limit=${LIMIT}` : null;
  const page = {
    items: listed(offset),
    limit: LIMIT,
    offset,
    total: TOTAL,
    next,
    previous: null,
    href: address,
  };
  return new Response(JSON.stringify(page), {
    headers: { "content-type": "application/json", "cache-control": "private, max-age=600" },
  });
};

const { send } = apiSend({
  app: { provider: "spotify", clientId: "CID" },
  apiUrl: API,
  fetch,
  cache: { maxBytes: 4 * 1024 * 1024 },
});
const client = createClient({ source, send });
let taken = 0;
let furthest = 0;
for await (const page of client.pages(client.me.tracks({ limit: LIMIT }), { readAhead: 5 })) {
  taken++;
  if (page.items.length !== LIMIT) throw new Error("A page is short.");
  // Whatever was asked for comes while this one is looked at.
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  furthest = Math.max(furthest, sent - taken);
}
process.stdout.write(`${JSON.stringify({ taken, sent, furthest })}\n`);
