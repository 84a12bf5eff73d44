import type { Clock } from "../../base/clock.js";
import type { ResumePoint } from "../../contract/models/index.js";
import { createSearch, type Search } from "../search/search.js";
import { type Catalogue, createCatalogue } from "./catalogue.js";
import { fromId, toId } from "./identifier.js";
import { type Key, keyOf } from "./key.js";
import { type Person, seedPeople } from "./people.js";
import type { PastPlay, Playback } from "./playback.js";
import { MAX_PLAYLIST_ENTRIES, type PlaylistEntry, type StoredPlaylist } from "./playlist.js";

/** How the person at the authorize page decides, where nobody sits before it. */
export type Consent = "ask" | "allow" | "deny";
/** How player writes are answered: 204, 200 with a short text that is not JSON, or now the one and now the other. */
export type PlayerAnswers = "empty" | "text" | "mixed";

export interface WorldOptions {
  readonly seed: number | string;
  readonly tracks: number;
  readonly clock: Clock;
  /** Puts in what a new world holds besides people and catalogue. */
  readonly furnish: (world: World) => void;
}

export type NewPlaylist = Pick<
  StoredPlaylist,
  "owner" | "name" | "description" | "public" | "collaborative"
> & { readonly collaborators?: readonly string[]; readonly entries?: readonly PlaylistEntry[] };

/** Room for the revision beside the playlist's own index in the index of a snapshot. */
const REVISIONS = 2 ** 20;
/** As at Spotify, so that a runaway test ends in an error and not in a full memory. */
export const MAX_PLAYLISTS = 11_000;
export const MAX_LIBRARY = 20_000;

/** The people and all that they have made; the catalogue beside them is computed. */
export class World {
  /** Default `ask`: somebody has to press a button. */
  consent: Consent = "ask";
  playerAnswers: PlayerAnswers = "mixed";
  /** How many player writes were answered. */
  playerWrites = 0;
  /** The id of who is logged in where no cookie says otherwise. */
  defaultPerson = "";

  readonly key: Key;
  readonly catalogue: Catalogue;
  readonly search: Search;
  readonly people = new Map<string, Person>();
  readonly playlists = new Map<string, StoredPlaylist>();
  /** By person: the URIs of what they saved and follow, with the time (milliseconds), newest last. */
  readonly libraries = new Map<string, Map<string, number>>();
  /** By playlist: the cover that was uploaded, a JPEG. */
  readonly covers = new Map<string, Uint8Array>();
  /** By person: what plays, as of the last time somebody looked; `settle` brings it up to now. */
  readonly playbacks = new Map<string, Playback>();
  /** By person: what was played, the latest last. */
  readonly pastPlays = new Map<string, readonly PastPlay[]>();
  /** By person and URI: how far episodes and chapters have been heard; `settle` brings them up to now. */
  readonly resumePoints = new Map<string, Map<string, ResumePoint>>();
  /** By person: the device that takes a command which names none. */
  readonly activeDevices = new Map<string, string>();
  readonly #clock: Clock;
  readonly #furnish: (world: World) => void;
  #madePlaylists = 0;

  constructor({ seed, tracks, clock, furnish }: WorldOptions) {
    this.key = keyOf(seed);
    this.catalogue = createCatalogue(this.key, tracks);
    this.search = createSearch(this.key, this.catalogue, clock);
    this.#clock = clock;
    this.#furnish = furnish;
    this.reset();
  }

  /** Puts everything back as it was when the world was made. */
  reset(): void {
    this.consent = "ask";
    this.playerAnswers = "mixed";
    this.playerWrites = 0;
    this.#madePlaylists = 0;
    for (const map of [this.people, this.playlists, this.libraries, this.playbacks, this.activeDevices])
      map.clear();
    this.covers.clear();
    this.pastPlays.clear();
    this.resumePoints.clear();
    for (const person of seedPeople((index) => toId(this.key, "device", index))) {
      this.people.set(person.id, person);
      this.libraries.set(person.id, new Map());
    }
    const [first] = this.people.values();
    this.defaultPerson = first?.id ?? "";
    const device = first?.devices[0]?.id;
    if (first !== undefined && typeof device === "string") this.activeDevices.set(first.id, device);
    this.#furnish(this);
  }

  now(): number {
    return this.#clock.now();
  }

  /** A playlist, empty unless entries are given; `undefined` when there are too many already. */
  addPlaylist(made: NewPlaylist): StoredPlaylist | undefined {
    if (this.playlists.size >= MAX_PLAYLISTS) return undefined;
    const index = this.#madePlaylists++;
    const playlist = {
      collaborators: [],
      entries: [],
      ...made,
      index,
      id: toId(this.key, "playlist", index),
      revision: 0,
    };
    this.playlists.set(playlist.id, playlist);
    return playlist;
  }

  /** Changes what is in a playlist; `false` when it would become too long. */
  changeEntries(playlist: StoredPlaylist, entries: readonly PlaylistEntry[]): boolean {
    if (entries.length > MAX_PLAYLIST_ENTRIES) return false;
    playlist.entries = entries;
    playlist.revision++;
    return true;
  }

  snapshotOf(playlist: StoredPlaylist): string {
    return toId(this.key, "snapshot", playlist.index * REVISIONS + (playlist.revision % REVISIONS));
  }

  /** True for the snapshot that a playlist has now and for any that it had. */
  knowsSnapshot(playlist: StoredPlaylist, snapshot: string): boolean {
    const index = fromId(this.key, "snapshot", snapshot);
    if (index === null || Math.floor(index / REVISIONS) !== playlist.index) return false;
    return index % REVISIONS <= playlist.revision;
  }

  libraryOf(person: string): Map<string, number> {
    const found = this.libraries.get(person);
    if (found !== undefined) return found;
    const made = new Map<string, number>();
    this.libraries.set(person, made);
    return made;
  }

  mayEdit(playlist: StoredPlaylist, person: string | undefined): boolean {
    return person !== undefined && (playlist.owner === person || playlist.collaborators.includes(person));
  }
}
