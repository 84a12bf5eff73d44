import Spotify from "@stainless-commons/spotify";
import { describe, expect, it } from "vitest";
import { manualClock } from "../support/clock.js";
import { withServer } from "../support/server.js";
import type { ApiClient } from "./api-client.js";
import { apiClientSuite } from "./api-client-suite.js";
import { castOf } from "./cast.js";
import { itHasFault } from "./known-fault.js";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  type LocalSpotify,
  localUrl,
  logInByHand,
  withLocalSpotify,
} from "./local-spotify.js";
import { failureOf } from "./oauth-client.js";
import { stainlessCalls } from "./stainless-calls.js";
import { stainlessVariants } from "./stainless-variants.js";

const client: ApiClient<Spotify> = {
  name: "@stainless-commons/spotify",
  connect: ({ api }, { access_token }) =>
    new Spotify({ baseURL: api, defaultHeaders: { authorization: `Bearer ${access_token}` } }),
  calls: stainlessCalls,
  variants: stainlessVariants,
};

apiClientSuite(client);

/** The header is one of Stainless's own; it keeps the test from waiting. */
const BAD_GATEWAY = { kind: "status", status: 502, headers: { "retry-after-ms": "1" } } as const;

/** Makes a test of `use`, with a client that has the token of a login. */
function loggedIn(use: (client: Spotify, spotify: LocalSpotify) => Promise<void>): () => Promise<void> {
  return () =>
    withLocalSpotify(
      async (spotify) => {
        spotify.emulator.world.playerAnswers = "empty";
        await use(client.connect(spotify, await logInByHand(spotify)), spotify);
      },
      { tier: "extended", clock: manualClock() },
    );
}

/** The same with a client that logs itself in by the app's credentials: its token's address is fixed, but asked by its `fetch` option. */
function withCredentials(
  use: (client: Spotify, spotify: LocalSpotify) => Promise<void>,
): () => Promise<void> {
  return () =>
    withLocalSpotify((spotify) =>
      use(
        new Spotify({
          baseURL: spotify.api,
          clientID: CLIENT_ID,
          clientSecret: CLIENT_SECRET,
          fetch: (input, init) =>
            fetch(localUrl(spotify, input instanceof Request ? input.url : input), init),
        }),
        spotify,
      ),
    );
}

describe("the Stainless client's login by credentials", () => {
  it(
    "asks for one token, however many calls begin at once",
    withCredentials(async (client, { emulator: { world, ledger } }) => {
      const { track } = castOf(world);
      const tracks = await Promise.all(Array.from({ length: 50 }, () => client.tracks.retrieve(track)));
      expect(new Set(tracks.map(({ name }) => name))).toEqual(new Set([world.catalogue.track(0).name]));
      expect(ledger.tokenRequests()).toMatchObject([{ grant: "client_credentials", status: 200 }]);
      expect(ledger.count()).toBe(51);
    }),
  );

  itHasFault(
    {
      knownFault: "a 401 does not make it ask for another token: the one in its cache stays until it expires",
      reference: "peers/typescript.md 3.4",
    },
    withCredentials(async (client, { emulator }) => {
      const { track } = castOf(emulator.world);
      await client.tracks.retrieve(track);
      emulator.faults.add({ kind: "access-token-missing", times: 2 });
      for (const _ of [1, 2]) {
        expect(await failureOf(client.tracks.retrieve(track))).toBeInstanceOf(Spotify.AuthenticationError);
      }
      expect(emulator.ledger.tokenRequests()).toHaveLength(1);
    }),
  );

  itHasFault(
    {
      knownFault: "it has no login of a person, and no refresh: when the token expires, the calls fail",
      reference: "peers/typescript.md 3.4",
    },
    loggedIn(async (client, { emulator }) => {
      emulator.advance(3_601_000);
      const before = emulator.ledger.tokenRequests().length;
      expect(await failureOf(client.me.retrieve())).toBeInstanceOf(Spotify.AuthenticationError);
      expect(emulator.ledger.tokenRequests()).toHaveLength(before);
    }),
  );
});

describe("the Stainless client's calls", () => {
  it(
    "walk through pages",
    loggedIn(async (client, { emulator: { world } }) => {
      const { playlist } = castOf(world);
      const names: unknown[] = [];
      for await (const { added_by } of client.playlists.items.list(playlist, { limit: 50 }))
        names.push(added_by?.id);
      expect(names).toEqual(world.playlists.get(playlist)?.entries.map(({ addedBy }) => addedBy));
    }),
  );

  it(
    "take a player command that is answered with a text",
    loggedIn(async (client, { emulator: { world } }) => {
      await client.me.player.startPlayback({ uris: [...castOf(world).trackUris] });
      world.playerAnswers = "text";
      await client.me.player.pausePlayback();
      expect(await client.me.player.getState()).toMatchObject({ is_playing: false });
    }),
  );

  it(
    "put ids into the path so that they stay in their place",
    loggedIn(async (client, { emulator: { ledger } }) => {
      expect(await failureOf(client.tracks.retrieve("x/../../me?y="))).toBeInstanceOf(
        Spotify.BadRequestError,
      );
      expect(ledger.entries().at(-1)?.operationId).toBe("get-track");
    }),
  );

  itHasFault(
    {
      knownFault: "a skip whose answer was lost is sent again: two tracks are skipped",
      reference: "peers/typescript.md 3.4",
    },
    loggedIn(async (client, { emulator: { world, faults, ledger } }) => {
      const { trackUris, tracks } = castOf(world);
      await client.me.player.startPlayback({ uris: [...trackUris] });
      faults.add({ ...BAD_GATEWAY, at: "after-commit", times: 1 });
      await client.me.player.skipNext();
      const skips = ledger.entries().filter(({ path }) => path === "/v1/me/player/next");
      expect(skips.map(({ status, committed }) => [status, committed])).toEqual([
        [502, true],
        [204, true],
      ]);
      expect(await client.me.player.getState()).toMatchObject({ item: { id: tracks[2] } });
    }),
  );

  itHasFault(
    {
      knownFault: "a Retry-After of a minute or more is ignored: it tries again within a second",
      reference: "peers/typescript.md 3.4",
    },
    loggedIn(async (client, { emulator: { faults, ledger } }) => {
      faults.add({ kind: "retry-after", seconds: 120, times: 1 });
      ledger.clear();
      // A client that waits the two minutes would not be back before the test's time is over.
      expect((await client.me.retrieve()).id).toBe("marlow.finch");
      expect(ledger.entries().map(({ status }) => status)).toEqual([429, 200]);
    }),
  );

  itHasFault(
    {
      knownFault: "it follows a page's next address to another origin, and sends the token there",
      reference: "peers/typescript.md 3.4",
    },
    loggedIn(async (client, { emulator: { faults } }) => {
      let received: string | undefined;
      const strangers: Parameters<typeof withServer>[0] = (request, response) => {
        received = request.headers.authorization;
        response.setHeader("content-type", "application/json").end('{"items":[],"next":null}');
      };
      await withServer(strangers, async (origin) => {
        const body = JSON.stringify({ items: [{}], next: `${origin}/more` });
        const headers = { "content-type": "application/json" };
        faults.add({ kind: "status", status: 200, body, headers, times: 1 });
        for await (const track of client.me.tracks.list()) expect(track).toEqual({});
      });
      expect(received).toMatch(/^Bearer /);
    }),
  );

  itHasFault(
    {
      knownFault:
        "`published` goes out under that name, which Spotify does not know: the playlist becomes public",
      reference: "seen here",
    },
    loggedIn(async (client, { emulator: { world } }) => {
      const { id } = await client.me.playlists.create({ name: "Secret", published: false });
      expect(world.playlists.get(id ?? "")?.public).toBe(true);
    }),
  );

  itHasFault(
    {
      knownFault: "`body_position` goes out under that name: items are added at the end",
      reference: "seen here",
    },
    loggedIn(async (client, { emulator: { world } }) => {
      const { playlist, trackUris } = castOf(world);
      await client.playlists.items.add(playlist, { uris: trackUris, body_position: 0 });
      const uris = world.playlists.get(playlist)?.entries.map(({ uri }) => uri);
      expect(uris?.slice(-3)).toEqual(trackUris);
      expect(uris?.slice(0, 3)).not.toEqual(trackUris);
    }),
  );

  itHasFault(
    {
      knownFault: "following.follow() has no parameter for the type, which Spotify requires",
      reference: "seen here",
    },
    loggedIn(async (client, { emulator: { world } }) => {
      const { artists } = castOf(world);
      const error = await failureOf(client.me.following.follow({ ids: [...artists] }));
      expect(error).toBeInstanceOf(Spotify.BadRequestError);
    }),
  );

  itHasFault(
    {
      knownFault: "browse.categories.list() does not open its envelope: the page is always empty",
      reference: "seen here",
    },
    loggedIn(async (client) => {
      expect((await client.browse.categories.list()).items).toEqual([]);
    }),
  );
});
