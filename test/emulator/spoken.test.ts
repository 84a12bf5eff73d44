import { describe, expect, it } from "vitest";
import { catalogueStage, firstIndex, NOBODY } from "./catalogue-stage.js";
import { ALL_SCOPES } from "./guest.js";

const POSITIONS = `${ALL_SCOPES} user-read-playback-position`;
const NO_SUCH_ID = { error: { status: 404, message: "non existing id" } };

describe("get-a-show", () => {
  it("gives a show with its newest episodes, publisher and markets to old apps only", async () => {
    for (const tier of ["legacy", "development"] as const) {
      const { catalogue, call, api } = await catalogueStage({ tier });
      const show = catalogue.show(
        firstIndex(catalogue.shows, (index) => catalogue.show(index).totalEpisodes > 50),
      );
      const { json } = await call("GET", `/shows/${show.id}`);
      expect(json).toMatchObject({
        type: "show",
        id: show.id,
        name: show.name,
        languages: [show.language],
        total_episodes: show.totalEpisodes,
        episodes: {
          href: `${api}/shows/${show.id}/episodes?offset=0&limit=50`,
          next: `${api}/shows/${show.id}/episodes?offset=50&limit=50`,
          total: show.totalEpisodes,
        },
      });
      expect(json).toHaveProperty("episodes.items.0.id", catalogue.idOf("episode", show.firstEpisode));
      expect(json).not.toHaveProperty("episodes.items.0.show");
      for (const member of ["publisher", "available_markets"]) {
        if (tier === "legacy") expect(json).toHaveProperty(member);
        else expect(json).not.toHaveProperty(member);
      }
    }
  });

  it("counts as not there for an app's own token without a market, and where it is closed", async () => {
    const { catalogue, appCall, call } = await catalogueStage();
    const closed = firstIndex(catalogue.shows, (index) => catalogue.show(index).closedMarket !== undefined);
    const { id, closedMarket } = catalogue.show(closed);
    expect((await appCall("GET", `/shows/${id}`)).json).toEqual(NO_SUCH_ID);
    expect((await appCall("GET", `/shows/${id}?market=${closedMarket}`)).json).toEqual(NO_SUCH_ID);
    expect((await appCall("GET", `/shows/${id}?market=AQ`)).json).toEqual(NO_SUCH_ID);
    expect((await appCall("GET", `/shows/${id}?market=AT`)).status).toBe(200);
    expect((await call("GET", `/shows/${NOBODY}`)).json).toEqual(NO_SUCH_ID);
  });
});

describe("get-multiple-shows", () => {
  it("gives simplified shows, and null for what is not there", async () => {
    const { catalogue, appCall } = await catalogueStage({ tier: "legacy" });
    const [first, second] = [catalogue.idOf("show", 2), catalogue.idOf("show", 0)];
    const answer = await appCall("GET", `/shows?ids=${first},${NOBODY},${second},${first}&market=AT`);
    expect(answer.json).toMatchObject({ shows: [{ id: first }, null, { id: second }, { id: first }] });
    expect(answer.at("shows", 0)).not.toHaveProperty("episodes");
    expect((await appCall("GET", `/shows?ids=${first}`)).json).toEqual({ shows: [null] });
  });
});

describe("get-a-shows-episodes", () => {
  it("lists them from the newest to the oldest", async () => {
    const { catalogue, call } = await catalogueStage();
    const index = firstIndex(catalogue.shows, (show) => catalogue.show(show).closedMarket === undefined);
    const { id, totalEpisodes } = catalogue.show(index);
    const answer = await call("GET", `/shows/${id}/episodes?limit=50`);
    const dates = Array.from({ length: Math.min(50, totalEpisodes) }, (_, place) =>
      String(answer.at("items", place, "release_date")),
    );
    expect(dates).toEqual([...new Set(dates)].sort().reverse());
    expect((await call("GET", `/shows/${id}/episodes?offset=${totalEpisodes}`)).at("items")).toEqual([]);
  });
});

describe("get-an-episode", () => {
  it("names its show, and how far the person has heard it where the app may know", async () => {
    const { catalogue, call, appCall } = await catalogueStage({}, { scope: POSITIONS });
    const episode = catalogue.episode(5);
    const path = `/episodes/${episode.id}`;
    expect((await call("GET", path)).json).toMatchObject({
      type: "episode",
      id: episode.id,
      uri: `spotify:episode:${episode.id}`,
      release_date: episode.releaseDate,
      is_playable: true,
      audio_preview_url: null,
      show: { id: catalogue.idOf("show", episode.show) },
      resume_point: { fully_played: false, resume_position_ms: 0 },
    });
    const { call: unscoped } = await catalogueStage();
    expect((await unscoped("GET", path)).json).not.toHaveProperty("resume_point");
    expect((await appCall("GET", `${path}?market=AT`)).json).not.toHaveProperty("resume_point");
  });

  it("has each person's own position, here, in lists and for chapters", async () => {
    const { emulator, catalogue, call } = await catalogueStage({ tier: "legacy" }, { scope: POSITIONS });
    const episode = catalogue.episode(2);
    const chapter = catalogue.idOf("chapter", 1);
    const heard = { fully_played: false, resume_position_ms: 90_000 };
    const points = new Map([episode.id, chapter].map((id) => [`spotify:episode:${id}`, heard]));
    emulator.world.resumePoints.set(emulator.world.defaultPerson, points);
    const show = catalogue.idOf("show", episode.show);
    expect((await call("GET", `/episodes/${episode.id}`)).at("resume_point")).toEqual(heard);
    expect((await call("GET", `/episodes?ids=${episode.id}`)).at("episodes", 0, "resume_point")).toEqual(
      heard,
    );
    expect((await call("GET", `/shows/${show}`)).at("episodes", "items", 2, "resume_point")).toEqual(heard);
    expect((await call("GET", `/shows/${show}/episodes`)).at("items", 2, "resume_point")).toEqual(heard);
    expect((await call("GET", `/chapters/${chapter}`)).at("resume_point")).toEqual(heard);
  });

  it("knows no chapter", async () => {
    const { catalogue, call } = await catalogueStage();
    expect((await call("GET", `/episodes/${catalogue.idOf("chapter", 0)}`)).json).toEqual(NO_SUCH_ID);
  });
});

describe("get-multiple-episodes", () => {
  it("keeps the order, what is asked for twice, and null", async () => {
    const { catalogue, appCall } = await catalogueStage({ tier: "legacy" });
    const [first, second] = [catalogue.idOf("episode", 1), catalogue.idOf("episode", 0)];
    const answer = await appCall("GET", `/episodes?ids=${first},${second},${NOBODY},${first}&market=AT`);
    expect(answer.json).toMatchObject({ episodes: [{ id: first }, { id: second }, null, { id: first }] });
  });
});

describe("get-an-audiobook", () => {
  it("gives an audiobook with its first chapters, in the countries that have audiobooks", async () => {
    const { catalogue, call, appCall } = await catalogueStage({ tier: "extended" });
    const book = catalogue.audiobook(0);
    const { json } = await call("GET", `/audiobooks/${book.id}`);
    expect(json).toMatchObject({
      type: "audiobook",
      uri: `spotify:audiobook:${book.id}`,
      authors: [{ name: book.author }],
      narrators: [{ name: book.narrator }],
      publisher: book.publisher,
      total_chapters: book.totalChapters,
      available_markets: ["AU", "CA", "GB", "IE", "NZ", "US"],
      chapters: { total: book.totalChapters, limit: 50 },
    });
    expect((await appCall("GET", `/audiobooks/${book.id}?market=CA`)).status).toBe(200);
    expect((await appCall("GET", `/audiobooks/${book.id}?market=DE`)).json).toEqual(NO_SUCH_ID);
    expect((await appCall("GET", `/audiobooks/${book.id}`)).json).toEqual(NO_SUCH_ID);
  });

  it("gives development apps neither publisher nor markets", async () => {
    const { catalogue, call } = await catalogueStage();
    const { json } = await call("GET", `/audiobooks/${catalogue.idOf("audiobook", 0)}`);
    expect(json).not.toHaveProperty("publisher");
    expect(json).not.toHaveProperty("available_markets");
    expect(json).not.toHaveProperty("chapters.items.0.available_markets");
  });
});

describe("get-multiple-audiobooks", () => {
  it("keeps the order, what is asked for twice, and null", async () => {
    const { catalogue, call } = await catalogueStage({ tier: "legacy" });
    const [first, second] = [catalogue.idOf("audiobook", 1), catalogue.idOf("audiobook", 0)];
    const answer = await call("GET", `/audiobooks?ids=${first},${second},${NOBODY},${first}`);
    expect(answer.json).toMatchObject({ audiobooks: [{ id: first }, { id: second }, null, { id: first }] });
  });
});

describe("get-audiobook-chapters", () => {
  it("lists chapters from the first on, those that must be paid for not playable", async () => {
    const { catalogue, call, api } = await catalogueStage();
    const sold = firstIndex(catalogue.audiobooks, (index) => catalogue.audiobook(index).isSold);
    const answer = await call("GET", `/audiobooks/${catalogue.idOf("audiobook", sold)}/chapters?limit=2`);
    const first = catalogue.idOf("chapter", catalogue.audiobook(sold).firstChapter);
    expect(answer.json).toMatchObject({
      items: [
        {
          type: "episode",
          id: first,
          uri: `spotify:episode:${first}`,
          href: `${api}/chapters/${first}`,
          chapter_number: 0,
          is_playable: true,
        },
        { chapter_number: 1, is_playable: false, restrictions: { reason: "payment_required" } },
      ],
      total: catalogue.audiobook(sold).totalChapters,
    });
  });
});

describe("get-a-chapter", () => {
  it("names its audiobook, and is no episode", async () => {
    const { catalogue, call, appCall } = await catalogueStage();
    const id = catalogue.idOf("chapter", 20);
    const { audiobook, durationMs } = catalogue.chapter(20);
    expect((await call("GET", `/chapters/${id}`)).json).toMatchObject({
      id,
      type: "episode",
      duration_ms: durationMs,
      audiobook: { id: catalogue.idOf("audiobook", audiobook), type: "audiobook" },
    });
    expect((await call("GET", `/chapters/${catalogue.idOf("episode", 0)}`)).json).toEqual(NO_SUCH_ID);
    expect((await appCall("GET", `/chapters/${id}?market=FR`)).json).toEqual(NO_SUCH_ID);
  });
});

describe("get-several-chapters", () => {
  it("keeps the order, what is asked for twice, and null", async () => {
    const { catalogue, call } = await catalogueStage({ tier: "legacy" });
    const [first, second] = [catalogue.idOf("chapter", 1), catalogue.idOf("chapter", 0)];
    const answer = await call("GET", `/chapters?ids=${first},${second},${NOBODY},${first}`);
    expect(answer.json).toMatchObject({ chapters: [{ id: first }, { id: second }, null, { id: first }] });
    expect((await call("GET", `/chapters?ids=${Array(51).fill(first)}`)).status).toBe(400);
  });
});

describe("a search for what is spoken", () => {
  it("finds shows by name and publisher, episodes by name and show, audiobooks by name, author and narrator", async () => {
    const { catalogue, call } = await catalogueStage();
    const find = async (type: string, q: string) => {
      const answer = await call("GET", `/search?limit=10&type=${type}&q=${encodeURIComponent(q)}`);
      return JSON.stringify(answer.at(`${type}s`));
    };
    const show = catalogue.show(
      firstIndex(catalogue.shows, (at) => catalogue.show(at).closedMarket !== "GB"),
    );
    expect(await find("show", `${show.name} ${show.publisher}`)).toContain(show.id);
    const episode = catalogue.episode(show.firstEpisode);
    expect(await find("episode", `${episode.name} ${show.name}`)).toContain(episode.id);
    const book = catalogue.audiobook(3);
    expect(await find("audiobook", `${book.author} ${book.narrator} ${book.name}`)).toContain(book.id);
  });

  it("shows null for what cannot be had", async () => {
    const { catalogue, appCall } = await catalogueStage();
    const q = encodeURIComponent(catalogue.audiobook(3).name);
    const answer = await appCall("GET", `/search?type=audiobook&q=${q}`);
    expect(answer.at("audiobooks", "items", 0)).toBeNull();
    const there = await appCall("GET", `/search?type=audiobook&q=${q}&market=US`);
    expect(there.at("audiobooks", "items", 0, "type")).toBe("audiobook");
  });
});
