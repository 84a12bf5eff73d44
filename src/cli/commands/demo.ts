import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HOUR } from "../../base/clock.js";
import type { Fetch } from "../../base/http.js";
import { isLoopback } from "../../base/origins.js";
import { createEmulator, EMULATOR_CLIENT_ID } from "../../emulator/index.js";
import { serveEmulator } from "../../emulator/serve.js";
import type { Settings } from "../../environment.js";
import { createSpotify, type Spotify } from "../../index.js";
import { fileStore } from "../../stores/file.js";
import { type Context, isInteractive, print } from "../context.js";
import { obtainToken } from "../obtain-token.js";
import { name } from "../output.js";
import { progress } from "../progress.js";
import { commandSettings } from "../settings.js";
import { type CommandStore, openStore, placeOf } from "../store.js";

export interface DemoOptions {
  readonly yes?: boolean | undefined;
  readonly paste?: boolean | undefined;
  readonly browser?: boolean | undefined;
}

const SCOPES = ["user-top-read", "playlist-read-private", "playlist-read-collaborative", "user-read-private"];
const CALLERS = 50;

/** Where the demo runs: Spotify itself, or an emulator of its own. */
interface Stage {
  readonly spotify: Spotify;
  readonly store: CommandStore;
  readonly redirectUri: string | undefined;
  /** True when a program may agree in the person's place. */
  readonly onLoopback: boolean;
  readonly keepsToken: boolean;
  /** How many token requests there have been so far, and who counted them. */
  tokenRequests(): number;
  readonly counter: string;
  /** Makes the access token useless, as an hour would. */
  expire(): Promise<void>;
  /** What `expire` has made of it. */
  readonly expired: string;
  close(): Promise<void>;
}

/** `stagedoor demo`: the main job from beginning to end. */
export async function demoCommand(context: Context, options: DemoOptions): Promise<void> {
  const settings = commandSettings(context);
  const stage =
    settings.clientId === undefined ? await openEmulator(context) : openSpotify(context, settings);
  try {
    await logIn(context, stage, options);
    await showTop(context, stage.spotify);
    await showPlaylist(context, stage.spotify);
    await showRefresh(context, stage);
  } finally {
    await stage.close();
  }
}

async function openEmulator(context: Context): Promise<Stage> {
  let offset = 0;
  const clock = { now: () => context.clock.now() + offset };
  const emulator = createEmulator({ clock });
  const served = await serveEmulator(emulator, { port: 0 });
  const directory = await mkdtemp(join(tmpdir(), "stagedoor-demo-"));
  const { accounts: accountsUrl, api: apiUrl } = served;
  const store = fileStore({ directory, clock });
  const spotify = createSpotify({ clientId: EMULATOR_CLIENT_ID, accountsUrl, apiUrl, store, clock });
  print(context, `No SPOTIFY_CLIENT_ID is set, so a Spotify runs on this machine: ${apiUrl}`);
  return {
    spotify,
    store,
    redirectUri: undefined,
    onLoopback: true,
    keepsToken: false,
    tokenRequests: () => emulator.ledger.tokenRequests().length,
    counter: "the emulator",
    expire: async () => {
      offset += HOUR;
    },
    expired: "an expired token",
    close: async () => {
      await served.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function openSpotify(context: Context, settings: Settings): Stage {
  let sent = 0;
  const counted: Fetch = (url, init) => {
    if (url.endsWith("/api/token")) sent++;
    return fetch(url, init);
  };
  const store = openStore(context);
  const { clientId, clientSecret, accountsUrl, apiUrl } = settings;
  const { clock } = context;
  const spotify = createSpotify({
    clientId,
    clientSecret,
    accountsUrl,
    apiUrl,
    store,
    // Not the login that the user works with.
    profile: "demo",
    clock,
    fetch: counted,
  });
  return {
    spotify,
    store,
    redirectUri: settings.redirectUri,
    onLoopback: isLoopback(new URL(spotify.app.accountsUrl)),
    keepsToken: true,
    tokenRequests: () => sent,
    counter: "this program",
    // Spotify's clock cannot be moved; every caller reports the token as rejected instead.
    expire: async () => {
      const { session } = spotify;
      const token = await session.token();
      await Promise.all(Array.from({ length: CALLERS }, () => session.replace(token)));
    },
    expired: "a token that all of them had rejected",
    close: async () => undefined,
  };
}

async function logIn(context: Context, stage: Stage, options: DemoOptions): Promise<void> {
  const { spotify, store } = stage;
  const yes = options.yes === true || (stage.onLoopback && !isInteractive(context));
  if (stage.onLoopback && !yes)
    print(context, "Agree in the browser, or press Ctrl-C and use: npm start -- --yes");
  const { paste, browser } = options;
  const asked = { scope: SCOPES, yes, paste, browser };
  const token = await obtainToken(context, spotify.app, stage.redirectUri, asked);
  await spotify.session.adopt(token);
  const me = await spotify.me.profile();
  const removed = stage.keepsToken ? "" : " (removed at the end)";
  const place = await placeOf(store, spotify.session.key);
  print(context, `Logged in as ${name(me.display_name ?? me.id)}; the token is in ${place}${removed}`);
}

async function showTop(context: Context, spotify: Spotify): Promise<void> {
  const top = await spotify.me.top({ type: "tracks", limit: 5 });
  print(context, "\nTop tracks:");
  for (const [index, track] of top.items.entries()) {
    const artists = track.artists.map((artist) => artist.name).join(", ");
    print(context, `  ${index + 1}. ${name(track.name)}, by ${name(artists)}`);
  }
}

async function showPlaylist(context: Context, spotify: Spotify): Promise<void> {
  const me = await spotify.me.profile();
  const { items } = await spotify.me.playlists({ limit: 50 });
  const own = items.filter((playlist) => playlist?.owner.id === me.id);
  const size = (playlist: (typeof own)[number]) => (playlist?.items ?? playlist?.tracks)?.total ?? 0;
  const longest = own.sort((a, b) => size(b) - size(a))[0];
  if (!longest) return print(context, "\nThere is no playlist of your own to read.");
  print(context, `\nReading the playlist ${name(longest.name)} whole:`);
  const bar = progress(context);
  let read = 0;
  let milliseconds = 0;
  const first = spotify.playlists.items({ playlistId: longest.id, limit: 50 });
  for await (const page of spotify.pages(first)) {
    read += page.items.length;
    for (const entry of page.items) milliseconds += (entry.item ?? entry.track)?.duration_ms ?? 0;
    bar.update(read, page.total);
  }
  bar.end(`${read} items, ${(milliseconds / HOUR).toFixed(1)} hours of music`);
}

async function showRefresh(context: Context, stage: Stage): Promise<void> {
  const before = stage.tokenRequests();
  await stage.expire();
  const calls = Array.from({ length: CALLERS }, () => stage.spotify.me.profile());
  const answers = await Promise.all(calls);
  const requests = stage.tokenRequests() - before;
  const noun = requests === 1 ? "token request" : "token requests";
  print(
    context,
    `\n${CALLERS} calls at once on ${stage.expired}: ${answers.length} answers, and ${stage.counter} saw ${requests} ${noun}.`,
  );
}
