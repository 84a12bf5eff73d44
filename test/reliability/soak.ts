import { setTimeout as pause } from "node:timers/promises";
import { SECOND } from "../../src/base/clock.js";
import { type Conductor, open, type SpotifyProgram, type WorkerProgram, withConductor } from "./conductor.js";
import { counted, spread } from "./crash-sweep.js";
import type { Scenario, ScenarioResult } from "./scenario.js";
import type { StoreDescription } from "./store-description.js";

const WORKERS = { full: 20, small: 4 };
const DURATION_MS = { full: 20 * SECOND, small: 2 * SECOND };
/** Between two refreshes that run out by everybody's clock, and between two kills, on average. */
const LIFE_MS = 400;
const BETWEEN_KILLS_MS = 350;
/** How long the token endpoint takes. */
const ENDPOINT_MS = 10;
/** How far the clocks of two processes of one machine can be apart, with the grain of the ledger. */
const GRAIN_MS = 5;

/** One kill, and what the ledger says of the refresh that the victim was in. */
interface Victim {
  readonly name: string;
  readonly killedAt: number;
  /** The end of the last write that it told of. */
  readonly durableAt: number;
}

const soakOf = (onlyWhenAsked: boolean): Scenario => ({
  name: onlyWhenAsked ? "soak" : "short-soak",
  title: onlyWhenAsked ? "Processes that come and go for hours" : "Processes that come and go",
  cases: ["RS-04", "LO-01"],
  about:
    "20 processes share one login under `rotate-family-revoke`, whose token lives for less than a second; all the time one is ended with `kill -9` and another one " +
    "started. The login may end only when a kill fell between Spotify's commit and the durable write; somebody then logs in again.",
  minutes: 1,
  onlyWhenAsked,
  run: ({ size, progress, forMs = DURATION_MS[size] }) =>
    withConductor(async (conductor): Promise<ScenarioResult> => {
      const spotify = await conductor.spotify({ refresh: "rotate-family-revoke" });
      const soak = new Soak(conductor, spotify, conductor.fileStore(), { forMs, seats: WORKERS[size] });
      await soak.run(progress);
      return soak.result(await conductor.finish());
    }),
});

export const shortSoak = soakOf(false);
export const soak = soakOf(true);

class Soak {
  readonly #conductor: Conductor;
  readonly #spotify: SpotifyProgram;
  readonly #store: StoreDescription;
  readonly #forMs: number;
  readonly #seats: number;
  readonly #began = performance.now();
  readonly #victims: Victim[] = [];
  readonly #broken: string[] = [];
  readonly #afterCommit: number[] = [];
  readonly #windows: number[] = [];
  #kills = 0;
  #refreshes = 0;
  #calls = 0;
  #revoked = 0;
  #sequence = 0;
  #isMending: Promise<void> | undefined;

  constructor(
    conductor: Conductor,
    spotify: SpotifyProgram,
    store: StoreDescription,
    { forMs, seats }: { readonly forMs: number; readonly seats: number },
  ) {
    this.#conductor = conductor;
    this.#spotify = spotify;
    this.#store = store;
    this.#forMs = forMs;
    this.#seats = seats;
  }

  get #isOver(): boolean {
    return performance.now() - this.#began > this.#forMs;
  }

  /** All clocks go together, a whole life ahead every so often. */
  get #aheadMs(): number {
    return Math.floor((performance.now() - this.#began) / LIFE_MS) * 3_700_000;
  }

  async run(progress: (line: string) => void): Promise<void> {
    await this.#spotify.ask("faults", {
      faults: [{ kind: "delay", ms: ENDPOINT_MS, at: "after-commit", match: { grant: "refresh_token" } }],
    });
    const first = await this.#start();
    await first.ask("login", {});
    first.signal("SIGKILL");
    const report = setInterval(() => progress(this.#said()), 60 * SECOND);
    await Promise.all(Array.from({ length: this.#seats }, () => this.#seat()));
    clearInterval(report);
    progress(this.#said());
  }

  /** One worker after the other; each calls until it is killed. */
  async #seat(): Promise<void> {
    while (!this.#isOver) {
      const worker = await this.#start();
      const lifeMs = BETWEEN_KILLS_MS * this.#seats * (0.2 + 1.6 * Math.random());
      const end = performance.now() + lifeMs;
      while (performance.now() < end && !this.#isOver) {
        const task = worker.ask("call", { count: 2, what: "token", aheadMs: this.#aheadMs });
        // The last one is not waited for: the kill falls anywhere.
        const left = end - performance.now();
        const answer = await Promise.race([task, pause(Math.max(0, left), undefined)]);
        if (answer === undefined) break;
        this.#calls += answer.calls.length;
        const ended = answer.calls.find(({ code }) => code !== undefined);
        if (ended !== undefined) await this.#mend(worker, ended.code ?? "", ended.message ?? "");
        await pause(20 + 60 * Math.random());
      }
      await this.#end(worker);
    }
  }

  async #start(): Promise<WorkerProgram> {
    const worker = await this.#conductor.worker({ home: "soak" });
    await open(worker, { spotify: this.#spotify, store: this.#store, trace: true });
    return worker;
  }

  async #end(worker: WorkerProgram): Promise<void> {
    const killedAt = Date.now();
    worker.signal("SIGKILL");
    await worker.ended;
    this.#kills += 1;
    const durables = worker.events.filter(({ event }) => event === "durable");
    for (const { at } of worker.events.filter(({ event }) => event === "token-answer")) {
      const next = durables.find((durable) => durable.at.steady >= at.steady);
      if (next !== undefined) this.#windows.push(next.at.steady - at.steady);
    }
    this.#victims.push({ name: worker.name, killedAt, durableAt: durables.at(-1)?.at.wall ?? 0 });
    if (worker.output.stderr !== "")
      this.#broken.push(`a worker said: ${worker.output.stderr.slice(0, 200)}`);
    this.#broken.push(...(await this.#conductor.forget(worker)));
  }

  /** Somebody found the login ended: the ledger has to name a kill that explains it, and then somebody logs in again. */
  async #mend(worker: WorkerProgram, code: string, message: string): Promise<void> {
    if (code !== "reauthorization-required") {
      this.#broken.push(`a call failed with ${code}: ${message}`);
      return;
    }
    this.#isMending ??= this.#logInAgain(worker).finally(() => {
      this.#isMending = undefined;
    });
    await this.#isMending;
  }

  async #logInAgain(worker: WorkerProgram): Promise<void> {
    const stored = await worker.ask("stored", {});
    // Somebody else was faster.
    if (stored?.state !== "reauthorization-required") return;
    this.#revoked += 1;
    // The killed one's request is in the ledger by the time at which its successor was refused.
    await pause(2 * ENDPOINT_MS);
    const { entries, last } = await this.#spotify.ask("token-requests", { since: this.#sequence });
    this.#sequence = last;
    this.#refreshes += entries.filter(
      ({ committed, grant }) => committed && grant === "refresh_token",
    ).length;
    const cause = entries.findLast(({ committed, grant }) => committed && grant === "refresh_token");
    const victim = this.#victims.find(({ name }) => name === cause?.caller);
    if (cause === undefined || victim === undefined) {
      this.#broken.push(
        `a login was revoked although whoever refreshed last (${cause?.caller}) was not killed`,
      );
    } else if (victim.durableAt > cause.time + ENDPOINT_MS || victim.killedAt < cause.time - GRAIN_MS) {
      this.#broken.push(
        `a login was revoked although the kill was not in the window (${victim.killedAt - cause.time} ms)`,
      );
    } else {
      this.#afterCommit.push(victim.killedAt - cause.time);
    }
    await worker.ask("login", {});
  }

  async result(troubles: readonly string[]): Promise<ScenarioResult> {
    const { entries } = await this.#spotify.ask("token-requests", { since: this.#sequence });
    this.#refreshes += entries.filter(
      ({ committed, grant }) => committed && grant === "refresh_token",
    ).length;
    const ranMs = performance.now() - this.#began;
    const windowMs =
      this.#windows.reduce((sum, one) => sum + one, 0) / Math.max(1, this.#windows.length) + ENDPOINT_MS;
    // Of the time of a worker so much is such a window: each refresh is one worker's.
    const share = (this.#refreshes * windowMs) / (ranMs * this.#seats);
    return {
      tables: [
        {
          columns: ["what", "value"],
          rows: [
            ["time", `${(ranMs / SECOND).toFixed(0)} s`],
            ["calls", this.#calls],
            ["refreshes", this.#refreshes],
            ["kills", this.#kills],
            ["logins revoked, explained by a kill in the window", this.#afterCommit.length],
            ["… expected, by the width of the window", (share * this.#kills).toFixed(1)],
            [
              "… killed so long after the commit",
              this.#afterCommit.map((ms) => `${ms.toFixed(0)} ms`).join(", ") || "–",
            ],
            ["**logins revoked that no kill explains**", this.#revoked - this.#afterCommit.length],
            [
              "from the last byte to the durable write (median, p99, max)",
              this.#windows.length === 0 ? "–" : spread(this.#windows),
            ],
          ],
        },
      ],
      broken: counted([...this.#broken, ...troubles]),
    };
  }

  #said(): string {
    return `${this.#kills} kills, ${this.#revoked} logins revoked, ${this.#afterCommit.length} of them explained`;
  }
}
