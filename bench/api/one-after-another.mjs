import { goal, middle, ordered, ratio, show } from "../harness/figures.mjs";
import { inTurn } from "../harness/rounds.mjs";
import { CONTESTANTS } from "./contestants.mjs";
import { selfSigned } from "./self-signed.mjs";
import { onStage } from "./stage.mjs";

export const name = "one-after-another";
export const title = "One call after another";

/** @param {{ rounds: number }} plan */
export async function run({ rounds }) {
  const plain = await measure(rounds);
  const tls = selfSigned();
  const sealed = tls === undefined ? undefined : await measure(rounds, tls);
  const parts = [
    ["over plain HTTP", plain],
    ["over TLS, self-signed", sealed],
  ].filter(([, all]) => all !== undefined);
  return {
    intro: "One caller, a warm connection.",
    notes: sealed === undefined ? ["Skipped: TLS (no `openssl` to make a certificate with)."] : [],
    tables: parts.map(([caption, all]) => ({
      caption,
      columns: ["client", "CPU a call, µs", "of bare dispatch", "p50, µs", "of bare dispatch", "p99, µs"],
      rows: ordered(all, "cpu", "up").map((one) => [
        one.contestant.title,
        one.error ?? show(middle(one, "cpu"), 0),
        show(ratio(one, bareOf(all), "cpu")),
        show(middle(one, "p50"), 0),
        show(ratio(one, bareOf(all), "p50")),
        show(middle(one, "p99"), 0),
      ]),
    })),
    goals: parts.map(([caption, all]) =>
      goal(
        `one after another, ${caption}: CPU, of bare \`dispatch\``,
        "<=",
        1.25,
        ratio(oursOf(all), bareOf(all), "cpu"),
      ),
    ),
  };
}

const find = (wanted) => (all) => all.find(({ contestant }) => contestant.name === wanted);
const bareOf = find("dispatch");
const oursOf = find("stagedoor");

const measure = (rounds, tls) =>
  onStage(async (stage) => {
    const entries = await stage.enter(CONTESTANTS);
    return inTurn(entries, rounds, ({ worker }, round) =>
      worker.ask("oneAfterAnother", { warmup: round === 0 ? 1500 : 100, calls: 700 }),
    );
  }, tls);
