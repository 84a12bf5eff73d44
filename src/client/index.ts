export { ApiError } from "./api-error.js";
export { type Call, call, method } from "./call.js";
export { type Client, createClient, type Group } from "./client.js";
export { type CallOptions, type Connection, type ConnectionOptions, connect } from "./connection.js";
export type { AddressableDevice } from "./device-name.js";
export { type LibraryArguments, libraryOf } from "./library.js";
export { type AnyPage, items, type ListChange, pages, type WalkOptions } from "./pages.js";
export { PartialWriteError, type Progress } from "./partial-write-error.js";
export {
  type DeviceArguments,
  deviceNamed,
  type PlaySavedArguments,
  playerHelpers,
  playSaved,
  type QueueManyArguments,
  queueMany,
  resume,
  seekBy,
} from "./player.js";
export {
  type AddArguments,
  type AddOptions,
  type PlaylistArguments,
  playlistEdits,
  type RemoveArguments,
  type ReorderArguments,
  type UrisArguments,
} from "./playlist-edits.js";
export { playlistItems } from "./playlist-items.js";
export { request } from "./raw-request.js";
export type { ApiRequest } from "./request.js";
export { type AnyResource, getResource } from "./resource.js";
export { type SearchTerms, searchQuery } from "./search-terms.js";
export { type Several, type SeveralArguments, severalOf } from "./several.js";
