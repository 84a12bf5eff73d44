import {
  body,
  endpoint,
  ignored,
  json,
  jsonOrNothing,
  optionalBody,
  optionalQuery,
  query,
} from "../endpoint.js";
import { live } from "../life.js";
import type {
  CurrentlyPlaying,
  CursorPage,
  Device,
  PlaybackState,
  PlayHistory,
  Queue,
} from "../models/index.js";
import { allOf } from "../scopes.js";
import { choice, integer, list, market, pageSize, partialFields, text, truth, uri } from "../values.js";

const deviceId = optionalQuery(text({ maxLength: 200 }));
const additionalTypes = optionalQuery(list(choice("track", "episode"), { max: 2 }));
const control = allOf("user-modify-playback-state");

/**
 * What is playing and where, or nothing when no device is active. Needs `user-read-playback-state`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-information-about-the-users-current-playback
 */
export const state = endpoint({
  operationId: "get-information-about-the-users-current-playback",
  method: "GET",
  path: "/me/player",
  parameters: { market: optionalQuery(market), additionalTypes },
  scopes: allOf("user-read-playback-state"),
  life: live,
  repeatable: true,
  result: jsonOrNothing<PlaybackState>(),
});

/**
 * Moves the playback to another device, playing on if `play` says so. Needs `user-modify-playback-state`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/transfer-a-users-playback
 */
export const transfer = endpoint({
  operationId: "transfer-a-users-playback",
  method: "PUT",
  path: "/me/player",
  parameters: {
    // One device, in a list.
    deviceIds: body(list(text({ maxLength: 200 }), { max: 1 })),
    play: optionalBody(truth()),
  },
  scopes: control,
  life: live,
  repeatable: true,
  result: ignored,
});

/**
 * The devices that can play. Needs `user-read-playback-state`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-a-users-available-devices
 */
export const devices = endpoint({
  operationId: "get-a-users-available-devices",
  method: "GET",
  path: "/me/player/devices",
  parameters: {},
  scopes: allOf("user-read-playback-state"),
  life: live,
  repeatable: true,
  result: json<readonly Device[]>(200, { under: "devices" }),
});

/**
 * What is playing, or nothing when nothing is. Needs `user-read-currently-playing`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-the-users-currently-playing-track
 */
export const currentlyPlaying = endpoint({
  operationId: "get-the-users-currently-playing-track",
  method: "GET",
  path: "/me/player/currently-playing",
  parameters: { market: optionalQuery(market), additionalTypes },
  scopes: allOf("user-read-currently-playing"),
  life: live,
  repeatable: true,
  result: jsonOrNothing<CurrentlyPlaying>(),
});

/**
 * Starts a context or a list of items, or goes on with what was paused. Needs `user-modify-playback-state`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/start-a-users-playback
 */
export const play = endpoint({
  operationId: "start-a-users-playback",
  method: "PUT",
  path: "/me/player/play",
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

/**
 * Pauses. Needs `user-modify-playback-state`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/pause-a-users-playback
 */
export const pause = endpoint({
  operationId: "pause-a-users-playback",
  method: "PUT",
  path: "/me/player/pause",
  parameters: { deviceId },
  scopes: control,
  life: live,
  repeatable: true,
  result: ignored,
});

/**
 * Skips to the next item of the queue. Needs `user-modify-playback-state`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/skip-users-playback-to-next-track
 */
export const next = endpoint({
  operationId: "skip-users-playback-to-next-track",
  method: "POST",
  path: "/me/player/next",
  parameters: { deviceId },
  scopes: control,
  life: live,
  repeatable: false,
  result: ignored,
});

/**
 * Goes back to the item before. Needs `user-modify-playback-state`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/skip-users-playback-to-previous-track
 */
export const previous = endpoint({
  operationId: "skip-users-playback-to-previous-track",
  method: "POST",
  path: "/me/player/previous",
  parameters: { deviceId },
  scopes: control,
  life: live,
  repeatable: false,
  result: ignored,
});

/**
 * Goes to a position in the item that is playing. Needs `user-modify-playback-state`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/seek-to-position-in-currently-playing-track
 */
export const seek = endpoint({
  operationId: "seek-to-position-in-currently-playing-track",
  method: "PUT",
  path: "/me/player/seek",
  parameters: { positionMs: query(integer({ min: 0 })), deviceId },
  scopes: control,
  life: live,
  repeatable: true,
  result: ignored,
});

/**
 * Repeats the item, the context, or nothing. Needs `user-modify-playback-state`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/set-repeat-mode-on-users-playback
 */
export const repeat = endpoint({
  operationId: "set-repeat-mode-on-users-playback",
  method: "PUT",
  path: "/me/player/repeat",
  parameters: { state: query(choice("track", "context", "off")), deviceId },
  scopes: control,
  life: live,
  repeatable: true,
  result: ignored,
});

/**
 * Sets the volume of a device, in percent. Needs `user-modify-playback-state`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/set-volume-for-users-playback
 */
export const volume = endpoint({
  operationId: "set-volume-for-users-playback",
  method: "PUT",
  path: "/me/player/volume",
  parameters: { volumePercent: query(integer({ min: 0, max: 100 })), deviceId },
  scopes: control,
  life: live,
  repeatable: true,
  result: ignored,
});

/**
 * Turns shuffling on or off. Needs `user-modify-playback-state`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/toggle-shuffle-for-users-playback
 */
export const shuffle = endpoint({
  operationId: "toggle-shuffle-for-users-playback",
  method: "PUT",
  path: "/me/player/shuffle",
  parameters: { state: query(truth()), deviceId },
  scopes: control,
  life: live,
  repeatable: true,
  result: ignored,
});

/**
 * The tracks that the person played last, the latest first. Needs `user-read-recently-played`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-recently-played
 */
export const recentlyPlayed = endpoint({
  operationId: "get-recently-played",
  method: "GET",
  path: "/me/player/recently-played",
  parameters: {
    limit: optionalQuery(pageSize(50), 20),
    // Milliseconds since the Unix epoch; one of the two.
    after: optionalQuery(integer({ min: 0 })),
    before: optionalQuery(integer({ min: 0 })),
  },
  scopes: allOf("user-read-recently-played"),
  life: live,
  repeatable: true,
  result: json<CursorPage<PlayHistory>>(),
});

/**
 * What plays now, and what comes after it. Needs `user-read-currently-playing` and `user-read-playback-state`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/get-queue
 */
export const queue = endpoint({
  operationId: "get-queue",
  method: "GET",
  path: "/me/player/queue",
  parameters: {},
  scopes: allOf("user-read-currently-playing", "user-read-playback-state"),
  life: live,
  repeatable: true,
  result: json<Queue>(),
});

/**
 * Puts a track or an episode at the end of the queue. Needs `user-modify-playback-state`.
 *
 * @see https://developer.spotify.com/documentation/web-api/reference/add-to-queue
 */
export const addToQueue = endpoint({
  operationId: "add-to-queue",
  method: "POST",
  path: "/me/player/queue",
  parameters: { uri: query(uri("track", "episode")), deviceId },
  scopes: control,
  life: live,
  repeatable: false,
  result: ignored,
});
