import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { KnownLimit, LimitKey, LimitMemory } from "../../src/base/limits.js";
import { HOSTILE_NAMES } from "./names.js";

/** A memory of limits to be tested: empty, and used by nobody else. */
export interface LimitsUnderTest {
  readonly limits: LimitMemory | undefined;
  /** What another process has of the same place, or this process after it was started anew; the same where nothing is shared. */
  readonly sibling: LimitMemory | undefined;
  readonly close?: () => Promise<void>;
}

export const APP: LimitKey = { provider: "spotify", clientId: "c0ffee" };

const HOUR = 3_600_000;
/** A server counts by its own clock, and an answer takes a while: ends are given back about as they were noted. */
const ABOUT_MS = 60_000;

/** What every memory of limits must do; each store's test file calls it once. */
export function limitsSuite(name: string, make: () => LimitsUnderTest | Promise<LimitsUnderTest>): void {
  describe(`${name} as a memory of limits`, () => {
    let place: LimitsUnderTest;
    let limits: LimitMemory;
    let sibling: LimitMemory;
    beforeEach(async () => {
      place = await make();
      if (place.limits === undefined || place.sibling === undefined) throw new Error("It has none.");
      limits = place.limits;
      sibling = place.sibling;
    });
    afterEach(async () => {
      await place.close?.();
    });

    test("knows nothing where nothing was noted", async () => {
      expect(await limits.read(APP)).toEqual([]);
    });

    test("RL-05 gives back what was noted, and nothing else", async () => {
      const noted = [rate(HOUR), rate(2 * HOUR, "/v1/tracks/{id}"), quota(3 * HOUR, "/v1/search")];
      for (const limit of noted) await limits.note(APP, limit);
      expect(await told(limits)).toEqual(await rounded(noted));
    });

    test("RL-05 another process sees it, and so does the next start", async () => {
      await limits.note(APP, quota(HOUR));
      expect(await told(sibling)).toEqual(await rounded([quota(HOUR)]));
      await sibling.note(APP, quota(2 * HOUR));
      expect(await told(limits)).toEqual(await rounded([quota(2 * HOUR)]));
    });

    test("RL-05 of two about the same the later end counts, in whichever order they come", async () => {
      await limits.note(APP, rate(HOUR));
      await sibling.note(APP, rate(3 * HOUR));
      await limits.note(APP, rate(2 * HOUR));
      expect(await told(sibling)).toEqual(await rounded([rate(3 * HOUR)]));
    });

    test("a limit of another kind or path leaves the first one as it is", async () => {
      await limits.note(APP, rate(2 * HOUR));
      await limits.note(APP, quota(HOUR));
      await limits.note(APP, rate(HOUR, "/v1/me"));
      expect(await told(limits)).toEqual(await rounded([rate(2 * HOUR), quota(HOUR), rate(HOUR, "/v1/me")]));
    });

    test("forgets what has ended, and keeps what has not", async () => {
      await limits.note(APP, rate(HOUR, "/v1/me"));
      await limits.note(APP, rate(100));
      await expect.poll(() => told(limits)).toEqual(await rounded([rate(HOUR, "/v1/me")]));
      // A new one about the same begins anew.
      await limits.note(APP, rate(HOUR));
      expect(await told(sibling)).toEqual(await rounded([rate(HOUR), rate(HOUR, "/v1/me")]));
    });

    test("keeps nothing that has ended before or that cannot be believed", async () => {
      for (const wait of [-HOUR, 31 * 24 * HOUR, Number.NaN, Number.POSITIVE_INFINITY]) {
        await limits.note(APP, rate(wait));
      }
      await limits.note(APP, rate(HOUR, "x".repeat(100_000)));
      expect(await limits.read(APP)).toEqual([]);
    });

    test("keeps at most two hundred, and always the one about the whole app", async () => {
      await limits.note(APP, rate(HOUR));
      for (let count = 1; count <= 210; count++) await limits.note(APP, rate(2 * HOUR, `/v1/${count}`));
      const known = await sibling.read(APP);
      expect(known.length).toBeLessThanOrEqual(200);
      expect(known.length).toBeGreaterThan(190);
      expect(known.filter(({ endpoint }) => endpoint === undefined)).toHaveLength(1);
      expect(known.filter(({ endpoint }) => endpoint === "/v1/210")).toHaveLength(1);
    });

    test("loses none of many that are noted at once", async () => {
      const noted = Array.from({ length: 20 }, (_, index) => rate(HOUR, `/v1/${index}`));
      await Promise.all(noted.map((limit, index) => (index % 2 ? limits : sibling).note(APP, limit)));
      expect(await told(limits)).toEqual(await rounded(noted));
    });

    test("RL-05 keeps apps apart, whatever their names are", async () => {
      const apps = [
        APP,
        { ...APP, provider: "127.0.0.1:4000" },
        { provider: "spotif", clientId: "yc0ffee" },
        { provider: "spotify:c0ffee", clientId: "x" },
        { provider: "spotify", clientId: "c0ffee:x" },
        ...HOSTILE_NAMES.map((clientId) => ({ provider: "spotify", clientId })),
        ...HOSTILE_NAMES.map((provider) => ({ provider, clientId: "c0ffee" })),
      ];
      for (const [index, app] of apps.entries()) await limits.note(app, rate(HOUR, `/v1/${index}`));
      for (const [index, app] of apps.entries()) {
        const known = await sibling.read(app);
        expect(known.map(({ endpoint }) => endpoint)).toEqual([`/v1/${index}`]);
      }
    });

    test("gives back every path as it was noted, whatever is in it", async () => {
      const paths = HOSTILE_NAMES.filter((name) => name.length <= 200);
      for (const path of paths) await limits.note(APP, rate(HOUR, path));
      expect((await sibling.read(APP)).map(({ endpoint }) => endpoint).sort()).toEqual([...paths].sort());
    });

    test.each(["provider", "clientId"])("refuses an empty %s", async (part) => {
      const app = { ...APP, [part]: "" };
      await expect(limits.read(app)).rejects.toMatchObject({ code: "argument-invalid" });
      await expect(limits.note(app, rate(HOUR))).rejects.toMatchObject({ code: "argument-invalid" });
    });
  });
}

/** A limit of requests over seconds that ends so many milliseconds from now. */
export function rate(ms: number, endpoint?: string): KnownLimit {
  return { kind: "rate", endpoint, until: Date.now() + ms };
}

export function quota(ms: number, endpoint?: string): KnownLimit {
  return { kind: "quota", endpoint, until: Date.now() + ms };
}

/** What a memory tells of the app, a text each, in an order of its own. */
export async function told(limits: LimitMemory, app = APP): Promise<readonly string[]> {
  return rounded(await limits.read(app));
}

export async function rounded(limits: readonly KnownLimit[]): Promise<readonly string[]> {
  const sentences = limits.map(({ kind, endpoint, until }) => {
    const hours = (until - Date.now()) / HOUR;
    const isAboutWhole = Math.abs(hours - Math.round(hours)) * HOUR < ABOUT_MS;
    return `${kind} ${endpoint ?? "*"} ${isAboutWhole ? Math.round(hours) : hours} h`;
  });
  return sentences.sort();
}
