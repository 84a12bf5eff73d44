import { DAY, HOUR, MINUTE } from "../../base/clock.js";
import { pick } from "./key.js";
import { SPOTIFY_ACCOUNT } from "./people.js";
import type { PlaylistEntry } from "./playlist.js";
import { World, type WorldOptions } from "./world.js";

/** Dates of the seeded world are fixed: the same seed gives the same bytes on any day. */
const BEGINNING = Date.UTC(2024, 0, 8, 18, 30);
const DRAW = { track: 301, artist: 302, album: 303 } as const;

/** A world with its people, playlists, libraries and follows; the same seed gives the same one. */
export function createWorld(options: Omit<WorldOptions, "furnish">): World {
  return new World({
    ...options,
    furnish: (world) => {
      seedPlaylists(world);
      seedLibrary(world);
      seedFollows(world);
      seedListening(world);
    },
  });
}

function entries(world: World, salt: number, count: number, by: readonly string[]): PlaylistEntry[] {
  const { catalogue, key } = world;
  return Array.from({ length: count }, (_, place) => ({
    uri: `spotify:track:${catalogue.idOf("track", pick(key, salt, place, DRAW.track, catalogue.tracks))}`,
    addedAt: new Date(BEGINNING + salt * DAY + place * 7 * HOUR).toISOString().replace(".000", ""),
    addedBy: by[place % by.length] ?? SPOTIFY_ACCOUNT.id,
  }));
}

/** Own, collaborative, foreign and Spotify's own playlists; the first of the first person has 237 items. */
function seedPlaylists(world: World): void {
  const [first = "", second = "", third = "", fourth = "", fifth = ""] = world.people.keys();
  const add = (
    owner: string,
    name: string,
    count: number,
    more: { description?: string; public?: boolean; collaborators?: readonly string[] } = {},
  ) => {
    const collaborators = more.collaborators ?? [];
    world.addPlaylist({
      owner,
      name,
      description: more.description ?? null,
      public: collaborators.length === 0 && (more.public ?? true),
      collaborative: collaborators.length > 0,
      collaborators,
      entries: entries(world, world.playlists.size, count, [owner, ...collaborators]),
    });
  };
  add(first, "Long Way Home", 237, { description: "For the night train." });
  add(first, "Kitchen Radio", 42);
  add(first, "Not For Anyone", 18, { public: false });
  add(first, "Empty Room", 0);
  add(second, "Road to Porto", 64, { collaborators: [first], description: "Everyone adds, nobody removes." });
  add(second, "Sábado", 33);
  add(third, "Werkstatt", 21);
  add(fourth, "夜の散歩", 88);
  add(fifth, "Tour Bus <3", 120);
  add(SPOTIFY_ACCOUNT.id, "Today's Loudest", 50, { description: "What everybody hears this week." });
  add(SPOTIFY_ACCOUNT.id, "Rainy Day Piano", 80);
}

/** Saved tracks and albums for everybody. */
function seedLibrary(world: World): void {
  const { catalogue, key } = world;
  let salt = 1000;
  for (const library of world.libraries.values()) {
    salt++;
    for (let place = 0; place < 60; place++) {
      const track = pick(key, salt, place, DRAW.track, catalogue.tracks);
      library.set(`spotify:track:${catalogue.idOf("track", track)}`, BEGINNING + place * DAY);
    }
    for (let place = 0; place < 12; place++) {
      const album = pick(key, salt, place, DRAW.album, catalogue.albums);
      library.set(`spotify:album:${catalogue.idOf("album", album)}`, BEGINNING + place * DAY);
    }
  }
}

/** Followed artists, people and playlists. */
function seedFollows(world: World): void {
  const { catalogue, key } = world;
  const everybody = [...world.people.keys()];
  const playlists = [...world.playlists.values()];
  let salt = 2000;
  for (const [person, library] of world.libraries) {
    salt++;
    for (let place = 0; place < 25; place++) {
      const artist = pick(key, salt, place, DRAW.artist, catalogue.artists);
      library.set(`spotify:artist:${catalogue.idOf("artist", artist)}`, BEGINNING + place * DAY);
    }
    const friend = everybody.find((other) => other !== person);
    if (friend !== undefined) library.set(`spotify:user:${encodeURIComponent(friend)}`, BEGINNING);
    const foreign = playlists.filter((list) => list.owner !== person && list.public);
    for (const list of foreign.slice(0, 2)) library.set(`spotify:playlist:${list.id}`, BEGINNING);
  }
}

/** What was played before anybody came to look: some albums and single tracks, for all who may be remote-controlled. */
function seedListening(world: World): void {
  const { catalogue, key } = world;
  let salt = 3000;
  for (const { id, product } of world.people.values()) {
    salt++;
    if (product !== "premium") continue;
    let playedAt = BEGINNING + salt * MINUTE;
    const plays = Array.from({ length: 60 }, (_, place) => {
      const track = catalogue.track(pick(key, salt, place, DRAW.track, catalogue.tracks));
      const album = `spotify:album:${catalogue.idOf("album", track.album)}`;
      playedAt += track.durationMs + (place % 12 === 0 ? DAY : 0);
      return { uri: `spotify:track:${track.id}`, contextUri: place % 4 === 0 ? album : null, playedAt };
    });
    world.pastPlays.set(id, plays);
  }
}
