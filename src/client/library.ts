import { library } from "../contract/index.js";
import { batchSize } from "./arguments.js";
import { chunksOf, elementsOf, mapInParallel } from "./batches.js";
import { method } from "./call.js";
import type { CallOptions, Connection } from "./connection.js";
import { cutOff } from "./partial-write-error.js";

export interface LibraryArguments {
  /** URIs or URLs of tracks, albums, episodes, shows, audiobooks, artists, people and playlists, mixed and as many as you like. */
  readonly uris: readonly string[];
}

/**
 * The person's library, without a limit on how many things at once: saving and removing go in order, forty at a time.
 *
 * @throws from its functions: what calls throw; `PartialWriteError` when a later call of several fails
 * @see https://developer.spotify.com/documentation/web-api/reference/save-library-items
 *
 * @example
 * const { save, contains } = libraryOf(connection);
 * await save({ uris: ["spotify:album:1Je1IMUlBXcx1Fz0WE7oPT", "spotify:artist:0OdUWJ0sBjDrqHygGUXeCF"] });
 * const [saved] = await contains({ uris: ["spotify:album:1Je1IMUlBXcx1Fz0WE7oPT"] });
 */
export function libraryOf(connection: Connection) {
  const contains = method(connection, library.contains);
  return {
    /**
     * Saves or follows any number of things.
     *
     * Needs, by the types of the things, `user-library-modify`, `user-follow-modify` or `playlist-modify-public`.
     *
     * @see https://developer.spotify.com/documentation/web-api/reference/save-library-items
     */
    save: inOrder(method(connection, library.save), "library.save"),
    /**
     * Removes or unfollows any number of things.
     *
     * Needs, by the types of the things, `user-library-modify`, `user-follow-modify` or `playlist-modify-public`.
     *
     * @see https://developer.spotify.com/documentation/web-api/reference/remove-library-items
     */
    remove: inOrder(method(connection, library.remove), "library.remove"),
    /**
     * For each of any number of things, whether it is saved or followed, in the order of the URIs.
     *
     * Needs, by the types of the things, `user-library-read`, `user-follow-read` or `playlist-read-private`.
     *
     * @see https://developer.spotify.com/documentation/web-api/reference/check-library-contains
     */
    async contains(args: LibraryArguments, options: CallOptions = {}): Promise<readonly boolean[]> {
      const uris = elementsOf("uris", args?.uris, library.contains.parameters.uris.value.element);
      const chunks = chunksOf(uris, batchSize(library.contains, "uris"));
      return (await mapInParallel(chunks, (chunk) => contains({ uris: chunk }, options))).flat();
    },
  };
}

type Write = (args: LibraryArguments, options?: CallOptions) => Promise<undefined>;

function inOrder(write: Write, name: string): Write {
  return async (args, options) => {
    const uris = elementsOf("uris", args?.uris, library.save.parameters.uris.value.element);
    let done = 0;
    for (const chunk of chunksOf(uris, batchSize(library.save, "uris"))) {
      try {
        await write({ uris: chunk }, options);
      } catch (error) {
        throw cutOff(error, { done, failed: chunk.length, of: uris.length, goOnBy: name, repeatable: true });
      }
      done += chunk.length;
    }
    return undefined;
  };
}
