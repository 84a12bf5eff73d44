import type { World } from "../../src/emulator/index.js";

/** The things that the calls are about: the same for every client, so that all of them can be held to the same answers. */
export interface Cast {
  /** Who is logged in, and somebody else. */
  readonly person: string;
  readonly friend: string;
  readonly track: string;
  readonly tracks: readonly string[];
  readonly trackUris: readonly string[];
  readonly album: string;
  readonly albums: readonly string[];
  readonly artist: string;
  readonly artists: readonly string[];
  readonly show: string;
  readonly shows: readonly string[];
  readonly episode: string;
  readonly episodes: readonly string[];
  readonly audiobook: string;
  readonly audiobooks: readonly string[];
  readonly chapter: string;
  readonly chapters: readonly string[];
  readonly category: string;
  /** The person's own, with 237 items; their empty one; one of the friend's. */
  readonly playlist: string;
  readonly emptyPlaylist: string;
  readonly foreignPlaylist: string;
  /** The device that is active, and another. */
  readonly device: string;
  readonly otherDevice: string;
  /** An artist's name. */
  readonly words: string;
  /** A JPEG as base64. */
  readonly picture: string;
}

export function castOf(world: World): Cast {
  const { catalogue } = world;
  const ids = (kind: Parameters<typeof catalogue.idOf>[0], indices = [0, 1, 2]) =>
    indices.map((index) => catalogue.idOf(kind, index));
  const listNamed = (name: string) =>
    [...world.playlists.values()].find((playlist) => playlist.name === name)?.id ?? "";
  const [person = "", friend = ""] = world.people.keys();
  const [device, otherDevice] = world.people.get(person)?.devices ?? [];
  const [tracks, albums, artists] = [ids("track"), ids("album"), ids("artist")];
  const [shows, episodes] = [ids("show"), ids("episode")];
  const [audiobooks, chapters] = [ids("audiobook"), ids("chapter")];
  return {
    person,
    friend,
    ...{ track: first(tracks), tracks, trackUris: tracks.map((id) => `spotify:track:${id}`) },
    ...{ album: first(albums), albums, artist: first(artists), artists },
    ...{ show: first(shows), shows, episode: first(episodes), episodes },
    ...{ audiobook: first(audiobooks), audiobooks, chapter: first(chapters), chapters },
    category: "party",
    playlist: listNamed("Long Way Home"),
    emptyPlaylist: listNamed("Empty Room"),
    foreignPlaylist: listNamed("Sábado"),
    device: String(device?.id),
    otherDevice: String(otherDevice?.id),
    words: catalogue.artist(0).name,
    picture: Buffer.from([0xff, 0xd8, 0xff, 0xd9]).toString("base64"),
  };
}

function first(ids: readonly string[]): string {
  return ids[0] ?? "";
}
