/** A difference between the contract and Spotify's file that is meant, with what shows that the file is wrong or silent. */
export interface KnownDifference {
  /** As `differences` words it. */
  readonly difference: string;
  readonly operations: readonly string[];
  readonly evidence: string;
}

/** Where the evidence is a public thread or page, it is named; "platform notes" are the sections of `spotify/platform.md` beside the schema. */
export const KNOWN: readonly KnownDifference[] = [
  {
    difference: "minimum limit: 1, schema 0",
    operations: [
      "get-a-categories-playlists",
      "get-a-list-of-current-users-playlists",
      "get-a-shows-episodes",
      "get-an-albums-tracks",
      "get-an-artists-albums",
      "get-audiobook-chapters",
      "get-categories",
      "get-featured-playlists",
      "get-followed",
      "get-list-users-playlists",
      "get-new-releases",
      "get-playlists-items",
      "get-playlists-tracks",
      "get-recently-played",
      "get-users-saved-albums",
      "get-users-saved-audiobooks",
      "get-users-saved-episodes",
      "get-users-saved-shows",
      "get-users-saved-tracks",
      "get-users-top-artists-and-tracks",
      "search",
    ],
    evidence: "The description of the very parameter says: Minimum: 1. Platform notes 2.4.",
  },
  {
    difference: "required uris: true, schema false",
    operations: ["add-items-to-playlist", "add-tracks-to-playlist"],
    evidence:
      "The schema offers it in the query and in the body, each of them optional; one of the two must be there.",
  },
  {
    difference: "only in the schema: body uris",
    operations: ["save-episodes-user", "save-tracks-user"],
    evidence:
      "The body is said to require `uris`, yet its members are `ids`, and `ids` is what works. Platform notes 2.4.",
  },
  {
    difference: "only ours: body ids",
    operations: ["remove-audiobooks-user", "remove-shows-user", "save-audiobooks-user", "save-shows-user"],
    evidence:
      "The schema forgot the body, which is taken as for albums and tracks. Platform notes 2.4; for audiobooks the official SDK's own tests, which ran against Spotify, save and remove by body.",
  },
  {
    difference: "only ours: query ids",
    operations: ["save-tracks-user"],
    evidence:
      "The schema has it in the query for every other kind of saved thing, and spotipy saves tracks with `me/tracks/?ids=`.",
  },
  ...["seed_artists", "seed_genres", "seed_tracks"].map((seed) => ({
    difference: `required ${seed}: false, schema true`,
    operations: ["get-recommendations"],
    evidence: "At least one of the three is needed, as the descriptions say, not all. Platform notes 2.4.",
  })),
  {
    difference: 'status: "200 204", schema "200"',
    operations: ["get-the-users-currently-playing-track"],
    evidence: "204 comes when nothing plays. Platform notes 2.4 and 5.7.",
  },
];
