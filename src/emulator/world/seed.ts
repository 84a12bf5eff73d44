import { DAY, HOUR, MINUTE } from "../../base/clock.js";
import { toUri } from "../../contract/ids.js";
import { MAX_INDEX } from "./identifier.js";
import { pick } from "./key.js";
import { writtenTime } from "./library.js";
import { SPOTIFY_ACCOUNT } from "./people.js";
import type { PlaylistEntry } from "./playlist.js";
import { type NewPlaylist, World, type WorldOptions } from "./world.js";

/** Dates of the seeded world are fixed: the same seed gives the same bytes on any day. */
const BEGINNING = Date.UTC(2024, 0, 8, 18, 30);
const DRAW = {
  track: 301,
  artist: 302,
  album: 303,
  followers: 304,
  episode: 305,
  show: 306,
  audiobook: 307,
} as const;

/** More of Spotify's own playlists, for the shelves of the browse page. */
const SHELVED = [
  "Deep Static",
  "Dinner for Eight",
  "Garage Door",
  "Harbour Lights",
  "New Noise Friday",
  "Old Gold",
  "Running Start",
  "Slow Sunday",
];

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
    addedAt: writtenTime(BEGINNING + salt * DAY + place * 7 * HOUR),
    addedBy: by[place % by.length] ?? SPOTIFY_ACCOUNT.id,
  }));
}

type Seeded = Partial<Pick<NewPlaylist, "description" | "public" | "collaborators">>;

/** Own, collaborative, foreign and Spotify's own playlists; the first of the first person has 237 items. */
function seedPlaylists(world: World): void {
  const [first = "", second = "", third = "", fourth = "", fifth = ""] = world.people.keys();
  const add = (owner: string, name: string, count: number, more: Seeded = {}) => {
    const collaborators = more.collaborators ?? [];
    const salt = world.playlists.size;
    const isPublic = collaborators.length === 0 && (more.public ?? true);
    return world.addPlaylist({
      owner,
      name,
      description: more.description ?? null,
      public: isPublic,
      collaborative: collaborators.length > 0,
      collaborators,
      distantFollowers: isPublic ? pick(world.key, salt, 0, DRAW.followers, 400) : 0,
      entries: entries(world, salt, count, [owner, ...collaborators]),
      // So that lists, where the latest comes first, show them in this order.
      madeAt: BEGINNING - salt * DAY,
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
  add(first, "Everything, Always", 1200, { description: "Never finished." });
  const mixed = add(first, "Odds and Ends", 5, { description: "Not only songs." });
  if (mixed !== undefined) mixed.entries = withOddities(world, mixed.entries);
  for (const name of SHELVED) add(SPOTIFY_ACCOUNT.id, name, 20);
}

/** Two episodes, a track that Spotify no longer has and a file of the person's own go between the tracks. */
function withOddities(world: World, among: readonly PlaylistEntry[]): readonly PlaylistEntry[] {
  const [model, ...rest] = among;
  if (model === undefined) return among;
  const { catalogue } = world;
  const episodes = [0, Math.floor(catalogue.episodes / 2)].map((index) => catalogue.idOf("episode", index));
  return [
    model,
    ...episodes.map((id) => ({ ...model, uri: toUri({ type: "episode", id }) })),
    { ...model, uri: `spotify:track:${catalogue.idOf("track", MAX_INDEX)}` },
    { ...model, uri: "spotify:local:The+Neighbours:Garage+Tapes:Untitled+%232:187" },
    ...rest,
  ];
}

type SavedKind = "track" | "album" | "episode" | "show" | "audiobook";

/** Something saved of every kind, for everybody. */
function seedLibrary(world: World): void {
  const { catalogue, key } = world;
  let salt = 1000;
  for (const library of world.libraries.values()) {
    salt++;
    const add = (kind: SavedKind, draw: number, count: number, of: number) => {
      for (let place = 0; place < count; place++) {
        const index = pick(key, salt, place, draw, of);
        library.set(toUri({ type: kind, id: catalogue.idOf(kind, index) }), BEGINNING + place * DAY);
      }
    };
    add("track", DRAW.track, 60, catalogue.tracks);
    add("album", DRAW.album, 12, catalogue.albums);
    add("episode", DRAW.episode, 9, catalogue.episodes);
    add("show", DRAW.show, 5, catalogue.shows);
    add("audiobook", DRAW.audiobook, 4, catalogue.audiobooks);
  }
}

/** Followed artists, people and playlists, those that one was invited to and one of Spotify's own among them. */
function seedFollows(world: World): void {
  const { catalogue, key } = world;
  const everybody = [...world.people.keys()];
  const playlists = [...world.playlists.values()];
  let salt = 2000;
  for (const [person, library] of world.libraries) {
    salt++;
    for (let place = 0; place < 25; place++) {
      const artist = pick(key, salt, place, DRAW.artist, catalogue.artists);
      library.set(toUri({ type: "artist", id: catalogue.idOf("artist", artist) }), BEGINNING + place * DAY);
    }
    const friend = everybody.find((other) => other !== person);
    if (friend !== undefined) library.set(toUri({ type: "user", id: friend }), BEGINNING);
    const others = playlists.filter((list) => list.owner !== person);
    const followed = [
      ...others.filter((list) => list.collaborators.includes(person)),
      ...others.filter((list) => list.public && list.owner !== SPOTIFY_ACCOUNT.id).slice(0, 2),
      ...others.filter((list) => list.owner === SPOTIFY_ACCOUNT.id).slice(0, 1),
    ];
    for (const list of followed)
      library.set(toUri({ type: "playlist", id: list.id }), BEGINNING - (100 + list.index) * DAY);
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
