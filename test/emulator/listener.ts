import { type ApiAnswer, type Call, guest, stillEmulator } from "./guest.js";

const SCOPES =
  "user-modify-playback-state user-read-currently-playing user-read-playback-position user-read-playback-state user-read-recently-played user-read-private";

/** Somebody with a player, at an emulator whose clock stands until it is put forward. */
export async function listener(person?: string) {
  const emulator = stillEmulator();
  // Else commands are now and then answered with a text and 200.
  emulator.world.playerAnswers = "empty";
  const logIn = () => guest(emulator, { scope: SCOPES, ...(person !== undefined && { person }) });
  let caller = await logIn();
  const call: Call = (...request) => caller(...request);
  const { catalogue } = emulator.world;
  const uri = (kind: "track" | "album" | "artist", index: number) =>
    `spotify:${kind}:${catalogue.idOf(kind, index)}`;
  const play = (body: object) => call("PUT", "/me/player/play", body);
  const state = () => call("GET", "/me/player");
  return {
    emulator,
    world: emulator.world,
    catalogue,
    call,
    uri,
    play,
    state,
    /** Puts the clock forward by more than a token lives. */
    async wait(ms: number) {
      emulator.advance(ms);
      caller = await logIn();
    },
    /** The URI of what plays. */
    playing: async () => (await state()).at("item", "uri"),
    /** The URIs of what comes next. */
    upNext: async () => urisIn((await call("GET", "/me/player/queue")).at("queue")),
    album: (index: number) => {
      const { firstTrack, totalTracks } = catalogue.album(index);
      return {
        uri: uri("album", index),
        tracks: Array.from({ length: totalTracks }, (_, place) => uri("track", firstTrack + place)),
      };
    },
    lengthOf: (index: number) => catalogue.track(index).durationMs,
    device: (place: number, of = person ?? emulator.world.defaultPerson) =>
      String(emulator.world.people.get(of)?.devices[place]?.id),
  };
}

export function urisIn(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map((entry: { readonly uri: string }) => entry.uri) : [];
}

/** What is refused because it cannot be done now. */
export const RESTRICTED = {
  error: { status: 403, message: "Player command failed: Restriction violated", reason: "UNKNOWN" },
};

/** What the player says may not be done. */
export async function disallowed(state: () => Promise<ApiAnswer>): Promise<unknown> {
  return (await state()).at("actions", "disallows");
}
