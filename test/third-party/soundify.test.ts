import * as soundify from "@soundify/web-api";
import { CursorPageIterator, PageIterator } from "@soundify/web-api/pagination";
import { describe, expect, it } from "vitest";
import { MINUTE } from "../../src/base/clock.js";
import { manualClock } from "../support/clock.js";
import type { ApiClient } from "./api-client.js";
import { apiClientSuite } from "./api-client-suite.js";
import { castOf } from "./cast.js";
import { itHasFault } from "./known-fault.js";
import { askForTokens, type LocalSpotify, logInByHand, withLocalSpotify } from "./local-spotify.js";
import { failureOf } from "./oauth-client.js";
import { soundifyCalls } from "./soundify-calls.js";
import { soundifyVariants } from "./soundify-variants.js";

const { SpotifyClient, SpotifyError } = soundify;

const baseUrlOf = ({ api }: LocalSpotify) => new URL(api).origin;

const client: ApiClient<soundify.SpotifyClient> = {
  name: "@soundify/web-api",
  connect: (spotify, { access_token }) => new SpotifyClient(access_token, { baseUrl: baseUrlOf(spotify) }),
  calls: soundifyCalls,
  variants: soundifyVariants,
};

apiClientSuite(client);

/** Makes a test of `use`, with a client that has the token of a login and a refresher. */
function loggedIn(
  use: (client: soundify.SpotifyClient, spotify: LocalSpotify) => Promise<void>,
  send: (input: URL, init?: RequestInit) => Promise<Response> = fetch,
): () => Promise<void> {
  return () =>
    withLocalSpotify(
      async (spotify) => {
        spotify.emulator.world.playerAnswers = "empty";
        const { access_token, refresh_token } = await logInByHand(spotify);
        const refresher = async () =>
          (await askForTokens(spotify, { grant_type: "refresh_token", refresh_token })).access_token;
        const options = { baseUrl: baseUrlOf(spotify), refresher, fetch: send };
        await use(new SpotifyClient(access_token, options), spotify);
      },
      { tier: "extended", clock: manualClock() },
    );
}

describe("soundify's tokens", () => {
  it(
    "are asked for once the API has refused the old one, and the call made again",
    loggedIn(async (client, { emulator }) => {
      emulator.advance(61 * MINUTE);
      emulator.ledger.clear();
      expect((await soundify.getCurrentUser(client)).id).toBe("marlow.finch");
      const seen = emulator.ledger.entries().map(({ path, status }) => [path, status]);
      expect(seen).toEqual([
        ["/v1/me", 401],
        ["/api/token", 200],
        ["/v1/me", 200],
      ]);
    }),
  );

  it("are asked for once for 50 calls that begin without one", () =>
    withLocalSpotify(async (spotify) => {
      const { refresh_token } = await logInByHand(spotify);
      const { ledger } = spotify.emulator;
      ledger.clear();
      const refresher = async () =>
        (await askForTokens(spotify, { grant_type: "refresh_token", refresh_token })).access_token;
      const client = new SpotifyClient(null, { baseUrl: baseUrlOf(spotify), refresher });
      await Promise.all(Array.from({ length: 50 }, () => soundify.getCurrentUser(client)));
      expect(ledger.tokenRequests()).toHaveLength(1);
      expect(ledger.count()).toBe(51);
    }));

  const lateAnswer = gate();
  itHasFault(
    {
      knownFault: "a 401 for the old token that comes after a refresh starts another refresh",
      reference: "peers/typescript.md 3.3",
    },
    loggedIn(
      async (client, { emulator }) => {
        emulator.advance(61 * MINUTE);
        emulator.ledger.clear();
        const late = soundify.getUserTopTracks(client);
        await soundify.getCurrentUser(client);
        expect(emulator.ledger.tokenRequests()).toHaveLength(1);
        lateAnswer.open();
        expect((await late).items).toHaveLength(20);
        expect(emulator.ledger.tokenRequests()).toHaveLength(2);
      },
      async (input, init) => {
        const response = await fetch(input, init);
        if (input.pathname === "/v1/me/top/tracks") await lateAnswer.opened;
        return response;
      },
    ),
  );
});

describe("soundify's calls", () => {
  it(
    "walk through pages",
    loggedIn(async (client, { emulator: { world } }) => {
      const { playlist, person } = castOf(world);
      const pages = new PageIterator((offset) =>
        soundify.getPlaylistTracks(client, playlist, { limit: 50, offset }),
      );
      const uris = (await pages.collect()).map(({ track }) =>
        // Some are played by another track where the person lives.
        "linked_from" in track && track.linked_from !== undefined ? track.linked_from.uri : track.uri,
      );
      expect(uris).toEqual(world.playlists.get(playlist)?.entries.map(({ uri }) => uri));
      const followed = new CursorPageIterator((options) =>
        soundify.getFollowedArtists(client, { limit: 10, ...options }),
      );
      const ids = (await followed.collect()).map(({ id }) => id);
      expect(ids.sort()).toEqual(
        world
          .savedBy(person, "artist")
          .map(({ id }) => id)
          .sort(),
      );
    }),
  );

  it(
    "tell of a rate limit and of a player that cannot with status and reason",
    loggedIn(async (client, { emulator: { faults, ledger, world } }) => {
      faults.add({ kind: "retry-after", seconds: 1, body: "rate", times: 1 });
      ledger.clear();
      const limited = await failureOf(soundify.getCurrentUser(client));
      expect(limited).toBeInstanceOf(SpotifyError);
      expect(limited).toMatchObject({ status: 429 });
      expect(ledger.count()).toBe(1);
      world.activeDevices.clear();
      const refused = await failureOf(soundify.skipToNext(client));
      expect(refused).toMatchObject({ status: 404, body: { error: { reason: "NO_ACTIVE_DEVICE" } } });
    }),
  );

  it(
    "take a player command that is answered with a text",
    loggedIn(async (client, { emulator: { world } }) => {
      await soundify.startPlayback(client, { uris: [...castOf(world).trackUris] });
      world.playerAnswers = "text";
      expect((await soundify.pausePlayback(client)).status).toBe(200);
      expect((await soundify.getPlaybackState(client))?.is_playing).toBe(false);
    }),
  );

  itHasFault(
    {
      knownFault: "changePlaylistDetails calls /v1/playlist/{id}, which does not exist",
      reference: "peers/typescript.md 2",
    },
    loggedIn(async (client, { emulator: { world, ledger } }) => {
      const { playlist } = castOf(world);
      const error = await failureOf(soundify.changePlaylistDetails(client, playlist, { name: "Renamed" }));
      expect(error).toMatchObject({ status: 404 });
      expect(ledger.nearMisses()).toMatchObject([
        { path: `/v1/playlist/${playlist}`, nearest: { operationId: "change-playlist-details" } },
      ]);
    }),
  );

  itHasFault(
    {
      knownFault: "removeSavedEpisodes reads the saved episodes and removes none",
      reference: "seen here",
    },
    loggedIn(async (client, { emulator: { world, ledger } }) => {
      const { episode, person } = castOf(world);
      await soundify.saveEpisode(client, episode);
      await soundify.removeSavedEpisode(client, episode);
      await soundify.removeSavedEpisodes(client, [episode]);
      expect(ledger.entries().at(-1)).toMatchObject({ method: "GET", path: "/v1/me/episodes", status: 200 });
      expect(world.libraryOf(person).has(`spotify:episode:${episode}`)).toBe(true);
    }),
  );

  itHasFault(
    {
      knownFault: "ids are put into the path as they are: one with dots in it calls another operation",
      reference: "peers/typescript.md 3.1, 3.3",
    },
    loggedIn(async (client, { emulator }) => {
      expect(await soundify.getTrack(client, "x/../../me?y=")).toMatchObject({ id: "marlow.finch" });
      expect(emulator.ledger.entries().at(-1)?.operationId).toBe("get-current-users-profile");
    }),
  );
});

/** A promise that waits until it is opened. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
