import { type SdkOptions, SpotifyApi } from "@spotify/web-api-ts-sdk";
import { describe, expect, it } from "vitest";
import { MINUTE } from "../../src/base/clock.js";
import type { EmulatorOptions } from "../../src/emulator/index.js";
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
  rewriteGlobalFetch,
  withLocalSpotify,
} from "./local-spotify.js";
import { failureOf } from "./oauth-client.js";
import { loginInBrowser, useMovableTime } from "./official-sdk-browser.js";
import { officialSdkCalls } from "./official-sdk-calls.js";
import { officialSdkVariants } from "./official-sdk-variants.js";

/** Its own option, which only requests to the API go through. */
function optionsFor(spotify: LocalSpotify): SdkOptions {
  return {
    fetch: (input, init) => fetch(localUrl(spotify, input instanceof Request ? input.url : input), init),
  };
}

const client: ApiClient<SpotifyApi> = {
  name: "@spotify/web-api-ts-sdk",
  connect: (spotify, token) => SpotifyApi.withAccessToken(CLIENT_ID, { ...token }, optionsFor(spotify)),
  calls: officialSdkCalls,
  variants: officialSdkVariants,
};

apiClientSuite(client);

/** Makes a test of `use`, with the SDK logged in at a running Spotify, and all its requests to Spotify going there. */
function loggedIn(
  use: (sdk: SpotifyApi, spotify: LocalSpotify) => Promise<void>,
  options: EmulatorOptions = { tier: "extended" },
): () => Promise<void> {
  return () =>
    withLocalSpotify(async (spotify) => {
      rewriteGlobalFetch(spotify);
      spotify.emulator.world.playerAnswers = "empty";
      await use(client.connect(spotify, await logInByHand(spotify)), spotify);
    }, options);
}

describe("the official SDK's logins", () => {
  it("log a person in by PKCE, and make calls with the token", () =>
    withLocalSpotify(async (spotify) => {
      const { sdk, begin, returnWith } = loginInBrowser(spotify);
      returnWith(await spotify.browse(localUrl(spotify, await begin())));
      expect(await sdk.authenticate()).toMatchObject({ authenticated: true });
      expect((await sdk.currentUser.profile()).id).toBe("marlow.finch");
      const page = await sdk.currentUser.playlists.playlists(2);
      expect(page.items).toHaveLength(2);
    }));

  it("log the app in by its credentials, and make calls with the token", () =>
    withLocalSpotify(async (spotify) => {
      rewriteGlobalFetch(spotify);
      const sdk = SpotifyApi.withClientCredentials(CLIENT_ID, CLIENT_SECRET);
      const { world, ledger } = spotify.emulator;
      const { track, album } = castOf(world);
      expect((await sdk.tracks.get(track)).name).toBe(world.catalogue.track(0).name);
      expect((await sdk.albums.get(album)).name).toBe(world.catalogue.album(0).name);
      expect(ledger.tokenRequests().map(({ grant }) => grant)).toEqual(["client_credentials"]);
    }));

  it("refresh a token that was handed to it, once it has expired", async () => {
    const pass = useMovableTime();
    await loggedIn(async (sdk, { emulator }) => {
      pass(61 * MINUTE);
      expect((await sdk.currentUser.profile()).id).toBe("marlow.finch");
      expect(emulator.ledger.tokenRequests().at(-1)).toMatchObject({ grant: "refresh_token", status: 200 });
    })();
  });

  itHasFault(
    {
      knownFault:
        "a refresh whose answer names no refresh token loses it: the user is logged out after two hours",
      reference: "peers/typescript.md 3.1",
    },
    async () => {
      const pass = useMovableTime();
      await loggedIn(async (sdk) => {
        pass(61 * MINUTE);
        await sdk.currentUser.profile();
        expect((await sdk.getAccessToken())?.refresh_token).toBeUndefined();
        pass(61 * MINUTE);
        const error = await failureOf(sdk.currentUser.profile());
        expect(String(error)).toContain("Failed to refresh token");
      })();
    },
  );

  itHasFault(
    {
      knownFault: "50 calls with an expired token are 50 refreshes",
      reference: "peers/typescript.md 3.1",
    },
    async () => {
      const pass = useMovableTime();
      await loggedIn(async (sdk, { emulator: { ledger } }) => {
        const before = ledger.tokenRequests().length;
        pass(61 * MINUTE);
        await Promise.all(Array.from({ length: 50 }, () => sdk.currentUser.profile()));
        expect(ledger.tokenRequests().length - before).toBe(50);
      })();
    },
  );

  itHasFault(
    { knownFault: "requests for tokens go past its `fetch` option", reference: "peers/typescript.md 3.1" },
    () =>
      withLocalSpotify(async (spotify) => {
        rewriteGlobalFetch(spotify);
        const sent: string[] = [];
        const sdk = SpotifyApi.withClientCredentials(CLIENT_ID, CLIENT_SECRET, [], {
          fetch: (input, init) => {
            sent.push(String(input));
            return fetch(input, init);
          },
        });
        await sdk.tracks.get(castOf(spotify.emulator.world).track);
        expect(sent).toHaveLength(1);
        expect(spotify.emulator.ledger.tokenRequests()).toHaveLength(1);
      }),
  );

  itHasFault(
    {
      knownFault: "it sends no state: a callback that was forged is taken",
      reference: "peers/typescript.md 3.1",
    },
    () =>
      withLocalSpotify(async (spotify) => {
        const { sdk, begin, returnWith } = loginInBrowser(spotify);
        const url = await begin();
        expect(url.searchParams.has("state")).toBe(false);
        const callback = await spotify.browse(localUrl(spotify, url));
        callback.searchParams.set("state", "somebody-else's");
        returnWith(callback);
        expect(await sdk.authenticate()).toMatchObject({ authenticated: true });
      }),
  );

  itHasFault(
    {
      knownFault: "a person who declines is sent back to the login at once",
      reference: "peers/typescript.md 3.1",
    },
    () =>
      withLocalSpotify(async (spotify) => {
        spotify.emulator.world.consent = "deny";
        const { begin, returnWith } = loginInBrowser(spotify);
        returnWith(await spotify.browse(localUrl(spotify, await begin())));
        expect((await begin()).pathname).toBe("/authorize");
      }),
  );
});

describe("the official SDK's calls", () => {
  itHasFault(
    {
      knownFault:
        "a player command that is answered with a text rejects with a SyntaxError, though it was carried out",
      reference: "peers/typescript.md 3.1",
    },
    loggedIn(async (sdk, { emulator: { world } }) => {
      const { device, trackUris } = castOf(world);
      await sdk.player.startResumePlayback(device, undefined, [...trackUris]);
      world.playerAnswers = "text";
      await expect(sdk.player.pausePlayback(device)).rejects.toThrow(SyntaxError);
      expect((await sdk.player.getPlaybackState()).is_playing).toBe(false);
    }),
  );

  itHasFault(
    {
      knownFault:
        "startResumePlayback sends positionMs, which Spotify does not know: it plays from the beginning",
      reference: "peers/typescript.md 3.1",
    },
    loggedIn(async (sdk, { emulator }) => {
      const { device, trackUris } = castOf(emulator.world);
      await sdk.player.startResumePlayback(device, undefined, [...trackUris], undefined, 30_000);
      expect((await sdk.player.getPlaybackState()).progress_ms).toBeLessThan(30_000);
    }),
  );

  itHasFault(
    { knownFault: "addItemsToPlaylist drops the snapshot id", reference: "peers/typescript.md 3.1" },
    loggedIn(async (sdk, { emulator: { world } }) => {
      const { emptyPlaylist, trackUris } = castOf(world);
      expect(await sdk.playlists.addItemsToPlaylist(emptyPlaylist, [...trackUris])).toBeUndefined();
      expect(world.playlists.get(emptyPlaylist)?.entries).toHaveLength(3);
    }),
  );

  itHasFault(
    {
      knownFault: "it reads and writes playlists at /tracks only, which apps in development mode have lost",
      reference: "peers/typescript.md 2",
    },
    loggedIn(
      async (sdk, { emulator }) => {
        const { playlist, trackUris } = castOf(emulator.world);
        const error = await failureOf(sdk.playlists.getPlaylistItems(playlist));
        expect(String(error)).toContain("Bad OAuth request");
        await expect(sdk.playlists.addItemsToPlaylist(playlist, [...trackUris])).rejects.toThrow("Forbidden");
      },
      { tier: "development" },
    ),
  );

  itHasFault(
    {
      knownFault:
        "429 is a plain Error without status or Retry-After, and a 401 is not followed by a refresh",
      reference: "peers/typescript.md 3.1",
    },
    loggedIn(async (sdk, { emulator: { faults, ledger } }) => {
      faults.add({ kind: "retry-after", seconds: 1, times: 1 });
      const limited = await failureOf(sdk.currentUser.profile());
      expect(limited).toEqual(new Error("The app has exceeded its rate limits."));
      expect(Object.keys(Object(limited))).toEqual([]);
      const before = ledger.tokenRequests().length;
      faults.add({ kind: "access-token-missing", times: 1 });
      await expect(sdk.currentUser.profile()).rejects.toThrow("Bad or expired token.");
      expect(ledger.tokenRequests()).toHaveLength(before);
    }),
  );

  itHasFault(
    {
      knownFault: "ids are put into the path as they are: one with dots in it calls another operation",
      reference: "peers/typescript.md 3.1, 3.3",
    },
    loggedIn(async (sdk, { emulator }) => {
      expect(await sdk.tracks.get("x/../../me?y=")).toMatchObject({ id: "marlow.finch" });
      expect(emulator.ledger.entries().at(-1)?.operationId).toBe("get-current-users-profile");
    }),
  );

  itHasFault(
    {
      knownFault: "addCustomPlaylistCoverImage takes no base64 text outside a browser",
      reference: "peers/typescript.md 3.1",
    },
    loggedIn(async (sdk, { emulator }) => {
      const { playlist, picture } = castOf(emulator.world);
      const error = await failureOf(sdk.playlists.addCustomPlaylistCoverImage(playlist, picture));
      expect(String(error)).toBe("ReferenceError: HTMLCanvasElement is not defined");
    }),
  );
});
