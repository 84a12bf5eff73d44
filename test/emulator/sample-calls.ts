import { type ResourceType, toUri } from "../../src/contract/ids.js";
import { type Endpoint, type TableEntry, table, wireName } from "../../src/contract/index.js";
import type { Value } from "../../src/contract/values.js";
import type { Emulator } from "../../src/emulator/index.js";

/** A call of an operation that succeeds in the seeded world, for the first person. */
export interface SampleCall {
  readonly row: Endpoint;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** One call of each operation, those that only read first. */
export function sampleCalls(emulator: Emulator): readonly SampleCall[] {
  const calls = table().map((entry) => sampleCall(emulator, entry));
  return [
    ...calls.filter(({ method }) => method === "GET"),
    ...calls.filter(({ method }) => method !== "GET"),
  ];
}

/** What the row alone does not say: the optional parameters without which a call does nothing or is refused. */
const MORE: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "get-recommendations": { seedGenres: ["folk"], seedArtists: true, seedTracks: true },
  "reorder-or-replace-playlists-items": { uris: true },
  "reorder-or-replace-playlists-tracks": { uris: true },
  "add-items-to-playlist": { uris: true },
  "add-tracks-to-playlist": { uris: true },
  "remove-items-playlist": { items: true },
  "remove-tracks-playlist": { tracks: true },
  "start-a-users-playback": { contextUri: true },
  "save-tracks-user": { ids: true },
};

function sampleCall(emulator: Emulator, { row }: TableEntry): SampleCall {
  const more = MORE[row.operationId] ?? {};
  let path: string = row.path;
  const query = new URLSearchParams();
  const members: Record<string, unknown> = {};
  let content: unknown;
  for (const [name, parameter] of Object.entries(row.parameters)) {
    const given = more[name];
    if (!parameter.required && given === undefined) continue;
    const value = given === undefined || given === true ? sample(emulator, parameter.value, name) : given;
    const wire = wireName(name);
    if (parameter.in === "path") path = path.replace(`{${wire}}`, encodeURIComponent(String(value)));
    else if (parameter.in === "query") query.set(wire, String(value));
    else if (parameter.in === "body") members[wire] = value;
    else content = value;
  }
  const search = query.size > 0 ? `?${query}` : "";
  const body = content ?? (Object.keys(members).length > 0 ? members : undefined);
  return { row, method: row.method, path: path + search, body };
}

/** The first bytes of a JPEG, as base64. */
const JPEG = "/9j/4AAQSkZJRg==";

function sample(emulator: Emulator, value: Value, name: string): unknown {
  const { world } = emulator;
  const [person] = world.people.values();
  switch (value.kind) {
    case "text":
      return { categoryId: "pop", q: "a", name: "A list" }[name] ?? person?.devices[0]?.id ?? "";
    case "integer":
      return Math.max(value.min, 1);
    case "decimal":
      return value.min ?? 0;
    case "boolean":
      return true;
    case "choice":
      return value.choices[0];
    case "id":
      return idOf(emulator, value.of[0] ?? "track");
    case "uri": {
      const type = value.of.includes("track") ? "track" : (value.of[0] ?? "track");
      return toUri({ type, id: idOf(emulator, type) });
    }
    case "jpeg":
      return JPEG;
    case "list":
      return value.element.kind === "choice"
        ? value.element.choices
        : [sample(emulator, value.element, name)];
    case "fields":
    case "partial":
      return Object.fromEntries(
        Object.entries(value.fields).map(([member, inner]) => [
          wireName(member),
          sample(emulator, inner, member),
        ]),
      );
  }
}

function idOf({ world }: Emulator, type: ResourceType): string {
  const [person] = world.people.keys();
  switch (type) {
    case "playlist":
      return [...world.playlists.values()].find(({ owner }) => owner === person)?.id ?? "";
    case "user":
      return person ?? "";
    default:
      return world.catalogue.idOf(type, 0);
  }
}
