import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalogueStage, firstIndex, NOBODY } from "./catalogue-stage.js";

const EXTENDED = { tier: "extended" } as const;

function tracksOf(json: unknown): readonly Readonly<Record<string, unknown>>[] {
  const tracks: unknown = typeof json === "object" && json !== null ? Reflect.get(json, "tracks") : undefined;
  if (!Array.isArray(tracks)) throw new Error("no tracks");
  return tracks;
}

describe("get-recommendations", () => {
  it("says of each seed how many tracks it brought in, in the order asked for", async () => {
    const { catalogue, call, api } = await catalogueStage(EXTENDED);
    const [artist, track] = [catalogue.idOf("artist", 3), catalogue.idOf("track", 70)];
    const query = `seed_tracks=${track}&seed_artists=${artist}&seed_genres=folk`;
    const { json } = await call("GET", `/recommendations?${query}`);
    expect(json).toMatchObject({
      seeds: [
        { type: "artist", id: artist, href: `${api}/artists/${artist}` },
        { type: "genre", id: "folk", href: null },
        { type: "track", id: track, href: `${api}/tracks/${track}` },
      ],
    });
    const tracks = tracksOf(json);
    expect(tracks).toHaveLength(20);
    expect(new Set(tracks.map(({ id }) => id)).size).toBe(20);
    expect(tracks.map(({ id }) => id)).not.toContain(track);
  });

  it("gives the same to the same question, another to another", async () => {
    const { catalogue, call } = await catalogueStage(EXTENDED);
    const ask = async (index: number) =>
      (await call("GET", `/recommendations?seed_artists=${catalogue.idOf("artist", index)}`)).text;
    expect(await ask(3)).toBe(await ask(3));
    expect(await ask(3)).not.toBe(await ask(4));
  });

  it("needs one seed at least, and takes five in all", async () => {
    const { catalogue, call } = await catalogueStage(EXTENDED);
    expect((await call("GET", "/recommendations")).status).toBe(400);
    const artists = [0, 1, 2].map((index) => catalogue.idOf("artist", index));
    const five = `seed_artists=${artists}&seed_genres=folk,dub`;
    expect((await call("GET", `/recommendations?${five}`)).status).toBe(200);
    expect((await call("GET", `/recommendations?${five},ambient`)).status).toBe(400);
    expect((await call("GET", `/recommendations?seed_genres=folk&limit=101`)).status).toBe(400);
    expect((await call("GET", `/recommendations?seed_genres=folk&max_energy=1.5`)).status).toBe(400);
  });

  it("has nothing for seeds that do not exist", async () => {
    const { call } = await catalogueStage(EXTENDED);
    expect(
      (await call("GET", `/recommendations?seed_artists=${NOBODY}&seed_genres=polka`)).json,
    ).toMatchObject({
      seeds: [{ initialPoolSize: 0 }, { initialPoolSize: 0 }],
      tracks: [],
    });
  });

  it("keeps to the least and the most of every number", async () => {
    const { call } = await catalogueStage(EXTENDED);
    const features = [
      "acousticness",
      "danceability",
      "energy",
      "liveness",
      "valence",
      "tempo",
      "duration_ms",
    ];
    const spans: Readonly<Record<string, number>> = { tempo: 190, duration_ms: 340_000 };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...features), fc.nat(80), async (name, percent) => {
        const whole = (part: number) => Math.round((spans[name] ?? 100) * part) / (spans[name] ? 1 : 100);
        const [min, max] = [whole(percent / 100), whole((percent + 20) / 100)];
        const query = `seed_genres=folk,dub&limit=100&min_${name}=${min}&max_${name}=${max}`;
        const answer = await call("GET", `/recommendations?${query}`);
        const ids = tracksOf(answer.json).map(({ id }) => id);
        const numbers = await call("GET", `/audio-features?ids=${ids}`);
        for (const [place] of ids.entries()) {
          const value = Number(numbers.at("audio_features", place, name));
          expect(value).toBeGreaterThanOrEqual(min);
          expect(value).toBeLessThanOrEqual(max);
        }
        const size = (member: string) =>
          [0, 1].map((seed) => Number(answer.at("seeds", seed, member))).reduce((sum, one) => sum + one, 0);
        expect(size("afterFilteringSize")).toBeLessThanOrEqual(size("initialPoolSize"));
        // A track that both seeds bring in comes once.
        expect(ids.length).toBeLessThanOrEqual(Math.min(100, size("afterRelinkingSize")));
        expect(ids.length > 0).toBe(size("afterRelinkingSize") > 0);
      }),
      { numRuns: 20 },
    );
  });

  it("puts first what is nearest to the targets", async () => {
    const { call } = await catalogueStage(EXTENDED);
    const answer = await call("GET", "/recommendations?seed_genres=folk&target_popularity=60&limit=30");
    const misses = tracksOf(answer.json).map(({ popularity }) => Math.abs(Number(popularity) - 60));
    expect(misses).toEqual([...misses].sort((a, b) => a - b));
    expect(misses[0]).toBeLessThan(5);
  });

  it("leaves out what cannot be played in the market, and puts in what stands for it", async () => {
    const { catalogue, appCall } = await catalogueStage(EXTENDED);
    const closed = firstIndex(catalogue.tracks, (index) => {
      const { closedMarket, standIn } = catalogue.track(index);
      return closedMarket === "SE" && standIn === undefined;
    });
    const artist = catalogue.idOf("artist", catalogue.track(closed).artists[0] ?? 0);
    const ask = (market: string) =>
      appCall("GET", `/recommendations?seed_artists=${artist}&limit=100&market=${market}`);
    const sizes = async (market: string) => (await ask(market)).at("seeds", 0);
    const [here, there] = [await sizes("SE"), await sizes("AT")];
    expect(there).toMatchObject({ afterFilteringSize: Reflect.get(Object(there), "afterRelinkingSize") });
    expect(Reflect.get(Object(here), "afterRelinkingSize")).toBeLessThan(
      Reflect.get(Object(here), "afterFilteringSize"),
    );
    for (const track of tracksOf((await ask("SE")).json)) expect(track.is_playable).toBe(true);
  });

  it("is lost to all but extended apps, with 404", async () => {
    for (const tier of ["development", "legacy"] as const) {
      const { call } = await catalogueStage({ tier });
      expect((await call("GET", "/recommendations?seed_genres=folk")).status).toBe(404);
    }
  });
});

describe("get-recommendation-genres", () => {
  it("gives genres each of which brings in tracks", async () => {
    const { call } = await catalogueStage({ ...EXTENDED, size: { tracks: 20_000 } });
    const answer = await call("GET", "/recommendations/available-genre-seeds");
    expect(answer.json).toMatchObject({ genres: expect.arrayContaining(["bossa-nova", "trip-hop"]) });
    for (let place = 0; answer.at("genres", place) !== undefined; place++) {
      const found = await call("GET", `/recommendations?seed_genres=${answer.at("genres", place)}&limit=1`);
      expect(tracksOf(found.json)).toHaveLength(1);
    }
  });
});
