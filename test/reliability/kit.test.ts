import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { HOUR } from "../../src/base/clock.js";
import { findCanaries } from "./canaries.js";
import { withConductor } from "./conductor.js";
import { exactlyOnce, failures, markLedger, since, storeIsCurrent } from "./oracles.js";

const SECRET = 'CANARY-AT-0123456789/+"&=% abcdef';

describe("the canary scan", () => {
  it.each([
    ["plain", SECRET],
    ["reversed", [...SECRET].reverse().join("")],
    ["hex", Buffer.from(SECRET).toString("hex")],
    ["base64", Buffer.from(SECRET).toString("base64")],
    ["base64 behind one byte", Buffer.from(`x${SECRET}tail`).toString("base64")],
    ["base64 behind two bytes", Buffer.from(`xy${SECRET}`).toString("base64")],
    ["base64url", Buffer.from(`{"token":"${SECRET}"}`).toString("base64url")],
    ["URL-encoded", encodeURIComponent(SECRET)],
    ["form-encoded", new URLSearchParams({ a: SECRET }).toString()],
    ["JSON-escaped", JSON.stringify({ a: SECRET })],
  ])("I8 finds a secret that is written %s", (_, written) => {
    const texts = [{ where: "a log", text: `line\n${"CANARY-AT".repeat(50)} before ${written} after` }];
    expect(findCanaries([SECRET], { texts })).toHaveLength(1);
    expect(findCanaries(["another-secret-of-some-length"], { texts })).toEqual([]);
  });

  it("I8 finds what a worker says, what stands in its environment, and what lies in its home", async () => {
    const found = await withConductor(async (conductor) => {
      const { clientSecret } = await conductor.spotify();
      const worker = await conductor.worker({ env: { LEAK: clientSecret }, args: [clientSecret] });
      await worker.ask("logout", {}).catch(() => undefined);
      const folder = join(conductor.directory, "homes", worker.name, "tmp", "deep");
      mkdirSync(folder);
      writeFileSync(join(folder, "core.1"), Buffer.from(`\0\xff${clientSecret}`));
      return conductor.finish();
    });
    expect(found).toEqual([
      "A secret stands in cmdline of worker-1 (plain).",
      "A secret stands in environ of worker-1 (plain).",
      "A secret stands in the file core.1 (plain).",
    ]);
  });
});

describe("the conductor", () => {
  it("I1 sees two requests for one token where two workers refresh without asking each other", async () => {
    const broken = await withConductor(async (conductor) => {
      const spotify = await conductor.spotify({ refresh: "rotate-family-revoke" });
      const [one, other] = await conductor.workers(2, { open: { spotify, store: conductor.fileStore() } });
      if (one === undefined || other === undefined) throw new Error("There are not two workers.");
      await one.ask("login", {});
      const mark = await markLedger(spotify);
      const answers = [...(await one.ask("refresh", {})).calls, ...(await other.ask("refresh", {})).calls];
      expect(answers.map(({ code }) => code)).toEqual([undefined, undefined]);
      return exactlyOnce(await since(spotify, mark), { rounds: 1 });
    });
    expect(broken).toEqual(["2 token requests (2 committed) for 1 generations, from worker-1, worker-2"]);
  });

  it("stops, continues and kills a worker, and says how it ended", async () => {
    await withConductor(async (conductor) => {
      const spotify = await conductor.spotify({ refresh: "rotate-strict" });
      const [one, other] = await conductor.workers(2, { open: { spotify, store: conductor.fileStore() } });
      if (one === undefined || other === undefined) throw new Error("There are not two workers.");
      await one.ask("login", {});
      await one.ask("hold", {});
      one.signal("SIGSTOP");
      await expect(one.ask("stored", {}, { timeoutMs: 300 })).rejects.toThrow(/did not answer stored/);
      one.signal("SIGCONT");
      expect(await one.ask("stored", {})).toMatchObject({ state: "active" });
      one.signal("SIGKILL");
      expect(await one.ended).toEqual({ code: null, signal: "SIGKILL" });
      await expect(one.ask("stored", {})).rejects.toThrow(/has ended/);
      // The kernel freed the lock with its holder.
      await spotify.ask("advance", { ms: HOUR });
      const mark = await markLedger(spotify);
      const answers = await conductor.together([other], "call", {
        count: 4,
        what: "token",
        aheadMs: 1.5 * HOUR,
      });
      expect(failures(answers)).toEqual([]);
      expect(exactlyOnce(await since(spotify, mark), { rounds: 1 })).toEqual([]);
      expect(await storeIsCurrent(spotify, [other])).toEqual([]);
      expect(await conductor.finish()).toEqual([]);
    });
  });

  it("ends all that it started when the scenario throws, or when it is interrupted itself", async () => {
    let pids: readonly number[] = [];
    const failing = withConductor(async (conductor) => {
      const spotify = await conductor.spotify();
      const workers = await conductor.workers(2);
      workers[0]?.signal("SIGSTOP");
      pids = [spotify.pid, ...workers.map(({ pid }) => pid)];
      throw new Error("the scenario failed");
    });
    await expect(failing).rejects.toThrow("the scenario failed");
    expect(pids.filter(isAlive)).toEqual([]);

    const program = `
      import { withConductor } from ${JSON.stringify(new URL("conductor.ts", import.meta.url).href)};
      await withConductor(async (conductor) => {
        const [one, other] = await conductor.workers(2);
        one.signal("SIGSTOP");
        console.log([conductor.directory, one.pid, other.pid].join(" "));
        await other.ended;
      });`;
    const loader = new URL("../../tools/typescript-loader.mjs", import.meta.url).pathname;
    const child = spawn(process.execPath, ["--import", loader, "--input-type=module", "-e", program]);
    const line = await new Promise<string>((resolve) =>
      child.stdout.once("data", (data) => resolve(`${data}`)),
    );
    child.kill("SIGINT");
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code).toBe(130);
    const [directory = "", ...words] = line.trim().split(" ");
    expect(existsSync(directory)).toBe(false);
    const started = words.map(Number);
    expect(started).toHaveLength(2);
    await expect.poll(() => started.filter(isAlive)).toEqual([]);
  });
});

/** True for a process that runs; one that has ended and that nobody has asked about yet counts as gone. */
function isAlive(pid: number): boolean {
  const { status, stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return status === 0 && !stdout.startsWith("Z");
}
