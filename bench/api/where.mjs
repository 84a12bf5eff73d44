import { show } from "../harness/figures.mjs";
import { byPackage } from "../harness/profile.mjs";
import { contestants } from "./contestants.mjs";
import { onStage } from "./stage.mjs";

const PLAN = { inFlight: 64, warmupMs: 1500, durationMs: 3000 };
const LONGEST = 20;

export const name = "where";
export const title = "Where a call's time goes";

export const run = () =>
  onStage(async (stage) => {
    const [{ worker }] = await stage.enter(contestants("stagedoor"));
    const { cpu } = await worker.ask("manyAtOnce", PLAN);
    const { spent } = await worker.ask("profile", { ...PLAN, warmupMs: 100 });
    const row = ({ share }) => [show(share * 100, 1), show(share * cpu, 1)];
    return {
      intro:
        `\`createSpotify\` with 64 callers, ${show(cpu, 0)} µs of CPU a call; sampled, so read the small figures as about. ` +
        "What a function took by itself, without what it called, but with what V8 has built into it; `(program)` is Node's and the kernel's own work, mostly that of the sockets.",
      tables: [
        {
          caption: "by package",
          columns: ["package", "%", "µs a call"],
          rows: byPackage(spent).map((sum) => [sum.where, ...row(sum)]),
        },
        {
          caption: "stagedoor's own functions",
          columns: ["function", "%", "µs a call"],
          rows: spent
            .filter(({ where }) => where === "stagedoor")
            .slice(0, LONGEST)
            .map((one) => [`\`${one.what}\``, ...row(one)]),
        },
      ],
      goals: [],
    };
  });
