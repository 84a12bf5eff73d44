/**
 * What the parameters mean. Only the comments count: editors show them beside the arguments of every method, since `Arguments` maps over
 * these members too. test/contract/docs.test.ts holds that each parameter of each row has one.
 */
import type { RecommendationMeanings } from "./meanings-recommendations.js";

/** By the parameter's name, wherever `OwnMeanings` has nothing else to say. */
export interface Meanings {
  /** Id, URI or web address. */
  readonly id: unknown;
  /** Ids, URIs or web addresses. */
  readonly ids: unknown;
  /** URI or web address. */
  readonly uri: unknown;
  /** URIs or web addresses of tracks and episodes, in the order in which they shall stand. */
  readonly uris: unknown;
  /** Id, URI or web address of a playlist. */
  readonly playlistId: unknown;
  /** Id, URI or web address of a person. */
  readonly userId: unknown;
  /** Id of a category, such as one that `browse.categories` gives. */
  readonly categoryId: unknown;
  /**
   * Country (ISO 3166-1 alpha-2, such as `PT`) whose catalogue counts. Spotify prefers that of the person who is logged in; without either,
   * things count as not to be had. Default: the client's `market`.
   */
  readonly market: unknown;
  /** How many elements the page holds, 1 to 50. Default 20. */
  readonly limit: unknown;
  /** First element of the page, counted from 0. Default 0. */
  readonly offset: unknown;
  /** Language and country, such as `es_MX`, of the texts. Default: American English. */
  readonly locale: unknown;
  /** What kind of things. */
  readonly type: unknown;
  /** Which kinds of albums. Default: all four. */
  readonly includeGroups: unknown;
  /** `track`, and `episode` for a program that knows of episodes: Spotify leaves them out else, or sends `null` in their place. */
  readonly additionalTypes: unknown;
  /** Which members of the answer to send, in Spotify's notation: `items(item(name,uri)),next`. The others are missing then. Default: all. */
  readonly fields: unknown;
  /** What to search for: words, and filters such as `artist:"Velvet Harbour" year:1990-1999`. */
  readonly q: unknown;
  /** `audio`: things count as playable that play from elsewhere. */
  readonly includeExternal: unknown;
  /** From when on what was listened to counts: `short_term` about 4 weeks, `medium_term` 6 months, `long_term` a year. Default `medium_term`. */
  readonly timeRange: unknown;
  /** Id of the last artist that was read: the page begins after it (`cursors.after`). Default: at the beginning. */
  readonly after: unknown;
  /** Ids of tracks, each with the time (ISO 8601, such as `2026-01-31T12:00:00Z`) at which it shall count as saved; in place of `ids`. */
  readonly timestampedIds: unknown;
  /** Id of the device, as `player.devices` gives it. Default: the active one. */
  readonly deviceId: unknown;
  /** Id of the one device, in a list. */
  readonly deviceIds: unknown;
  /** `true`: play on the new device; `false`: stay as it was, playing or paused. Default `false`. */
  readonly play: unknown;
  /** URI or web address of an album, artist, playlist, show or audiobook to play; in place of `uris`. */
  readonly contextUri: unknown;
  /** Milliseconds from the item's beginning; past its end, the next item plays. */
  readonly positionMs: unknown;
  /** Percent, 0 to 100. */
  readonly volumePercent: unknown;
  /** Where the new items shall stand, counted from 0. Default: at the end. */
  readonly position: unknown;
  /** Name of the playlist. */
  readonly name: unknown;
  /** Whether the playlist is on the person's profile. */
  readonly public: unknown;
  /** Whether others may change the playlist, which must not be public then. */
  readonly collaborative: unknown;
  /** Text about the playlist. */
  readonly description: unknown;
  /** What to remove, wherever it occurs: `[{ uri }]`. */
  readonly items: unknown;
  /** What to remove, wherever it occurs: `[{ uri }]`. */
  readonly tracks: unknown;
  /** State of the playlist, from an earlier answer, that the change is meant for. Default: the newest. */
  readonly snapshotId: unknown;
  /** First item to move, counted from 0. */
  readonly rangeStart: unknown;
  /** Item, counted from 0 before the move, that the range shall stand before; the number of items for the end. */
  readonly insertBefore: unknown;
  /** How many items to move. Default 1. */
  readonly rangeLength: unknown;
  /** A JPEG: its bytes, or these as base64. */
  readonly image: unknown;
}

/** What differs, by operation id. */
export interface OwnMeanings {
  readonly "get-recommendations": RecommendationMeanings;
  readonly "get-an-artists-albums": ShortPageMeanings;
  readonly search: ShortPageMeanings & {
    /** Which kinds of things to look for; the answer has a page for each. */
    readonly type: unknown;
  };
  readonly "get-playlists-tracks": {
    /** How many elements the page holds, 1 to 100. Default 20. */
    readonly limit: unknown;
  };
  readonly "get-users-top-artists-and-tracks": {
    /** `artists` or `tracks`: the answer is a page of these. */
    readonly type: unknown;
  };
  readonly "start-a-users-playback": {
    /** URIs or web addresses of tracks and episodes to play; in place of `contextUri`. Without either, what was paused goes on. */
    readonly uris: unknown;
    /** What to begin with: its `position` in the context or the list, counted from 0, or its `uri`. */
    readonly offset: unknown;
  };
  readonly "set-repeat-mode-on-users-playback": {
    /** What to repeat: the `track`, the `context` that it plays in, or nothing (`off`). */
    readonly state: unknown;
  };
  readonly "toggle-shuffle-for-users-playback": {
    /** Whether to shuffle. */
    readonly state: unknown;
  };
  readonly "get-recently-played": {
    /** Milliseconds since the Unix epoch: only what was played later. Not together with `before`. */
    readonly after: unknown;
    /** Milliseconds since the Unix epoch: only what was played earlier. Not together with `after`. */
    readonly before: unknown;
  };
  readonly "save-library-items": LibraryMeanings;
  readonly "remove-library-items": LibraryMeanings;
  readonly "check-library-contains": LibraryMeanings;
  readonly "check-if-user-follows-playlist": {
    /** Id, URI or web address of one person, in a list. Default: the one who is logged in. */
    readonly ids: unknown;
  };
  readonly "follow-playlist": {
    /** Whether the playlist is on the person's profile. Default `true`. */
    readonly public: unknown;
  };
}

interface ShortPageMeanings {
  /** How many elements the page holds: 1 to 50, default 20; for Development Mode apps made since 2026-02-11 1 to 10, default 5. */
  readonly limit: unknown;
}

interface LibraryMeanings {
  /** URIs or web addresses of tracks, albums, episodes, shows, audiobooks, artists, people and playlists, mixed. */
  readonly uris: unknown;
}
