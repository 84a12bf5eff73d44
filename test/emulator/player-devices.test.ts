import { describe, expect, it } from "vitest";
import type { Call } from "./guest.js";
import { disallowed, listener, RESTRICTED } from "./listener.js";

describe("get-a-users-available-devices", () => {
  it("shows which of them is active, or that none is", async () => {
    const { call, device } = await listener();
    expect((await call("GET", "/me/player/devices")).json).toMatchObject({
      devices: [
        { id: device(0), name: "Marlow's laptop", is_active: true },
        { name: "Kitchen speaker", is_active: false, volume_percent: 35 },
        { name: "Marlow's phone", supports_volume: false },
      ],
    });
    const other = await listener("ines.cardoso");
    expect((await other.call("GET", "/me/player/devices")).at("devices", 0, "is_active")).toBe(false);
    const none = await listener("yuki.tanabe");
    expect((await none.call("GET", "/me/player/devices")).json).toEqual({ devices: [] });
  });

  it("shows free listeners theirs", async () => {
    const { call } = await listener("tobias.k");
    expect((await call("GET", "/me/player/devices")).at("devices", 0, "name")).toBe("Web player");
  });
});

describe("transfer-a-users-playback", () => {
  it("plays on where it was, on the other device", async () => {
    const { play, call, state, uri, device, emulator } = await listener();
    await play({ uris: [uri("track", 0)] });
    emulator.advance(3000);
    expect((await call("PUT", "/me/player", { device_ids: [device(1)] })).status).toBe(204);
    emulator.advance(1000);
    expect((await state()).json).toMatchObject({
      is_playing: true,
      progress_ms: 4000,
      device: { name: "Kitchen speaker", is_active: true },
    });
    expect((await call("GET", "/me/player/devices")).at("devices", 0, "is_active")).toBe(false);
  });

  it("leaves paused what is paused, unless it shall play", async () => {
    const { play, call, state, uri, device } = await listener();
    await play({ uris: [uri("track", 0)] });
    await call("PUT", "/me/player/pause");
    for (const body of [{ device_ids: [device(1)] }, { device_ids: [device(0)], play: false }]) {
      await call("PUT", "/me/player", body);
      expect((await state()).at("is_playing")).toBe(false);
    }
    await call("PUT", "/me/player", { device_ids: [device(1)], play: true });
    expect((await state()).json).toMatchObject({ is_playing: true, device: { id: device(1) } });
  });

  it("makes a device active where nothing plays", async () => {
    const { call, device } = await listener("ines.cardoso");
    expect((await call("PUT", "/me/player", { device_ids: [device(0)], play: true })).status).toBe(204);
    expect((await call("GET", "/me/player/devices")).at("devices", 0, "is_active")).toBe(true);
  });

  it("takes exactly one device, which exists and may be controlled", async () => {
    const { call, device } = await listener();
    const transfer = (...ids: string[]) => call("PUT", "/me/player", { device_ids: ids });
    expect((await transfer()).status).toBe(400);
    expect((await transfer(device(0), device(1))).status).toBe(400);
    expect((await call("PUT", "/me/player", {})).at("error", "message")).toContain("device_ids");
    expect((await transfer("nowhere")).json).toEqual({ error: { status: 404, message: "Device not found" } });
    const zoe = await listener("zoë&the_moths");
    expect((await zoe.call("PUT", "/me/player", { device_ids: [zoe.device(0)] })).json).toEqual(RESTRICTED);
  });
});

describe("set-volume-for-users-playback", () => {
  it("sets the active device's, or another's", async () => {
    const { call, device } = await listener();
    await call("PUT", "/me/player/volume?volume_percent=11");
    await call("PUT", `/me/player/volume?volume_percent=0&device_id=${device(1)}`);
    const { at } = await call("GET", "/me/player/devices");
    expect([at("devices", 0, "volume_percent"), at("devices", 1, "volume_percent")]).toEqual([11, 0]);
  });

  it("is forgotten when the world begins anew", async () => {
    const { call, emulator } = await listener();
    await call("PUT", "/me/player/volume?volume_percent=11");
    emulator.world.reset();
    expect((await call("GET", "/me/player/devices")).at("devices", 0, "volume_percent")).toBe(60);
  });

  it("is refused where the device has none of its own, and outside 0 to 100", async () => {
    const { call, device } = await listener();
    expect((await call("PUT", `/me/player/volume?volume_percent=5&device_id=${device(2)}`)).json).toEqual({
      error: {
        status: 403,
        message: "Player command failed: Cannot control device volume",
        reason: "VOLUME_CONTROL_DISALLOW",
      },
    });
    expect((await call("PUT", "/me/player/volume?volume_percent=101")).at("error", "message")).toBe(
      "Invalid volume_percent",
    );
  });
});

describe("a snapshot of the emulator", () => {
  it("holds what plays, what was played, and how loud", async () => {
    const { call, play, album, emulator, uri } = await listener();
    await play({ context_uri: album(0).uri });
    await call("PUT", "/me/player/shuffle?state=true");
    await call("PUT", "/me/player/volume?volume_percent=3");
    await call("POST", `/me/player/queue?uri=${uri("track", 50)}`);
    emulator.advance(600_000);
    const answers = async () =>
      Promise.all(
        ["", "/queue", "/recently-played", "/devices"].map(
          async (path) => (await call("GET", `/me/player${path}`)).json,
        ),
      );
    const before = await answers();
    const snapshot = emulator.snapshot();
    await play({ uris: [uri("track", 9)] });
    await call("PUT", "/me/player/volume?volume_percent=90");
    emulator.advance(400_000);
    expect(await answers()).not.toEqual(before);
    emulator.restore(snapshot);
    expect(await answers()).toEqual(before);
  });
});

const COMMANDS = [
  ["PUT", "/me/player/play"],
  ["PUT", "/me/player/pause"],
  ["POST", "/me/player/next"],
  ["POST", "/me/player/previous"],
  ["PUT", "/me/player/seek?position_ms=1"],
  ["PUT", "/me/player/repeat?state=off"],
  ["PUT", "/me/player/shuffle?state=true"],
  ["PUT", "/me/player/volume?volume_percent=1"],
  ["POST", "/me/player/queue?uri=TRACK"],
] as const;

describe("every command", () => {
  it.each(COMMANDS)("%s %s needs Premium, an active device, and one that exists", async (method, path) => {
    const refusal = async (person: string, more = "") => {
      const { call, uri } = await listener(person);
      const address = path.replace("TRACK", uri("track", 0));
      return (await call(method, address + more)).json;
    };
    expect(await refusal("tobias.k")).toMatchObject({ error: { status: 403, reason: "PREMIUM_REQUIRED" } });
    expect(await refusal("yuki.tanabe")).toMatchObject({
      error: { status: 404, reason: "NO_ACTIVE_DEVICE" },
    });
    const elsewhere = `${path.includes("?") ? "&" : "?"}device_id=nowhere`;
    expect(await refusal("marlow.finch", elsewhere)).toEqual({
      error: { status: 404, message: "Device not found" },
    });
  });

  it("is refused when the player says so, and else taken", async () => {
    // What to do first, and what may not be done then.
    const situations: readonly (readonly [readonly string[], object])[] = [
      [[], { resuming: true, skipping_prev: true }],
      [["PUT /me/player/pause"], { pausing: true, skipping_prev: true }],
      [["POST /me/player/next"], { resuming: true }],
      [["POST /me/player/next", "PUT /me/player/pause"], { pausing: true }],
      [["PUT /me/player/repeat?state=context"], { resuming: true }],
    ];
    const names = {
      "PUT /me/player/play": "resuming",
      "PUT /me/player/pause": "pausing",
      "POST /me/player/next": "skipping_next",
      "POST /me/player/previous": "skipping_prev",
      "PUT /me/player/seek?position_ms=1": "seeking",
      "PUT /me/player/repeat?state=off": "toggling_repeat_context",
      "PUT /me/player/repeat?state=track": "toggling_repeat_track",
      "PUT /me/player/shuffle?state=true": "toggling_shuffle",
    };
    const { call, play, state, uri, emulator } = await listener();
    for (const [steps, disallows] of situations) {
      for (const [command, name] of Object.entries(names)) {
        await play({ uris: [uri("track", 0), uri("track", 1), uri("track", 2)] });
        for (const step of steps) await send(call, step);
        expect(await disallowed(state)).toEqual(disallows);
        const status = (await send(call, command)).status;
        expect([command, status]).toEqual([command, Object.hasOwn(disallows, name) ? 403 : 204]);
        emulator.world.reset();
        emulator.world.playerAnswers = "empty";
      }
    }
  });

  it("is refused on a device that became restricted, as the player says", async () => {
    const { call, play, state, uri, world } = await listener();
    await play({ uris: [uri("track", 0)] });
    const marlow = world.people.get("marlow.finch");
    if (marlow !== undefined) marlow.devices = marlow.devices.map((one) => ({ ...one, is_restricted: true }));
    expect(await disallowed(state)).toMatchObject({ pausing: true, seeking: true, toggling_shuffle: true });
    expect((await call("PUT", "/me/player/pause")).json).toEqual(RESTRICTED);
  });
});

function send(call: Call, command: string) {
  const [method = "", path = ""] = command.split(" ");
  return call(method, path);
}
