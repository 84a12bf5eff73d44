import { describe, expect, it } from "vitest";
import { jpeg } from "../../src/emulator/console/jpeg.js";
import { createEmulator } from "../../src/emulator/index.js";
import { serveEmulator } from "../../src/emulator/serve.js";
import { changeCover } from "../../src/emulator/world/playlist-changes.js";
import { describeInChromium } from "../support/chromium.js";
import { stillEmulator } from "./guest.js";

const ID = "4iV5W9uYEdYUVa79Axb7Rh";

/** The segments of a JPEG, by marker, up to the scan. */
function segmentsOf(bytes: Uint8Array): Map<number, Uint8Array> {
  const segments = new Map<number, Uint8Array>();
  for (let at = 2; bytes[at] === 0xff; ) {
    const [marker = 0, high = 0, low = 0] = bytes.subarray(at + 1, at + 4);
    const length = high * 256 + low;
    segments.set(marker, bytes.subarray(at + 4, at + 2 + length));
    at += 2 + length;
    if (marker === 0xda) break;
  }
  return segments;
}

async function pictureAt(path: string, emulator = stillEmulator()): Promise<Response> {
  return emulator.fetch(`${emulator.urls.console}${path}`);
}

describe("a cover", () => {
  it.each([64, 300, 640])("is a JPEG of %i pixels and a few kilobytes", async (size) => {
    const response = await pictureAt(`/image/${ID}-${size}.jpg`);
    expect(response.headers.get("content-type")).toBe("image/jpeg");
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect([...bytes.subarray(0, 2), ...bytes.subarray(-2)]).toEqual([0xff, 0xd8, 0xff, 0xd9]);
    const frame = segmentsOf(bytes).get(0xc0);
    const side = [size >> 8, size & 0xff];
    expect([...(frame ?? [])].slice(0, 6)).toEqual([8, ...side, ...side, 3]);
    expect(bytes.length).toBeLessThan(12_000);
  });

  it("is the same for an id each time, and another for another", async () => {
    const bytes = async (id: string) => (await pictureAt(`/image/${id}-64.jpg`)).text();
    expect(await bytes(ID)).toBe(await bytes(ID));
    expect(await bytes(ID)).not.toBe(await bytes(`${ID.slice(0, -1)}0`));
  });

  it.each(["/image/x-65.jpg", "/image/x-640.png", "/image/../x-64.jpg", `/image/${"a".repeat(65)}-64.jpg`])(
    "is not at %s",
    async (path) => {
      expect((await pictureAt(path)).status).toBe(404);
    },
  );

  it("is the one that was uploaded, where one was", async () => {
    const emulator = stillEmulator();
    const uploaded = jpeg(16, () => [200, 128, 128]);
    const [playlist] = emulator.world.playlists.values();
    if (playlist === undefined) throw new Error("There are playlists from the start.");
    changeCover(emulator.world, playlist, uploaded);
    const response = await pictureAt(`/image/${playlist.id}-cover${playlist.cover}.jpg`, emulator);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(uploaded);
    expect((await pictureAt(`/image/${playlist.id}-cover0.jpg`, emulator)).status).toBe(404);
    emulator.reset();
    expect(emulator.world.covers.size).toBe(0);
  });

  it("holds no byte that could be taken for a marker", () => {
    // Values that jump between the extremes make the longest codes, and with them runs of ones.
    const bytes = jpeg(64, (x, y) => ((x * 8 + y * 8) % 2 < 1 ? [0, 0, 255] : [255, 255, 0]));
    const scan = bytes.subarray(bytes.length - 2 - 64, bytes.length - 2);
    const bare = [...scan].filter((byte, index) => byte === 0xff && scan[index + 1] !== 0 && index < 63);
    expect(bare).toEqual([]);
  });
});

describeInChromium("a cover in a browser", (browser) => {
  it("has its size, and the colours that were painted", async () => {
    const served = await serveEmulator(createEmulator());
    try {
      const page = await browser().newPage();
      await page.goto(`${served.console}/image/${ID}-300.jpg`);
      expect(await page.evaluate(() => document.images[0]?.naturalWidth)).toBe(300);
      const flat = Buffer.from(jpeg(24, (x) => (x < 0.5 ? [76, 85, 255] : [255, 128, 128]))).toString(
        "base64",
      );
      await page.goto("about:blank");
      const pixels = await page.evaluate(async (data) => {
        const image = new Image();
        image.src = `data:image/jpeg;base64,${data}`;
        await image.decode();
        const canvas = new OffscreenCanvas(24, 24);
        const context = canvas.getContext("2d");
        context?.drawImage(image, 0, 0);
        return [2, 22].map((x) => [...(context?.getImageData(x, 12, 1, 1).data ?? [])]);
      }, flat);
      // Red (by the numbers of JFIF) on the left, white on the right.
      expect(pixels[0]?.[0]).toBeGreaterThan(240);
      expect(pixels[0]?.[1]).toBeLessThan(20);
      expect(pixels[1]?.every((channel) => channel > 240)).toBe(true);
      await page.close();
    } finally {
      await served.close();
    }
  });
});
