import type { Clock } from "../../base/clock.js";
import type { Resource, ResourceType } from "../../contract/ids.js";
import type { ResumePoint } from "../../contract/models/index.js";
import { readPerson, readWord } from "../arguments.js";
import { createSearch, type Search } from "../search/search.js";
import { type Catalogue, createCatalogue } from "./catalogue.js";
import { fromId, toId } from "./identifier.js";
import { type Key, keyOf } from "./key.js";
import { type Library, type Saved, savedOf } from "./library.js";
import { type Person, SPOTIFY_ACCOUNT, seedPeople } from "./people.js";
import type { PastPlay, Playback } from "./playback.js";
import type { PlaylistDetails, StoredPlaylist } from "./playlist.js";

/** How the person at the authorize page decides, where nobody sits before it. */
const CONSENTS = ["ask", "allow", "deny"] as const;
export type Consent = (typeof CONSENTS)[number];

/**
 * How player writes are answered: 204; 200 with a short text that is not JSON, called `text/plain`; the same called JSON; or now 204
 * and now the text.
 */
const PLAYER_ANSWERS = ["empty", "text", "mislabelled", "mixed"] as const;
export type PlayerAnswers = (typeof PLAYER_ANSWERS)[number];

/** Older names beside the new ones for everybody, as seen since February 2026, or the new ones only for development apps. */
const TRANSITIONS = ["both", "new"] as const;
export type Transition = (typeof TRANSITIONS)[number];

export interface WorldOptions {
  readonly seed: number | string;
  readonly tracks: number;
  readonly clock: Clock;
  /** Puts in what a new world holds besides people and catalogue. */
  readonly furnish: (world: World) => void;
}

export type NewPlaylist = PlaylistDetails &
  Pick<StoredPlaylist, "owner"> &
  Partial<Pick<StoredPlaylist, "collaborators" | "entries" | "distantFollowers">> & {
    /** When it came into its owner's library, in milliseconds. Default: now. */
    readonly madeAt?: number;
  };

/** Room for the revision beside the playlist's own index in the index of a snapshot. */
const REVISIONS = 2 ** 20;
/** For each owner; as at Spotify, so that a runaway test ends in an error and not in a full memory. */
export const MAX_PLAYLISTS = 11_000;

/** The people and all that they have made; the catalogue beside them is computed. */
export class World {
  /** Default `ask`: somebody has to press a button. */
  consent: Consent = "ask";
  /** What is left ticked where nobody sits before the page; `null` for all that the app asks for. */
  consentScopes: readonly string[] | null = null;
  playerAnswers: PlayerAnswers = "mixed";
  /** How many player writes were answered. */
  playerWrites = 0;
  /** Whether playlists still go out with `tracks` and `track` beside `items` and `item`. */
  transition: Transition = "both";
  /** Whether `/me/library` takes artists: Spotify's schema says no, its guide yes, and it was seen to. */
  libraryTakesArtists = true;
  /** The id of who is logged in where no cookie says otherwise: somebody who exists. */
  defaultPerson = "";

  readonly key: Key;
  readonly catalogue: Catalogue;
  readonly search: Search;
  readonly people = new Map<string, Person>();
  readonly playlists = new Map<string, StoredPlaylist>();
  /** By person: what they saved and follow, their own playlists too. */
  readonly libraries = new Map<string, Library>();
  /** By person: the ids of the playlists that they follow without showing it. */
  readonly hiddenFollows = new Map<string, Set<string>>();
  /** By person and artist: who stood before an artist in the list of those followed, when it was unfollowed; `null` for nobody. */
  readonly formerFollows = new Map<string, Map<string, string | null>>();
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

  constructor({ seed, tracks, clock, furnish }: WorldOptions) {
    this.key = keyOf(seed);
    this.catalogue = createCatalogue(this.key, tracks);
    this.search = createSearch(this.key, this.catalogue, clock);
    this.#clock = clock;
    checked(this, "consent", (value) => readWord("consent", value, CONSENTS));
    checked(this, "playerAnswers", (value) => readWord("playerAnswers", value, PLAYER_ANSWERS));
    checked(this, "transition", (value) => readWord("transition", value, TRANSITIONS));
    checked(this, "defaultPerson", (value) => readPerson("defaultPerson", value, this.people));
    this.#furnish = furnish;
    this.reset();
  }

  /** Puts everything back as it was when the world was made. */
  reset(): void {
    this.consent = "ask";
    this.consentScopes = null;
    this.playerAnswers = "mixed";
    this.playerWrites = 0;
    this.transition = "both";
    this.libraryTakesArtists = true;
    for (const map of [this.people, this.playlists, this.libraries, this.playbacks, this.activeDevices])
      map.clear();
    this.hiddenFollows.clear();
    this.formerFollows.clear();
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

  /** A playlist, empty unless entries are given, in its owner's library; `undefined` when they have too many already. */
  addPlaylist({ madeAt = this.now(), ...made }: NewPlaylist): StoredPlaylist | undefined {
    let own = 0;
    for (const { owner } of this.playlists.values()) if (owner === made.owner) own++;
    if (own >= MAX_PLAYLISTS) return undefined;
    // None is ever taken out: whoever unfollows their own only has it no longer in the list.
    const index = this.playlists.size;
    const playlist = {
      collaborators: [],
      entries: [],
      distantFollowers: 0,
      ...made,
      index,
      id: toId(this.key, "playlist", index),
      revision: 0,
      entriesSince: 0,
      past: [],
      cover: null,
    };
    this.playlists.set(playlist.id, playlist);
    if (made.owner !== SPOTIFY_ACCOUNT.id)
      this.libraryOf(made.owner).set(`spotify:playlist:${playlist.id}`, madeAt);
    return playlist;
  }

  snapshotOf(playlist: StoredPlaylist): string {
    return toId(this.key, "snapshot", playlist.index * REVISIONS + (playlist.revision % REVISIONS));
  }

  /** The revision of the snapshot that a playlist has now, or of one that it had; `undefined` of any other. */
  revisionOf(playlist: StoredPlaylist, snapshot: string): number | undefined {
    const index = fromId(this.key, "snapshot", snapshot);
    if (index === null || Math.floor(index / REVISIONS) !== playlist.index) return undefined;
    const revision = index % REVISIONS;
    return revision <= playlist.revision ? revision : undefined;
  }

  libraryOf(person: string): Library {
    const found = this.libraries.get(person);
    if (found !== undefined) return found;
    const made: Library = new Map();
    this.libraries.set(person, made);
    return made;
  }

  /** What somebody has saved of one type, the latest first. */
  savedBy(person: string, type: ResourceType): readonly Saved[] {
    return savedOf(this.libraryOf(person), type);
  }

  follows(person: string, playlist: string): boolean {
    return this.libraries.get(person)?.has(`spotify:playlist:${playlist}`) === true;
  }

  /** How many people of this world, `except` left out, have a thing in their library. */
  followersOf(uri: string, except?: string): number {
    let count = 0;
    for (const [person, library] of this.libraries) if (person !== except && library.has(uri)) count++;
    return count;
  }

  /** Whoever follows a collaborative playlist may change it, besides its owner and those who were invited. As documented. */
  mayEdit(playlist: StoredPlaylist, person: string | undefined): boolean {
    if (person === undefined) return false;
    if (playlist.owner === person) return true;
    return (
      playlist.collaborative && (playlist.collaborators.includes(person) || this.follows(person, playlist.id))
    );
  }

  /** Whether there is such a thing. */
  has({ type, id }: Resource): boolean {
    if (type === "playlist") return this.playlists.has(id);
    if (type === "user") return id === SPOTIFY_ACCOUNT.id || this.people.has(id);
    return this.catalogue.find(type, id) !== null;
  }
}

/** Makes a member refuse what it cannot hold: a word that nobody compares with would change nothing, and say nothing. */
function checked<K extends keyof World>(world: World, name: K, read: (value: unknown) => World[K]): void {
  let current = world[name];
  Object.defineProperty(world, name, {
    enumerable: true,
    get: () => current,
    set(value: unknown) {
      current = read(value);
    },
  });
}
