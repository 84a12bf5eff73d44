import { expect } from "vitest";
import type { OperationId } from "../../src/contract/table.js";
import type { StoredPlaylist } from "../../src/emulator/world/playlist.js";
import { type Expectation, type Expectations, each, type Scene, under } from "./api-client.js";

function listOf({ world }: Scene, id: string): StoredPlaylist {
  const playlist = world.playlists.get(id);
  if (playlist === undefined) throw new Error("There is no such playlist.");
  return playlist;
}

const urisOf = (playlist: StoredPlaylist) => playlist.entries.map(({ uri }) => uri);

/** Puts the tracks of the cast into the empty playlist. */
function filled(scene: Scene): StoredPlaylist {
  const { cast } = scene;
  const playlist = listOf(scene, cast.emptyPlaylist);
  const addedAt = "2026-01-01T00:00:00Z";
  playlist.entries = cast.trackUris.map((uri) => ({ uri, addedAt, addedBy: cast.person }));
  return playlist;
}

async function expectSnapshot(scene: Scene, answer: unknown, playlist: StoredPlaylist): Promise<void> {
  expect(await under(answer, "snapshot_id")).toBe(scene.world.snapshotOf(playlist));
}

function reads(operationId: OperationId, entry: "track" | "item"): Expectation {
  return async (scene) => {
    const uris = urisOf(listOf(scene, scene.cast.playlist));
    const shown = each(await scene.call(operationId), entry, "uri");
    expect(shown.length).toBeGreaterThanOrEqual(20);
    expect(shown).toEqual(uris.slice(0, shown.length));
  };
}

/** A client that drops the snapshot id says so: the difference is a known fault of its own. */
function adds(operationId: OperationId): Expectation {
  return async (scene) => {
    const playlist = listOf(scene, scene.cast.emptyPlaylist);
    const answer = await scene.call(operationId);
    expect(urisOf(playlist)).toEqual(scene.cast.trackUris);
    if (answer !== undefined) await expectSnapshot(scene, answer, playlist);
  };
}

/** The first goes before the fourth. */
function reorders(operationId: OperationId): Expectation {
  return async (scene) => {
    const playlist = filled(scene);
    const [first, second, third] = urisOf(playlist);
    const answer = await scene.call(operationId);
    expect(urisOf(playlist)).toEqual([second, third, first]);
    await expectSnapshot(scene, answer, playlist);
  };
}

function removesFirst(operationId: OperationId): Expectation {
  return async (scene) => {
    const playlist = filled(scene);
    const [, ...rest] = urisOf(playlist);
    const answer = await scene.call(operationId);
    expect(urisOf(playlist)).toEqual(rest);
    if (answer !== undefined) await expectSnapshot(scene, answer, playlist);
  };
}

function creates(operationId: OperationId): Expectation {
  return async (scene) => {
    const answer = await scene.call(operationId);
    const made = [...scene.world.playlists.values()].at(-1);
    expect(made).toMatchObject({ name: "Made by a client", owner: scene.cast.person, public: false });
    expect(answer).toMatchObject({ id: made?.id, name: made?.name, owner: { id: scene.cast.person } });
  };
}

export const playlistExpectations: Expectations = {
  "get-playlist": async (scene) => {
    const { id, name, owner } = listOf(scene, scene.cast.playlist);
    expect(await scene.call("get-playlist")).toMatchObject({ id, name, owner: { id: owner } });
  },
  "get-playlists-items": reads("get-playlists-items", "item"),
  "get-playlists-tracks": reads("get-playlists-tracks", "track"),
  "add-items-to-playlist": adds("add-items-to-playlist"),
  "add-tracks-to-playlist": adds("add-tracks-to-playlist"),
  "reorder-or-replace-playlists-items": reorders("reorder-or-replace-playlists-items"),
  "reorder-or-replace-playlists-tracks": reorders("reorder-or-replace-playlists-tracks"),
  "remove-items-playlist": removesFirst("remove-items-playlist"),
  "remove-tracks-playlist": removesFirst("remove-tracks-playlist"),
  "create-playlist": creates("create-playlist"),
  "create-playlist-for-user": creates("create-playlist-for-user"),
  "change-playlist-details": async (scene) => {
    await scene.call("change-playlist-details");
    const details = { name: "Renamed", description: "By a client.", public: false };
    expect(listOf(scene, scene.cast.playlist)).toMatchObject(details);
    expect(await scene.call("get-playlist")).toMatchObject(details);
  },
  "get-playlist-cover": async ({ call }) => {
    const [url] = each(await call("get-playlist-cover"), "url");
    expect(url).toMatch(/^http:\/\//);
  },
  "upload-custom-playlist-cover": async ({ call, cast, world }) => {
    await call("upload-custom-playlist-cover");
    expect(Buffer.from(world.covers.get(cast.playlist) ?? []).toString("base64")).toBe(cast.picture);
    const [url] = each(await under(call("get-playlist"), "images"), "url");
    expect(url).toContain(cast.playlist);
  },
  "follow-playlist": async ({ call, cast, world }) => {
    world.libraryOf(cast.person).delete(`spotify:playlist:${cast.foreignPlaylist}`);
    await call("follow-playlist");
    expect(world.follows(cast.person, cast.foreignPlaylist)).toBe(true);
    expect(await call("check-if-user-follows-playlist")).toEqual([true]);
  },
  "unfollow-playlist": async ({ call, cast, world }) => {
    world.libraryOf(cast.person).set(`spotify:playlist:${cast.foreignPlaylist}`, world.now());
    await call("unfollow-playlist");
    expect(world.follows(cast.person, cast.foreignPlaylist)).toBe(false);
    expect(await call("check-if-user-follows-playlist")).toEqual([false]);
  },
  "check-if-user-follows-playlist": async ({ call, cast, world }) => {
    const follows = world.follows(cast.person, cast.foreignPlaylist);
    expect(await call("check-if-user-follows-playlist")).toEqual([follows]);
  },
};
