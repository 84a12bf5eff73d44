import { table } from "../../contract/table.js";

/** How sure it is that Spotify answers so. */
export type Honesty = "documented" | "observed" | "guessed";

const OLDER_SNAPSHOT = {
  mark: "guessed",
  because: "how a change to an older snapshot is merged is not published",
} as const;

/** Where an operation is not simply as Spotify documents it; the reason is the mark's. */
const MARKS: Readonly<Record<string, { readonly mark: Honesty; readonly because: string }>> = {
  search: { mark: "guessed", because: "what matches and in which order is not published" },
  "get-recommendations": { mark: "guessed", because: "how tracks are chosen is not published" },
  "get-an-artists-related-artists": { mark: "guessed", because: "how artists are chosen is not published" },
  "save-library-items": { mark: "observed", because: "uris in the query only, artists taken too" },
  "remove-library-items": { mark: "observed", because: "uris in the query only, artists taken too" },
  "check-library-contains": { mark: "observed", because: "answers in the order of the request" },
  "get-users-saved-audiobooks": { mark: "observed", because: "the documentation names another shape" },
  "get-recently-played": { mark: "guessed", because: "when a play counts, and a total, are not published" },
  "get-queue": { mark: "guessed", because: "what is shown of a repetition is not published" },
  "start-a-users-playback": {
    mark: "guessed",
    because: "that what plays already is not resumed is not published",
  },
  "skip-users-playback-to-next-track": { mark: "guessed", because: "rests at the end, as without autoplay" },
  "skip-users-playback-to-previous-track": { mark: "guessed", because: "never only restarts the item" },
  "toggle-shuffle-for-users-playback": { mark: "guessed", because: "how items are mixed is not published" },
  "get-the-users-currently-playing-track": { mark: "observed", because: "204 when nothing plays" },
  "reorder-or-replace-playlists-items": OLDER_SNAPSHOT,
  "reorder-or-replace-playlists-tracks": OLDER_SNAPSHOT,
  "remove-items-playlist": OLDER_SNAPSHOT,
  "remove-tracks-playlist": OLDER_SNAPSHOT,
  "upload-custom-playlist-cover": { mark: "observed", because: "limits of the body as measured" },
};

const PLAYER_WRITES = {
  mark: "observed",
  because: "2xx with or without a short text that is not JSON",
} as const;

export interface OperationHonesty {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly mark: Honesty;
  readonly because?: string;
}

/** Each operation with its mark. */
export function honesty(): readonly OperationHonesty[] {
  return table().map(({ row: { operationId, method, path } }) => {
    const isPlayerWrite = path.startsWith("/me/player") && method !== "GET";
    const { mark, because } = MARKS[operationId] ?? (isPlayerWrite ? PLAYER_WRITES : DOCUMENTED);
    return { operationId, method, path, mark, ...(because !== undefined && { because }) };
  });
}

const DOCUMENTED: { readonly mark: Honesty; readonly because?: string } = { mark: "documented" };
