import { describe, expect, it } from "vitest";
import { createRoutes } from "../../src/emulator/api/routes.js";

const find = createRoutes();

function found(method: string, path: string) {
  const match = find(path);
  return { operationId: match?.methods.get(method)?.operationId, ...match?.parameters };
}

describe("an older form of a path", () => {
  it("is the same path when a slash stands at its end", () => {
    expect(found("GET", "/search/")).toEqual({ operationId: "search" });
    expect(found("PUT", "/me/tracks/")).toEqual({ operationId: "save-tracks-user" });
    expect(found("GET", "/search//")).toEqual({ operationId: undefined });
  });

  it("is the playlist's own path when its owner stands before it", () => {
    const playlist_id = "37i9dQZF1DXcBWIGoYBM5M";
    const at = (rest: string) => `/users/zo%C3%AB/playlists/${playlist_id}${rest}`;
    expect(found("GET", at(""))).toEqual({ operationId: "get-playlist", playlist_id });
    expect(found("POST", at("/tracks"))).toEqual({ operationId: "add-tracks-to-playlist", playlist_id });
    const contains = { operationId: "check-if-user-follows-playlist", playlist_id };
    expect(found("GET", at("/followers/contains"))).toEqual(contains);
  });

  it("leaves alone what is about people themselves", () => {
    const playlists = { operationId: "get-list-users-playlists", user_id: "zoë" };
    expect(found("GET", "/users/zo%C3%AB/playlists")).toEqual(playlists);
    expect(found("GET", "/users/zo%C3%AB/playlists/")).toEqual(playlists);
    expect(found("GET", "/users/zo%C3%AB")).toEqual({ operationId: "get-users-profile", user_id: "zoë" });
  });
});
