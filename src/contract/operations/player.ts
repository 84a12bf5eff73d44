import { endpoint, ignored, jsonOrNothing, optionalBody, optionalQuery } from "../endpoint.js";
import { live } from "../life.js";
import type { PlaybackState } from "../models/index.js";
import { allOf } from "../scopes.js";
import { choice, integer, list, market, partialFields, text, uri } from "../values.js";

const deviceId = optionalQuery(text({ maxLength: 200 }));
const control = allOf("user-modify-playback-state");

export const state = endpoint({
  operationId: "get-information-about-the-users-current-playback",
  method: "GET",
  path: "/me/player",
  summary: "What is playing and where, or nothing when no device is active.",
  parameters: {
    market: optionalQuery(market),
    additionalTypes: optionalQuery(list(choice("track", "episode"), { max: 2 })),
  },
  scopes: allOf("user-read-playback-state"),
  life: live,
  repeatable: true,
  result: jsonOrNothing<PlaybackState>(),
});

export const play = endpoint({
  operationId: "start-a-users-playback",
  method: "PUT",
  path: "/me/player/play",
  summary: "Starts a context or a list of items, or goes on with what was paused.",
  parameters: {
    deviceId,
    contextUri: optionalBody(uri("album", "artist", "playlist", "show", "audiobook")),
    uris: optionalBody(list(uri("track", "episode"), { max: 100 })),
    offset: optionalBody(partialFields({ position: integer({ min: 0 }), uri: uri("track", "episode") })),
    positionMs: optionalBody(integer({ min: 0 })),
  },
  scopes: control,
  life: live,
  repeatable: true,
  result: ignored,
});

export const pause = endpoint({
  operationId: "pause-a-users-playback",
  method: "PUT",
  path: "/me/player/pause",
  summary: "Pauses.",
  parameters: { deviceId },
  scopes: control,
  life: live,
  repeatable: true,
  result: ignored,
});

export const next = endpoint({
  operationId: "skip-users-playback-to-next-track",
  method: "POST",
  path: "/me/player/next",
  summary: "Skips to the next item of the queue.",
  parameters: { deviceId },
  scopes: control,
  life: live,
  repeatable: false,
  result: ignored,
});
