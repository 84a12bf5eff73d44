import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/base/clock.js";
import { createClient } from "../../src/client/index.js";
import {
  createEmulator,
  EMULATOR_CLIENT_ID,
  EMULATOR_CLIENT_SECRET,
  type Fault,
} from "../../src/emulator/index.js";
import { type ServedEmulator, serveEmulator } from "../../src/emulator/serve.js";
import { createSpotify, type Spotify } from "../../src/index.js";
import { defaultSender } from "../../src/transport/index.js";
import { emulated } from "../support/emulated.js";
import { everythingShown } from "../support/everything.js";
import { collect, failure } from "./bench.js";

const emulator = createEmulator({ tier: "extended" });
const track = emulator.world.catalogue.idOf("track", 0);
const album = emulator.world.catalogue.idOf("album", 0);
let served: ServedEmulator;
let thief: ServedEmulator;
const bystander = createEmulator();
let spotify: Spotify;

beforeAll(async () => {
  served = await serveEmulator(emulator);
  thief = await serveEmulator(bystander);
});
afterAll(async () => {
  await served.close();
  await thief.close();
});
beforeEach(async () => {
  emulator.reset();
  bystander.reset();
  spotify = createSpotify({
    clientId: EMULATOR_CLIENT_ID,
    clientSecret: EMULATOR_CLIENT_SECRET,
    grant: "client_credentials",
    accountsUrl: served.accounts,
    apiUrl: served.api,
    timeoutMs: 1500,
    // Clients with a clock of their own share no budget for retries with those before them.
    clock: { ...systemClock },
  });
  await spotify.session.token();
});

const strike = (fault: Fault) =>
  emulator.faults.add({ ...fault, match: { service: "api" }, times: 1 } as Fault);
/** Without the layers that would send again: what one request brings. */
const read = () => {
  const send = defaultSender({ timeoutMs: 1500 });
  return createClient({ source: spotify.session, apiUrl: served.api, send }).tracks.get({ id: track });
};

describe("what the Web API sends over a real connection", () => {
  it.each<[string, Fault, object]>([
    ["F1 a reset before the request is read", { kind: "reset-on-accept" }, { code: "network-failed" }],
    ["F2 a reset in the place of an answer", { kind: "reset" }, { code: "network-failed" }],
    ["F4 a reset after the headers", { kind: "reset-after-headers" }, { code: "network-failed" }],
    ["F5 a body cut short of its length", { kind: "cut" }, { code: "network-failed" }],
    [
      "F5 a body whose last chunk is missing",
      { kind: "cut", framing: "chunked" },
      { code: "network-failed" },
    ],
    ["F6 a body that comes byte by byte", { kind: "slow" }, { code: "timeout" }],
    ["F7 no answer", { kind: "hang" }, { code: "timeout" }],
    ["F8 a failure of theirs", { kind: "status", status: 503 }, { code: "server-error", status: 503 }],
    ["F10 JSON that is none", { kind: "garbage" }, { code: "response-invalid", status: 200 }],
    ["F10 a web page", { kind: "html" }, { code: "response-invalid", status: 200 }],
    ["F10 a body without end", { kind: "huge" }, { code: "response-too-large" }],
    ["F10 a few bytes that unpack to very many", { kind: "gzip-bomb" }, { code: "response-too-large" }],
    [
      "F13 a limit without a time",
      { kind: "retry-after", seconds: null },
      { code: "rate-limited", retryAt: undefined },
    ],
    ["F13 a limit with an odd time", { kind: "retry-after", seconds: "soon" }, { code: "rate-limited" }],
    [
      "F13 the quota",
      { kind: "retry-after", seconds: 86_400, body: "quota" },
      { code: "quota-exceeded", reason: "QUOTA_EXCEEDED" },
    ],
    ["a good token refused", { kind: "access-token-missing" }, {}],
    [
      "Premium asked of somebody who has it",
      { kind: "premium-required" },
      { code: "forbidden", reason: "PREMIUM_REQUIRED" },
    ],
  ])("%s: fails with an error of ours that shows no token", async (_name, fault, expected) => {
    const held = await spotify.session.token();
    strike(fault);
    const outcome = await read().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (fault.kind === "access-token-missing") return expect(outcome).toBeUndefined();
    expect(outcome).toMatchObject(expected);
    expect(outcome).toMatchObject({ code: expect.any(String), message: expect.any(String) });
    expect(everythingShown(outcome)).not.toContain(held.accessToken);
    // And the next call is none the worse for it.
    expect(await read()).toMatchObject({ id: track });
  });

  it.each<[string, Fault]>([
    ["F2 a reset in the place of an answer", { kind: "reset" }],
    ["F5 a body cut short of its length", { kind: "cut" }],
    ["F8 RL-10 a failure of theirs", { kind: "status", status: 503 }],
    ["a good token refused", { kind: "access-token-missing" }],
    ["Premium asked of somebody who has it", { kind: "premium-required" }],
    ["RL-01 a limit of a second", { kind: "retry-after", seconds: 1 }],
  ])("%s: is got over by a client with all its layers", async (_name, fault) => {
    strike(fault);
    expect(await spotify.tracks.get({ id: track })).toMatchObject({ id: track });
    expect(emulator.faults.list()).toEqual([]);
    // The token was good all the time.
    expect(emulator.ledger.tokenRequests()).toHaveLength(1);
  });

  it("F11 a redirect: nothing arrives where it leads", async () => {
    strike({ kind: "redirect", location: `${thief.api}/tracks/${track}` });
    expect(await failure(read())).toMatchObject({ code: "redirect-refused" });
    expect(bystander.ledger.entries()).toEqual([]);
  });
});

describe("what is odd in an answer, and harmless", () => {
  it("a value or a member that nobody has heard of is handed on as it is", async () => {
    strike({ kind: "unknown-value" });
    const found: { readonly album_type: string } = await spotify.albums.get({ id: album });
    expect(["album", "single", "compilation"]).not.toContain(found.album_type);
    strike({ kind: "extra-member" });
    expect(await spotify.albums.get({ id: album })).toMatchObject({ id: album });
  });

  it("things that are null on a page are passed over, and do not count toward a limit", async () => {
    const { total, items } = await spotify.albums.tracks({ id: album, limit: 4 });
    strike({ kind: "null-items" });
    const found = await collect(spotify.items(spotify.albums.tracks({ id: album, limit: 4 })));
    expect(found).toHaveLength(total - 2);
    strike({ kind: "null-items" });
    const few = await collect(spotify.items(spotify.albums.tracks({ id: album, limit: 4 }), { limit: 3 }));
    expect(few).toHaveLength(3);
    expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining(few.slice(0, 2).map(({ id }) => id)));
  });

  it("an empty page in the middle of a list does not end it", async () => {
    strike({ kind: "empty-page" });
    const { total } = await spotify.albums.get({ id: album }).then(({ tracks }) => tracks);
    const found = await collect(spotify.items(spotify.albums.tracks({ id: album, limit: 4 })));
    expect([total - 4, total]).toContain(found.length);
    expect(found.length).toBeGreaterThan(0);
  });
});

describe("a write that is cut off between its calls", () => {
  it("has written what it says, and can be gone on with", async () => {
    const { emulator: spot, spotify: client } = await emulated();
    const uris = Array.from(
      { length: 250 },
      (_, at) => `spotify:track:${spot.world.catalogue.idOf("track", at)}`,
    );
    const { id: playlistId } = await client.playlists.create({ name: "Long" });
    spot.faults.add({
      kind: "status",
      status: 502,
      match: { operationId: "add-items-to-playlist" },
      after: 1,
      times: 1,
    });
    const error = await failure(client.playlists.add({ playlistId, uris }));
    expect(error).toMatchObject({ code: "server-error", done: 100, of: 250 });
    await client.playlists.add({ playlistId, uris: uris.slice(100) });
    const all = await collect(client.playlists.allItems({ playlistId }));
    expect(all.map(({ item }) => item?.uri)).toEqual(uris);
  });

  it("adds a thousand items at a position, in order", async () => {
    const { emulator: spot, spotify: client } = await emulated();
    const uris = Array.from(
      { length: 1000 },
      (_, at) => `spotify:track:${spot.world.catalogue.idOf("track", at)}`,
    );
    const { id: playlistId } = await client.playlists.create({ name: "Long" });
    const edge = uris.slice(0, 2);
    await client.playlists.add({ playlistId, uris: edge });
    await client.playlists.add({ playlistId, uris, position: 1 });
    const all = await collect(client.playlists.allItems({ playlistId }));
    expect(all.map(({ item }) => item?.uri)).toEqual([edge[0], ...uris, edge[1]]);
  });
});
