import { expect } from "vitest";
import type { OperationId } from "../../src/contract/table.js";
import type { CatalogueKind } from "../../src/emulator/world/catalogue.js";
import { type Expectation, type Expectations, each, itemsOf, type Scene } from "./api-client.js";
import type { Cast } from "./cast.js";

interface Shelf {
  readonly kind: CatalogueKind;
  readonly ids: (cast: Cast) => readonly string[];
  readonly check: OperationId;
}

const keysOf = ({ kind, ids }: Shelf, cast: Cast) => ids(cast).map((id) => `spotify:${kind}:${id}`);

function saves(operationId: OperationId, shelf: Shelf): Expectation {
  return async ({ call, cast, world }) => {
    const library = world.libraryOf(cast.person);
    for (const uri of keysOf(shelf, cast)) library.delete(uri);
    expect(await call(shelf.check)).toEqual([false, false, false]);
    await call(operationId);
    expect([...library.keys()]).toEqual(expect.arrayContaining(keysOf(shelf, cast)));
    expect(await call(shelf.check)).toEqual([true, true, true]);
  };
}

function removes(operationId: OperationId, shelf: Shelf): Expectation {
  return async ({ call, cast, world }) => {
    const library = world.libraryOf(cast.person);
    for (const uri of keysOf(shelf, cast)) library.set(uri, world.now());
    expect(await call(shelf.check)).toEqual([true, true, true]);
    await call(operationId);
    expect(keysOf(shelf, cast).filter((uri) => library.has(uri))).toEqual([]);
    expect(await call(shelf.check)).toEqual([false, false, false]);
  };
}

function checks(shelf: Shelf): Expectation {
  return async ({ call, cast, world }) => {
    const library = world.libraryOf(cast.person);
    for (const [index, uri] of keysOf(shelf, cast).entries()) {
      if (index === 1) library.set(uri, world.now());
      else library.delete(uri);
    }
    expect(await call(shelf.check)).toEqual([false, true, false]);
  };
}

/** A page of what is saved, the latest first. */
function lists(operationId: OperationId, shelf: Shelf): Expectation {
  return async ({ call, cast, world }) => {
    const library = world.libraryOf(cast.person);
    for (const uri of keysOf(shelf, cast)) {
      library.delete(uri);
      library.set(uri, world.now());
    }
    const answer = await call(operationId);
    expectTotal(answer, world.savedBy(cast.person, shelf.kind).length);
    expect(each(answer, shelf.kind, "id").slice(0, 3)).toEqual([...shelf.ids(cast)].reverse());
  };
}

/** Not every client passes it on. */
function expectTotal(answer: unknown, total: number): void {
  if (typeof answer === "object" && answer !== null && "total" in answer) expect(answer.total).toBe(total);
}

function shelf(kind: CatalogueKind, check: OperationId): Shelf {
  const name = `${kind}s` as const;
  return { kind, check, ids: (cast) => cast[name] };
}

const tracks = shelf("track", "check-users-saved-tracks");
const albums = shelf("album", "check-users-saved-albums");
const shows = shelf("show", "check-users-saved-shows");
const episodes = shelf("episode", "check-users-saved-episodes");
const audiobooks = shelf("audiobook", "check-users-saved-audiobooks");
const artists = shelf("artist", "check-current-user-follows");
/** By URI, as since February 2026. */
const anything = shelf("track", "check-library-contains");

export const libraryExpectations: Expectations = {
  "get-users-saved-tracks": lists("get-users-saved-tracks", tracks),
  "save-tracks-user": saves("save-tracks-user", tracks),
  "remove-tracks-user": removes("remove-tracks-user", tracks),
  "check-users-saved-tracks": checks(tracks),
  "get-users-saved-albums": lists("get-users-saved-albums", albums),
  "save-albums-user": saves("save-albums-user", albums),
  "remove-albums-user": removes("remove-albums-user", albums),
  "check-users-saved-albums": checks(albums),
  "get-users-saved-shows": lists("get-users-saved-shows", shows),
  "save-shows-user": saves("save-shows-user", shows),
  "remove-shows-user": removes("remove-shows-user", shows),
  "check-users-saved-shows": checks(shows),
  "get-users-saved-episodes": lists("get-users-saved-episodes", episodes),
  "save-episodes-user": saves("save-episodes-user", episodes),
  "remove-episodes-user": removes("remove-episodes-user", episodes),
  "check-users-saved-episodes": checks(episodes),
  "get-users-saved-audiobooks": lists("get-users-saved-audiobooks", audiobooks),
  "save-audiobooks-user": saves("save-audiobooks-user", audiobooks),
  "remove-audiobooks-user": removes("remove-audiobooks-user", audiobooks),
  "check-users-saved-audiobooks": checks(audiobooks),
  "save-library-items": saves("save-library-items", anything),
  "remove-library-items": removes("remove-library-items", anything),
  "check-library-contains": checks(anything),
  "follow-artists-users": saves("follow-artists-users", artists),
  "unfollow-artists-users": removes("unfollow-artists-users", artists),
  "check-current-user-follows": checks(artists),
  "get-followed": async ({ call, cast, world }) => {
    const answer = await call("get-followed");
    const followed = world.savedBy(cast.person, "artist").map(({ id }) => id);
    expectTotal(answer, followed.length);
    expect(itemsOf(answer)).toHaveLength(20);
    expect(followed).toEqual(expect.arrayContaining([...each(answer, "id")]));
  },
};

/** The person and what they listen to. */
export const personExpectations: Expectations = {
  "get-current-users-profile": async ({ call, cast, world }) => {
    const { displayName, email, country } = personOf(world, cast);
    const profile = { id: cast.person, display_name: displayName, email, country };
    expect(await call("get-current-users-profile")).toMatchObject(profile);
  },
  "get-users-top-artists-and-tracks": async ({ call, world }) => {
    const ids = each(await call("get-users-top-artists-and-tracks"), "id");
    expect(ids).toHaveLength(20);
    for (const id of ids) expect(world.catalogue.find("track", String(id))).not.toBeNull();
  },
  "get-a-list-of-current-users-playlists": async ({ call, cast, world }) => {
    const answer = await call("get-a-list-of-current-users-playlists");
    const own = world.savedBy(cast.person, "playlist").map(({ id }) => id);
    expectTotal(answer, own.length);
    expect(each(answer, "id")).toEqual(own);
  },
};

function personOf(world: Scene["world"], cast: Cast) {
  const person = world.people.get(cast.person);
  if (person === undefined) throw new Error("Nobody is there.");
  return person;
}
