import { describe, expect, it } from "vitest";
import { catalogueStage, firstIndex, NOBODY } from "./catalogue-stage.js";

describe("get-track", () => {
  it("lists the markets where none applies", async () => {
    const { catalogue, appCall } = await catalogueStage({ tier: "extended" });
    const closed = firstIndex(catalogue.tracks, (index) => catalogue.track(index).closedMarket === "SE");
    const { json } = await appCall("GET", `/tracks/${catalogue.idOf("track", closed)}`);
    expect(json).toHaveProperty("available_markets");
    expect(json).toMatchObject({ available_markets: expect.arrayContaining(["DE", "US", "AT"]) });
    expect(json).not.toMatchObject({ available_markets: expect.arrayContaining(["SE"]) });
    expect(json).not.toHaveProperty("is_playable");
    expect(json).toHaveProperty("popularity");
  });

  it("gives the edition for a market, which is an existing track of that market only", async () => {
    const { catalogue, appCall } = await catalogueStage({ tier: "extended" });
    const asked = catalogue.track(
      firstIndex(catalogue.tracks, (index) => catalogue.track(index).standIn !== undefined),
    );
    const { json, at } = await appCall("GET", `/tracks/${asked.id}?market=${asked.closedMarket}`);
    expect(json).toMatchObject({
      is_playable: true,
      name: asked.name,
      linked_from: { type: "track", id: asked.id, uri: `spotify:track:${asked.id}` },
    });
    const edition = await appCall("GET", `/tracks/${at("id")}`);
    expect(edition.json).toMatchObject({ id: at("id"), available_markets: [asked.closedMarket] });
    expect((await appCall("GET", `/tracks/${asked.id}?market=AT`)).json).not.toHaveProperty("linked_from");
  });
});

describe("get-several-tracks", () => {
  it("keeps the order and what is asked for twice", async () => {
    const { catalogue, call } = await catalogueStage({ tier: "legacy" });
    const [first, second] = [catalogue.idOf("track", 9), catalogue.idOf("track", 5)];
    const answer = await call("GET", `/tracks?ids=${first},${second},${NOBODY},${first}`);
    expect(answer.json).toMatchObject({ tracks: [{ id: first }, { id: second }, null, { id: first }] });
  });
});

describe("get-audio-features", () => {
  it("gives the sound of a track in a few numbers", async () => {
    const { catalogue, call, api } = await catalogueStage({ tier: "extended" });
    const { id, durationMs } = catalogue.track(0);
    const { json } = await call("GET", `/audio-features/${id}`);
    expect(json).toMatchObject({
      type: "audio_features",
      id,
      uri: `spotify:track:${id}`,
      track_href: `${api}/tracks/${id}`,
      analysis_url: `${api}/audio-analysis/${id}`,
      duration_ms: durationMs,
    });
  });

  it("is lost to all but extended apps", async () => {
    for (const tier of ["development", "legacy"] as const) {
      const { catalogue, call } = await catalogueStage({ tier });
      const answer = await call("GET", `/audio-features/${catalogue.idOf("track", 0)}`);
      expect(answer.json).toEqual({ error: { status: 403, message: "Forbidden" } });
    }
  });
});

describe("get-several-audio-features", () => {
  it("keeps every number within its bounds", async () => {
    const { catalogue, call } = await catalogueStage({ tier: "extended" });
    const ids = Array.from({ length: 100 }, (_, index) => catalogue.idOf("track", index * 11));
    const answer = await call("GET", `/audio-features?ids=${ids}`);
    for (let place = 0; place < 100; place++) {
      const one = (name: string) => Number(answer.at("audio_features", place, name));
      for (const name of [
        "acousticness",
        "danceability",
        "energy",
        "instrumentalness",
        "liveness",
        "valence",
      ]) {
        expect(one(name)).toBeGreaterThanOrEqual(0);
        expect(one(name)).toBeLessThanOrEqual(1);
      }
      expect([3, 4, 5]).toContain(one("time_signature"));
      expect(one("tempo")).toBeGreaterThan(60);
      expect(one("loudness")).toBeLessThan(0);
      expect(one("key")).toBeLessThan(12);
    }
  });

  it("gives null for what is not there, and takes no more than 100", async () => {
    const { catalogue, call } = await catalogueStage({ tier: "extended" });
    const id = catalogue.idOf("track", 0);
    expect((await call("GET", `/audio-features?ids=${NOBODY},${id}`)).json).toMatchObject({
      audio_features: [null, { id }],
    });
    expect((await call("GET", `/audio-features?ids=${Array(101).fill(id)}`)).status).toBe(400);
  });
});

describe("get-audio-analysis", () => {
  it("agrees with the features: beats by the tempo, bars by the beats, all of it as long as the track", async () => {
    const { catalogue, call } = await catalogueStage({ tier: "extended" });
    for (const index of [0, 7, 500]) {
      const { id, durationMs } = catalogue.track(index);
      const features = await call("GET", `/audio-features/${id}`);
      const analysis = await call("GET", `/audio-analysis/${id}`);
      const beat = 60 / Number(features.at("tempo"));
      const meter = Number(features.at("time_signature"));
      expect(analysis.at("track")).toMatchObject({
        tempo: features.at("tempo"),
        key: features.at("key"),
        mode: features.at("mode"),
        loudness: features.at("loudness"),
        time_signature: meter,
        duration: durationMs / 1000,
      });
      const lengths = { tatums: beat / 2, beats: beat, bars: beat * meter };
      for (const [name, length] of Object.entries(lengths)) {
        const parts = intervalsOf(analysis.at(name));
        expect(parts.at(0)?.duration).toBeCloseTo(length, 2);
        expect(parts).toHaveLength(Math.ceil(durationMs / 1000 / length - 0.001));
      }
      for (const name of ["tatums", "beats", "bars", "sections", "segments"]) {
        const parts = intervalsOf(analysis.at(name));
        const last = parts.at(-1);
        expect((last?.start ?? 0) + (last?.duration ?? 0)).toBeCloseTo(durationMs / 1000, 2);
        for (const [place, part] of parts.slice(1).entries()) {
          const before = parts[place];
          expect((before?.start ?? 0) + (before?.duration ?? 0)).toBeCloseTo(part.start, 2);
        }
      }
      expect(analysis.at("segments", 0, "pitches")).toHaveLength(12);
      expect(analysis.text.length).toBeLessThan(500_000);
    }
  });
});

function intervalsOf(value: unknown): readonly { readonly start: number; readonly duration: number }[] {
  if (!Array.isArray(value)) throw new Error("no list");
  return value;
}
