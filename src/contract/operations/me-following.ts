import { alsoInBody, endpoint, json, nothing, optionalQuery, query } from "../endpoint.js";
import { live, removed } from "../life.js";
import type { Artist, CursorPage } from "../models/index.js";
import { allOf } from "../scopes.js";
import { choice, id, list, pageSize, text } from "../values.js";

// Artists or people, as `type` says.
const followable = list(id("artist", "user"), { max: 50 });

/**
 * The artists that the person follows. Needs `user-follow-read`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-followed
 */
export const following = endpoint({
  operationId: "get-followed",
  method: "GET",
  path: "/me/following",
  parameters: {
    type: query(choice("artist")),
    after: optionalQuery(text({ maxLength: 64 })),
    limit: optionalQuery(pageSize(50), 20),
  },
  scopes: allOf("user-follow-read"),
  life: live,
  repeatable: true,
  result: json<CursorPage<Artist>>(200, { under: "artists" }),
});

/**
 * Follows up to 50 artists or people. Needs `user-follow-modify`. Development Mode apps made since 2026-02-11 have lost this operation:
 * `library.save` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/follow-artists-users
 */
export const follow = endpoint({
  operationId: "follow-artists-users",
  method: "PUT",
  path: "/me/following",
  parameters: { type: query(choice("artist", "user")), ids: alsoInBody(query(followable)) },
  scopes: allOf("user-follow-modify"),
  life: removed("2026-02", "library.save"),
  repeatable: true,
  result: nothing(204),
});

/**
 * Unfollows up to 50 artists or people. Needs `user-follow-modify`. Development Mode apps made since 2026-02-11 have lost this operation:
 * `library.remove` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/unfollow-artists-users
 */
export const unfollow = endpoint({
  operationId: "unfollow-artists-users",
  method: "DELETE",
  path: "/me/following",
  parameters: { type: query(choice("artist", "user")), ids: alsoInBody(query(followable)) },
  scopes: allOf("user-follow-modify"),
  life: removed("2026-02", "library.remove"),
  repeatable: true,
  result: nothing(204),
});

/**
 * For each of up to 50 artists or people, whether the person follows them. Needs `user-follow-read`. Development Mode apps made since
 * 2026-02-11 have lost this operation: `library.contains` is called for them.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/check-current-user-follows
 */
export const follows = endpoint({
  operationId: "check-current-user-follows",
  method: "GET",
  path: "/me/following/contains",
  parameters: { type: query(choice("artist", "user")), ids: query(followable) },
  scopes: allOf("user-follow-read"),
  life: removed("2026-02", "library.contains"),
  repeatable: true,
  result: json<readonly boolean[]>(),
});
