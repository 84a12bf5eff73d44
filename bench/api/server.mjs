/**
 * A Spotify that does next to nothing, so that it is never what is measured: it checks no argument and makes its answers of ready-made
 * pieces. Each `open` is a port with counts and settings of its own.
 */
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { serve } from "../harness/processes.mjs";
import { pageOf, trackOf, tracksOf } from "./bodies.mjs";

const JSON_HEADERS = ["content-type", "application/json; charset=utf-8"];
const EXPIRED = '{"error":{"status":401,"message":"The access token expired"}}';
const PERSON = JSON.stringify({
  id: "mia",
  display_name: "Mia",
  email: "mia@example.com",
  country: "SE",
  product: "premium",
  explicit_content: { filter_enabled: false, filter_locked: false },
  external_urls: {},
  followers: { href: null, total: 3 },
  href: "",
  images: [],
  type: "user",
  uri: "spotify:user:mia",
});
const LIMITED = '{"error":{"status":429,"message":"API rate limit exceeded"}}';

/** What can be set while it runs. `limit`: so many requests in any rolling span, 429 beyond. */
const SETTINGS = { latencyMs: 0, tokenLatencyMs: 0, total: 10_000, limit: null, keepsLog: false };
const counts = () => ({ requests: 0, tokens: 0, limited: 0, connections: 0, highest: 0, log: [] });

const open = [];

function listen({ key, cert }) {
  const settings = { ...SETTINGS };
  let count = counts();
  let inFlight = 0;
  let issued = 0;
  /** When the last requests were let through, as a ring. */
  let passed = [];
  let oldest = 0;

  function isLimited(now) {
    const { limit } = settings;
    if (limit === null) return false;
    if (passed.length < limit.count) {
      passed.push(now);
      return false;
    }
    if (now - passed[oldest] < limit.spanMs) return true;
    passed[oldest] = now;
    oldest = (oldest + 1) % limit.count;
    return false;
  }

  function answer(request, response, status, body, more = []) {
    const finish = () => {
      inFlight -= 1;
      // A text, not bytes: Node sends it together with the head, in one write.
      response.writeHead(status, [...JSON_HEADERS, ...more, "content-length", String(body.length)]);
      response.end(body);
    };
    const isToken = request.method === "POST";
    const waitMs = isToken ? settings.tokenLatencyMs : settings.latencyMs;
    if (waitMs > 0) setTimeout(finish, waitMs);
    else finish();
  }

  function token(request, response) {
    count.tokens += 1;
    issued += 1;
    const scope = "playlist-read-private user-library-read user-read-private";
    const body = `{"access_token":"fresh-${issued}","token_type":"Bearer","expires_in":3600,"scope":"${scope}"}`;
    request.resume();
    request.on("end", () => answer(request, response, 200, body));
  }

  function bodyOf(url, host) {
    if (url.startsWith("/v1/tracks/")) return trackOf(url.slice(11, 33));
    const query = url.indexOf("?");
    const path = query < 0 ? url : url.slice(0, query);
    const asked = new URLSearchParams(query < 0 ? "" : url.slice(query));
    if (path === "/v1/tracks") return tracksOf(asked.get("ids").split(","));
    const list = /^\/v1\/playlists\/[^/]+\/(items|tracks)$/.exec(path);
    if (list !== null) {
      const isNew = list[1] === "items";
      // As documented: 50 at the most of the new list, 100 of the old one.
      const limit = Math.min(Number(asked.get("limit") ?? (isNew ? 20 : 100)), isNew ? 50 : 100);
      const scheme = key === undefined ? "http" : "https";
      const href = `${scheme}://${host}${path}`;
      return pageOf({
        href,
        name: isNew ? "item" : "track",
        offset: Number(asked.get("offset") ?? 0),
        limit,
        total: settings.total,
      });
    }
    if (/^\/v1\/playlists\/[^/]+$/.test(path)) return '{"id":"p","snapshot_id":"same","type":"playlist"}';
    if (path === "/v1/me") return PERSON;
    return "{}";
  }

  function take(request, response) {
    inFlight += 1;
    if (request.method === "POST") return token(request, response);
    if (inFlight > count.highest) count.highest = inFlight;
    count.requests += 1;
    const isOver = isLimited(performance.now());
    if (settings.keepsLog) count.log.push([Date.now(), isOver ? 429 : 200]);
    if (isOver) {
      count.limited += 1;
      return answer(request, response, 429, LIMITED, ["retry-after", "1"]);
    }
    const { authorization = "", host } = request.headers;
    if (authorization.endsWith("expired")) return answer(request, response, 401, EXPIRED);
    answer(request, response, 200, bodyOf(request.url, host));
  }

  const server = key === undefined ? createServer(take) : createTlsServer({ key, cert }, take);
  server.keepAliveTimeout = 0;
  server.on(key === undefined ? "connection" : "secureConnection", () => {
    count.connections += 1;
  });
  open.push({
    set: (change) => Object.assign(settings, change),
    /** What was counted since the last time. */
    take: () => {
      const was = count;
      count = counts();
      passed = settings.limit === null ? [] : passed;
      return was;
    },
  });
  const at = open.length - 1;
  return new Promise((resolve) =>
    server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () =>
      resolve({ at, port: server.address().port }),
    ),
  );
}

serve({
  listen,
  set: (at, change) => open[at].set(change),
  take: (at) => open[at].take(),
});
