/**
 * What must not compile. The assertions are the `@ts-expect-error` lines: `npm run types` fails when one of them stops being an error.
 */
import { describe, expectTypeOf, it } from "vitest";
import { type Client, createClient } from "../../src/client/index.js";
import type { Artist, Page, PlaybackState, Track } from "../../src/contract/index.js";

/** Never called: only its types count. */
async function mistakes(client: Client): Promise<void> {
  // @ts-expect-error a track needs an id
  await client.tracks.get();
  // @ts-expect-error a track needs an id
  await client.tracks.get({});
  // @ts-expect-error there is no such parameter
  await client.tracks.get({ id: "x", marked: "DE" });
  // @ts-expect-error a limit is a number
  await client.me.playlists({ limit: "10" });
  // @ts-expect-error there is no such type of thing
  await client.me.top({ type: "albums" });
  // @ts-expect-error there is no such parameter beside the type
  await client.me.top({ type: "artists", timerange: "short_term" });
  // @ts-expect-error a name is needed
  await client.playlists.create({ public: false });
  // @ts-expect-error URIs are a list
  await client.library.save({ uris: "spotify:track:x" });
  // @ts-expect-error the devices take no argument
  await client.player.devices({ deviceId: "x" });
  // @ts-expect-error there is no such method
  await client.tracks.fetch({ id: "x" });
}

describe("the types of the client", () => {
  it("follow from the rows", () => {
    expectTypeOf(mistakes).toBeFunction();
    expectTypeOf(createClient).returns.toEqualTypeOf<Client>();
    type Tracks = ReturnType<typeof topTracks>;
    type Artists = ReturnType<typeof topArtists>;
    expectTypeOf<Awaited<Tracks>>().toEqualTypeOf<Page<Track>>();
    expectTypeOf<Awaited<Artists>>().toEqualTypeOf<Page<Artist>>();
    expectTypeOf<Awaited<ReturnType<Client["player"]["state"]>>>().toEqualTypeOf<PlaybackState | null>();
    expectTypeOf<Awaited<ReturnType<Client["player"]["pause"]>>>().toEqualTypeOf<undefined>();
    expectTypeOf<Awaited<ReturnType<Client["tracks"]["several"]>>>().toEqualTypeOf<
      readonly (Track | null)[]
    >();
  });
});

const topTracks = (client: Client) => client.me.top({ type: "tracks", limit: 3, timeRange: "long_term" });
const topArtists = (client: Client) => client.me.top({ type: "artists" });
