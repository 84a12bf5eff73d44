/** The process of one contestant: `worker.mjs NAME` loads it, and does with it what it is asked. */
import { serve } from "../harness/processes.mjs";
import { burst } from "./tasks/burst.mjs";
import { makeCalls } from "./tasks/make-calls.mjs";
import { manyAtOnce } from "./tasks/many-at-once.mjs";
import { oneAfterAnother } from "./tasks/one-after-another.mjs";
import { profile } from "./tasks/profile.mjs";
import { readPlaylist } from "./tasks/read-playlist.mjs";
import { readTracks } from "./tasks/read-tracks.mjs";

/** @typedef {import("./contestants.mjs").Caller} Caller */

const { open } = await import(`./contestants/${process.argv[2]}.mjs`);
/** @type {Caller} */
let caller;

serve({
  open: async (settings) => {
    caller = await open(settings);
    return Object.keys(caller);
  },
  manyAtOnce: (plan) => manyAtOnce(caller, plan),
  oneAfterAnother: (plan) => oneAfterAnother(caller, plan),
  readPlaylist: (plan) => readPlaylist(caller, plan),
  readTracks: (plan) => readTracks(caller, plan),
  makeCalls: (plan) => makeCalls(caller, plan),
  profile: (plan) => profile(caller, plan),
  burst: (plan) => burst(caller, plan),
});
