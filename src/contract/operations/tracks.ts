import { endpoint, json, optionalQuery, path, query } from "../endpoint.js";
import { live, removed } from "../life.js";
import type { Track } from "../models/index.js";
import { noScope } from "../scopes.js";
import { id, list, market } from "../values.js";

export const get = endpoint({
  operationId: "get-track",
  method: "GET",
  path: "/tracks/{id}",
  summary: "One track.",
  parameters: { id: path(id("track")), market: optionalQuery(market) },
  scopes: noScope,
  life: live,
  repeatable: true,
  result: json<Track>(),
});

export const several = endpoint({
  operationId: "get-several-tracks",
  method: "GET",
  path: "/tracks",
  summary: "Up to 50 tracks in the order asked for, `null` for those that Spotify does not have.",
  parameters: { ids: query(list(id("track"), { max: 50 })), market: optionalQuery(market) },
  scopes: noScope,
  life: removed("2026-02", "get-track"),
  repeatable: true,
  result: json<readonly (Track | null)[]>(200, { under: "tracks" }),
});
