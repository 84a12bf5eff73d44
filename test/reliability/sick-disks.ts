import { spawnSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HOUR, MINUTE } from "../../src/base/clock.js";
import { skipsStrace } from "../support/components.js";
import { type Conductor, type SpotifyProgram, withConductor } from "./conductor.js";
import { counted } from "./crash-sweep.js";
import { markLedger, since, storeIsCurrent } from "./oracles.js";
import type { CallOutcome } from "./protocol.js";
import type { Cell, Scenario, ScenarioResult } from "./scenario.js";
import { canMount, fill, inject, must, remount, type Sickness } from "./sicknesses.js";

interface Disease {
  readonly title: string;
  readonly needs: "mount" | "strace";
  readonly strike: Sickness;
  /** The kernel remounts no file system on which a file is open for writing, as a lock's is during a refresh. */
  readonly onlyBefore?: boolean;
}

const DISEASES: readonly Disease[] = [
  { title: "disk full (tmpfs)", needs: "mount", strike: fill },
  { title: "remounted read-only", needs: "mount", strike: remount, onlyBefore: true },
  { title: "EIO on fsync", needs: "strace", strike: inject("fsync", "EIO") },
  { title: "EIO on rename", needs: "strace", strike: inject("rename", "EIO") },
];

/** What becomes of the token file itself while nobody looks. */
const DAMAGES: readonly (readonly [title: string, harm: (path: string) => void])[] = [
  ["empty", (path) => truncateSync(path, 0)],
  ["cut short", (path) => truncateSync(path, Math.floor(statSync(path).size / 2))],
  ["garbage", (path) => writeFileSync(path, Buffer.from([0xff, 0, 0xfe, 1, 2, 3]))],
  ["a megabyte of spaces", (path) => writeFileSync(path, " ".repeat(1024 * 1024))],
  [
    "of a newer version",
    (path) => writeFileSync(path, readFileSync(path, "utf8").replace('"version":1', '"version":99')),
  ],
];
/** How long the token endpoint takes where the disk falls ill meanwhile. */
const ENDPOINT_MS = 700;
/** How often a backup is put back. */
const RESTORES = { full: 10, small: 3 };

export const sickDisks: Scenario = {
  name: "sick-disks",
  title: "Disks that fail, files that are damaged, backups that are put back",
  cases: ["ST-01", "ST-02", "RF-08", "ST-14", "I2"],
  about:
    "End to end under `rotate-strict`: the disk falls ill before a refresh or while the answer is on its way, and is well again afterwards. " +
    "A refresh token must not be sent where its successor cannot be stored, and one that came must not be lost.",
  minutes: 1,
  run: ({ size }) =>
    withConductor(async (conductor): Promise<ScenarioResult> => {
      const skipped: string[] = [];
      const mayMount = canMount(conductor);
      if (!mayMount) skipped.push("file systems of their own: only root may mount one");
      if (skipsStrace) skipped.push("errors of single system calls: there is no strace that works");
      const isHere = ({ needs }: Disease) => (needs === "mount" ? mayMount : !skipsStrace);
      const spotify = await conductor.spotify({ refresh: "rotate-strict" });
      const cases: Case[] = [];
      const diseases = DISEASES.filter(isHere).filter((_, index) => size === "full" || index === 0);
      for (const disease of diseases)
        for (const when of ["before the refresh", "while the answer is on its way"] as const)
          if (when === "before the refresh" || disease.onlyBefore !== true)
            cases.push(await fallIll(conductor, spotify, disease, when));
      for (const [title, harm] of size === "full" ? DAMAGES : DAMAGES.slice(1, 2))
        cases.push(await damage(conductor, spotify, title, harm));
      const backup = await putBack(conductor, RESTORES[size]);
      return {
        tables: [
          {
            caption: "What a person sees, and what is left of the login",
            columns: ["what", "when", "the call", "token requests", "when it is well again"],
            rows: cases.map(({ row }) => row),
          },
          backup.table,
        ],
        broken: counted([
          ...cases.flatMap(({ broken }) => broken),
          ...backup.broken,
          ...(await conductor.finish()),
        ]),
        skipped,
      };
    }),
};

interface Case {
  readonly row: readonly Cell[];
  readonly broken: readonly string[];
}

async function fallIll(
  conductor: Conductor,
  spotify: SpotifyProgram,
  { title, needs, strike }: Disease,
  when: "before the refresh" | "while the answer is on its way",
): Promise<Case> {
  const mount = conductor.storeDirectory();
  if (needs === "mount") must("mount", "-t", "tmpfs", "-o", "size=128k,mode=0700", "tmpfs", mount);
  try {
    const directory = join(mount, "tokens");
    const store = { kind: "file", directory } as const;
    const [worker, other] = await conductor.workers(2, {
      open: { spotify, store, trace: true },
      env: { UV_THREADPOOL_SIZE: "1" },
    });
    if (worker === undefined || other === undefined) throw new Error("There are not two workers.");
    await worker.ask("login", {});
    await worker.ask("refresh", {});
    const mark = await markLedger(spotify);
    const before = readdirSync(directory).map((name) => contentOf(join(directory, name)));
    const broken: string[] = [];
    let heal: () => Promise<void>;
    let call: CallOutcome | undefined;
    if (when === "before the refresh") {
      heal = await strike({ directory, mount, worker });
      call = (await worker.ask("refresh", {})).calls[0];
      const after = readdirSync(directory).map((name) => contentOf(join(directory, name)));
      if (call?.code !== "store-unwritable" && call?.code !== "store-lock-unavailable")
        broken.push(`${title}: the call was answered with ${call?.code ?? "a token"}`);
      if (title !== "EIO on fsync" && after.join() !== before.join())
        broken.push(`${title}: the directory is not as it was`);
    } else {
      await spotify.ask("faults", {
        faults: [{ kind: "delay", ms: ENDPOINT_MS, match: { grant: "refresh_token" }, times: 1 }],
      });
      const told = worker.events.length;
      const asked = worker.ask("refresh", {});
      await worker.event((event) => event.event === "token-request" && worker.events.indexOf(event) >= told);
      heal = await strike({ directory, mount, worker });
      call = (await asked).calls[0];
      if (call?.code !== undefined) broken.push(`${title}, ${when}: the call failed with ${call.code}`);
      if (!worker.events.slice(told).some(({ event }) => event === "save-failed"))
        broken.push(`${title}, ${when}: nobody was told`);
    }
    const { requests } = await since(spotify, mark);
    if (requests !== (when === "before the refresh" ? 0 : 1))
      broken.push(`${title}, ${when}: ${requests} token requests`);
    await heal();
    // The one that has the token in memory stores it by itself; the other one has to find it.
    const again = await worker.ask("refresh", {});
    const last = await other.ask("refresh", {});
    const failed = [...again.calls, ...last.calls].filter(({ code }) => code !== undefined);
    broken.push(...failed.map(({ code, message }) => `${title}, ${when}: afterwards ${code}: ${message}`));
    broken.push(...(await storeIsCurrent(spotify, [worker, other])));
    return {
      row: [title, when, seenBy(call), requests, failed.length === 0 ? "goes on" : "is over"],
      broken,
    };
  } finally {
    if (needs === "mount") spawnSync("umount", ["-l", mount]);
  }
}

async function damage(
  conductor: Conductor,
  spotify: SpotifyProgram,
  title: string,
  harm: (path: string) => void,
): Promise<Case> {
  const store = conductor.fileStore();
  const worker = await conductor.worker({ open: { spotify, store } });
  await worker.ask("login", {});
  const name = readdirSync(store.directory).find((one) => one.endsWith(".json")) ?? "";
  const path = join(store.directory, name);
  const whole = join(conductor.storeDirectory(), "whole");
  copyFileSync(path, whole);
  harm(path);
  const harmed = contentOf(path);
  const fresh = await conductor.worker({ open: { spotify, store } });
  const mark = await markLedger(spotify);
  const [call] = (await fresh.ask("refresh", {})).calls;
  const { requests } = await since(spotify, mark);
  const broken: string[] = [];
  if (call?.code !== "store-corrupt" && call?.code !== "store-unreadable")
    broken.push(`${title}: the call was answered with ${call?.code ?? "a token"}`);
  if (requests !== 0) broken.push(`${title}: ${requests} token requests`);
  if (!readdirSync(store.directory).some((one) => contentOf(join(store.directory, one)) === harmed))
    broken.push(`${title}: what was left of the file is gone`);
  // Whoever has a good copy puts it back.
  copyFileSync(whole, path);
  const [again] = (await fresh.ask("refresh", {})).calls;
  if (again?.code !== undefined) broken.push(`${title}, put back: ${again.code}: ${again.message}`);
  return {
    row: [
      `token file: ${title}`,
      "before the refresh",
      seenBy(call),
      requests,
      again?.code === undefined ? "goes on with a good copy" : "is over",
    ],
    broken,
  };
}

/** A backup tool puts an old generation back while four processes run, each of which has seen the newer one. */
async function putBack(conductor: Conductor, restores: number) {
  const spotify = await conductor.spotify({ refresh: "rotate-family-revoke" });
  const store = conductor.fileStore();
  const workers = await conductor.workers(4, { open: { spotify, store } });
  let aheadMs = 0;
  await workers[0]?.ask("login", {});
  const mark = await markLedger(spotify);
  const all = () => conductor.together(workers, "call", { count: 4, what: "token", aheadMs });
  await all();
  const name = readdirSync(store.directory).find((one) => one.endsWith(".json")) ?? "";
  const path = join(store.directory, name);
  const backup = join(conductor.storeDirectory(), "backup");
  let failed = 0;
  for (let round = 0; round < restores; round++) {
    copyFileSync(path, backup);
    aheadMs += HOUR + MINUTE;
    failed += (await all()).flatMap(({ calls }) => calls).filter(({ code }) => code !== undefined).length;
    copyFileSync(backup, path);
    aheadMs += HOUR + MINUTE;
    failed += (await all()).flatMap(({ calls }) => calls).filter(({ code }) => code !== undefined).length;
  }
  const seen = await since(spotify, mark);
  const broken = [
    ...(failed > 0 ? [`${failed} calls failed after a backup was put back`] : []),
    ...(seen.invalidGrants > 0
      ? [`${seen.invalidGrants} times invalid_grant after a backup was put back`]
      : []),
    ...(seen.familyRevocations > 0
      ? [`${seen.familyRevocations} logins revoked after a backup was put back`]
      : []),
    ...(await storeIsCurrent(spotify, workers)),
  ];
  return {
    broken,
    table: {
      caption:
        "A backup of the token file is put back under four processes that have seen the newer one (`rotate-family-revoke`)",
      columns: ["times put back", "refreshes", "`invalid_grant`", "logins revoked", "failed calls"],
      rows: [[restores, seen.requests, seen.invalidGrants, seen.familyRevocations, failed]],
    },
  };
}

function contentOf(path: string): string {
  return statSync(path).isDirectory() ? "" : readFileSync(path, "latin1");
}

/** What a person sees, without the names of this run's folders. */
function seenBy(call: CallOutcome | undefined): string {
  if (call?.code === undefined) return "gets the new token; `save-failed` is told";
  const words = (call.message ?? "")
    .replaceAll(/\/tmp\/[^\s"]*\/(?=[^/\s"]*)/g, "…/")
    .replaceAll(/127[^\s"]*\+default\./g, "default.")
    .replaceAll(/\.corrupt-\d+/g, ".corrupt-…");
  return `\`${call.code}\`: ${words}`;
}
