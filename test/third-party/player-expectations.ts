import { expect } from "vitest";
import type { OperationId } from "../../src/contract/table.js";
import { type Expectation, type Expectations, each, type Scene } from "./api-client.js";

const state = ({ call }: Scene) => call("get-information-about-the-users-current-playback");

/** Plays the tracks of the cast. */
const play = ({ call }: Scene) => call("start-a-users-playback");

/** After a command to something that plays, the state shows it. */
function commands(operationId: OperationId, shown: (scene: Scene) => object): Expectation {
  return async (scene) => {
    await play(scene);
    await scene.call(operationId);
    expect(await state(scene)).toMatchObject(shown(scene));
  };
}

export const playerExpectations: Expectations = {
  "start-a-users-playback": async (scene) => {
    await play(scene);
    const { cast } = scene;
    expect(await state(scene)).toMatchObject({
      is_playing: true,
      progress_ms: 0,
      item: { id: cast.track },
      device: { id: cast.device },
    });
  },
  "get-information-about-the-users-current-playback": async (scene) => {
    // What clients make of 204.
    expect([null, {}]).toContainEqual(await state(scene));
    await play(scene);
    const device = scene.world.people.get(scene.cast.person)?.devices[0];
    expect(await state(scene)).toMatchObject({ device, repeat_state: "off", shuffle_state: false });
  },
  "get-the-users-currently-playing-track": async (scene) => {
    await play(scene);
    expect(await scene.call("get-the-users-currently-playing-track")).toMatchObject({
      is_playing: true,
      currently_playing_type: "track",
      item: { id: scene.cast.track },
    });
  },
  "pause-a-users-playback": commands("pause-a-users-playback", () => ({ is_playing: false })),
  "skip-users-playback-to-next-track": commands("skip-users-playback-to-next-track", ({ cast }) => ({
    item: { id: cast.tracks[1] },
  })),
  "skip-users-playback-to-previous-track": async (scene) => {
    await play(scene);
    await scene.call("skip-users-playback-to-next-track");
    await scene.call("skip-users-playback-to-previous-track");
    expect(await state(scene)).toMatchObject({ item: { id: scene.cast.track } });
  },
  "seek-to-position-in-currently-playing-track": commands(
    "seek-to-position-in-currently-playing-track",
    () => ({ progress_ms: 30_000 }),
  ),
  "set-repeat-mode-on-users-playback": commands("set-repeat-mode-on-users-playback", () => ({
    repeat_state: "context",
  })),
  "set-volume-for-users-playback": commands("set-volume-for-users-playback", () => ({
    device: { volume_percent: 40 },
  })),
  "toggle-shuffle-for-users-playback": commands("toggle-shuffle-for-users-playback", () => ({
    shuffle_state: true,
  })),
  "transfer-a-users-playback": commands("transfer-a-users-playback", ({ cast }) => ({
    device: { id: cast.otherDevice },
  })),
  "add-to-queue": async (scene) => {
    await play(scene);
    await scene.call("add-to-queue");
    const queue = await scene.call("skip-users-playback-to-next-track").then(() => state(scene));
    expect(queue).toMatchObject({ item: { id: scene.cast.tracks[2] } });
  },
  "get-queue": async (scene) => {
    await play(scene);
    const { track, tracks } = scene.cast;
    expect(await scene.call("get-queue")).toMatchObject({
      currently_playing: { id: track },
      queue: tracks.slice(1).map((id) => ({ id })),
    });
  },
  "get-a-users-available-devices": async ({ call, cast, world }) => {
    const names = world.people.get(cast.person)?.devices.map(({ name }) => name);
    expect(each(await call("get-a-users-available-devices"), "name")).toEqual(names);
  },
  "get-recently-played": async ({ call, cast, world }) => {
    const latest = [...(world.pastPlays.get(cast.person) ?? [])].reverse();
    const shown = each(await call("get-recently-played"), "track", "uri");
    expect(shown).toEqual(latest.slice(0, 20).map(({ uri }) => uri));
  },
};
