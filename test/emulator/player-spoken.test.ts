import { describe, expect, it } from "vitest";
import { listener, RESTRICTED, urisIn } from "./listener.js";

const WITH_EPISODES = "?additional_types=track,episode";

async function stage(person?: string) {
  const made = await listener(person);
  const { catalogue, call } = made;
  const uriOf = (kind: "show" | "audiobook", index: number) =>
    `spotify:${kind}:${catalogue.idOf(kind, index)}`;
  const episode = (index: number) => `spotify:episode:${catalogue.idOf("episode", index)}`;
  // A chapter is an episode in all but its address.
  const chapter = (index: number) => `spotify:episode:${catalogue.idOf("chapter", index)}`;
  const pointOf = async (index: number) =>
    (await call("GET", `/episodes/${catalogue.idOf("episode", index)}`)).at("resume_point");
  return { ...made, uriOf, episode, chapter, pointOf };
}

describe("episodes in the player", () => {
  it("are shown to those only who ask for them", async () => {
    const { play, call, uri, episode } = await stage();
    await play({ uris: [episode(3), uri("track", 0)] });
    for (const path of ["/me/player", "/me/player/currently-playing"]) {
      expect((await call("GET", path)).json).toMatchObject({ item: null, currently_playing_type: "episode" });
      expect((await call("GET", path + WITH_EPISODES)).json).toMatchObject({
        item: { type: "episode", uri: episode(3), show: { type: "show" } },
        currently_playing_type: "episode",
      });
    }
    await call("POST", "/me/player/next");
    expect((await call("GET", `/me/player${WITH_EPISODES}`)).json).toMatchObject({
      item: { uri: uri("track", 0) },
      currently_playing_type: "track",
    });
  });

  it("play as a show, wait in the queue, and are not in the history", async () => {
    const { play, call, uri, uriOf, episode, catalogue, wait } = await stage();
    const { firstEpisode } = catalogue.show(1);
    await play({ context_uri: uriOf("show", 1), offset: { uri: episode(firstEpisode + 1) } });
    await call("POST", `/me/player/queue?uri=${episode(0)}`);
    await call("POST", `/me/player/queue?uri=${uri("track", 9)}`);
    const { at } = await call("GET", "/me/player/queue");
    expect(at("currently_playing", "uri")).toBe(episode(firstEpisode + 1));
    expect(urisIn(at("queue")).slice(0, 3)).toEqual([episode(0), uri("track", 9), episode(firstEpisode + 2)]);
    expect((await call("GET", "/me/player")).at("context")).toMatchObject({
      type: "show",
      uri: uriOf("show", 1),
    });
    await wait(catalogue.episode(firstEpisode + 1).durationMs + catalogue.episode(0).durationMs);
    await wait(catalogue.track(9).durationMs);
    const history = await call("GET", "/me/player/recently-played?limit=2");
    expect(history.at("items", 0, "track", "uri")).toBe(uri("track", 9));
    expect(history.at("items", 1, "track", "type")).toBe("track");
  });

  it("remember for each person how far they were heard", async () => {
    const { call, play, state, episode, uri, pointOf, emulator, wait, catalogue } = await stage();
    expect(await pointOf(5)).toEqual({ fully_played: false, resume_position_ms: 0 });
    await play({ uris: [episode(5), episode(6)] });
    emulator.advance(61_000);
    expect(await pointOf(5)).toEqual({ fully_played: false, resume_position_ms: 61_000 });
    await play({ uris: [uri("track", 0)] });
    emulator.advance(5000);
    expect(await pointOf(5)).toEqual({ fully_played: false, resume_position_ms: 61_000 });
    await play({ uris: [episode(5), episode(6)] });
    expect((await state()).at("progress_ms")).toBe(61_000);
    await play({ uris: [episode(5), episode(6)], position_ms: 0 });
    expect((await state()).at("progress_ms")).toBe(0);
    await wait(catalogue.episode(5).durationMs + 10);
    expect(await pointOf(5)).toEqual({ fully_played: true, resume_position_ms: 0 });
    expect(await pointOf(6)).toEqual({ fully_played: false, resume_position_ms: 10 });
    await play({ uris: [episode(5)] });
    expect(await pointOf(5)).toEqual({ fully_played: true, resume_position_ms: 0 });
    emulator.advance(1000);
    expect(await pointOf(5)).toEqual({ fully_played: false, resume_position_ms: 1000 });
    await call("PUT", "/me/player/seek?position_ms=0");
    await call("PUT", "/me/player/pause");
    expect(await pointOf(5)).toEqual({ fully_played: false, resume_position_ms: 0 });
    await play({ uris: [episode(5)] });
    expect((await state()).at("progress_ms")).toBe(0);
    const other = await stage("ines.cardoso");
    expect(await other.pointOf(5)).toMatchObject({ resume_position_ms: 0 });
  });
});

describe("audiobooks in the player", () => {
  it("play chapter by chapter, which look like episodes of a show", async () => {
    const { play, call, uriOf, chapter, catalogue } = await stage();
    const book = firstBook(catalogue, (isSold) => !isSold);
    await play({ context_uri: uriOf("audiobook", book) });
    const { at } = await call("GET", `/me/player${WITH_EPISODES}`);
    const { firstChapter, id, name, totalChapters } = catalogue.audiobook(book);
    expect(at("item")).toMatchObject({
      type: "episode",
      uri: chapter(firstChapter),
      name: "Opening Credits",
      show: { type: "show", uri: `spotify:show:${id}`, name, total_episodes: totalChapters },
    });
    expect(at("item", "show")).not.toHaveProperty("authors");
    const queue = await call("GET", "/me/player/queue");
    expect(queue.at("queue", 0, "uri")).toBe(chapter(firstChapter + 1));
  });

  it("pass over chapters that must be paid for", async () => {
    const { play, call, uriOf, catalogue } = await stage();
    const book = firstBook(catalogue, (isSold) => isSold);
    await play({ context_uri: uriOf("audiobook", book) });
    expect((await call("GET", "/me/player/queue")).at("queue")).toEqual([]);
  });

  it("cannot be played where they are not to be had", async () => {
    const { call, uriOf, device } = await stage("ines.cardoso");
    const path = `/me/player/play?device_id=${device(0)}`;
    expect((await call("PUT", path, { context_uri: uriOf("audiobook", 0) })).json).toEqual(RESTRICTED);
  });
});

describe("tracks in the player", () => {
  it("are passed over where they are not to be had", async () => {
    const { play, call, playing, uri, catalogue } = await stage();
    const closed = Array.from({ length: catalogue.tracks }, (_, index) => catalogue.track(index)).find(
      ({ closedMarket, standIn }) => closedMarket === "GB" && standIn === undefined,
    );
    const closedUri = `spotify:track:${closed?.id}`;
    expect((await play({ uris: [closedUri] })).json).toEqual(RESTRICTED);
    expect((await call("POST", `/me/player/queue?uri=${closedUri}`)).json).toEqual(RESTRICTED);
    const uris = [uri("track", 0), closedUri, uri("track", 1)];
    await play({ uris, offset: { position: 1 } });
    expect(await playing()).toBe(uri("track", 1));
    await call("POST", "/me/player/previous");
    expect(await playing()).toBe(uri("track", 0));
  });
});

function firstBook(
  catalogue: Awaited<ReturnType<typeof stage>>["catalogue"],
  fits: (isSold: boolean) => boolean,
): number {
  const all = Array.from({ length: catalogue.audiobooks }, (_, index) => catalogue.audiobook(index));
  return all.findIndex(({ isSold, totalChapters }) => fits(isSold) && totalChapters > 1);
}
