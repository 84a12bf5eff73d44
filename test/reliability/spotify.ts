// The emulator in a process of its own, served on loopback: start it with `conductor.spotify()`; what it can be told is `SpotifyTasks`
// in `protocol.ts`. Each request to its token endpoint is told as an event `entry`, with its moment.
import { createEmulator, type Emulator, type Fault } from "../../src/emulator/index.js";
import { unpack } from "../../src/emulator/packing.js";
import { type ServedEmulator, serveEmulator } from "../../src/emulator/serve.js";
import { CALLER_HEADER } from "./agent.js";
import { fingerprint } from "./fingerprint.js";
import { moment, type SpotifyTasks } from "./protocol.js";
import { runTasks, standardChannel } from "./task-loop.js";

const CLIENT_ID = "0c0ffee00c0ffee00c0ffee00c0ffee0";

/** The part of a snapshot that this program reads. */
interface Grants {
  readonly codes: ReadonlyMap<string, unknown>;
  readonly accessTokens: ReadonlyMap<string, unknown>;
  readonly refreshTokens: ReadonlyMap<
    string,
    { readonly grant: { readonly revoked: boolean }; readonly retiredAt: number }
  >;
}

let running: { readonly emulator: Emulator; readonly served: ServedEmulator } | undefined;

const emulator = (): Emulator => {
  if (running === undefined) throw new Error("The emulator is not served yet.");
  return running.emulator;
};

/** Its own tokens, which no other way out of an emulator shows. */
function grants(): Grants {
  const { grants: found } = unpack(emulator().snapshot().state) as { grants: Grants };
  return found;
}

runTasks<SpotifyTasks>(standardChannel(), (tell) => ({
  async serve({ refresh = "keep", clientSecret }) {
    // Small: only the people matter here, and each snapshot has all of them.
    const emulator = createEmulator({ callerHeader: CALLER_HEADER, size: { tracks: 40 } });
    emulator.setRefreshMode(refresh as "keep");
    emulator.world.consent = "allow";
    const redirectUris = ["http://127.0.0.1/callback"];
    emulator.registerApp({ clientId: CLIENT_ID, clientSecret, redirectUris });
    emulator.ledger.onEntry((entry) => {
      if (entry.grant !== undefined) tell({ event: "entry", at: moment(), entry });
    });
    const served = await serveEmulator(emulator);
    running = { emulator, served };
    return { accounts: served.accounts, api: served.api, clientId: CLIENT_ID };
  },
  async advance({ ms }) {
    emulator().advance(ms);
    return {};
  },
  async "refresh-mode"({ mode }) {
    // Whatever it is, the emulator itself says which words there are.
    emulator().setRefreshMode(mode as "keep");
    return {};
  },
  async faults({ faults }) {
    for (const fault of faults) emulator().faults.add(fault as Fault);
    await emulator().faults.settled();
    return {};
  },
  async struck() {
    const struck = emulator()
      .faults.list()
      .map((fault) => fault.struck);
    return { requests: struck.reduce((sum, one) => sum + one, 0) };
  },
  async "clear-faults"() {
    emulator().faults.clear();
    await emulator().faults.settled();
    return {};
  },
  async "token-requests"({ since }) {
    const { ledger } = emulator();
    const entries = ledger.tokenRequests().filter(({ sequence }) => sequence > since);
    return { entries, last: ledger.last(1)[0]?.sequence ?? 0 };
  },
  async current() {
    const now = emulator().clock.now();
    const tokens = [...grants().refreshTokens];
    const refresh = tokens
      .filter(([, { grant, retiredAt }]) => !grant.revoked && now < retiredAt)
      .map(([value]) => fingerprint(value));
    const revoked = new Set(tokens.map(([, { grant }]) => grant).filter((grant) => grant.revoked));
    return { refresh, revokedGrants: revoked.size };
  },
  async secrets() {
    const { codes, accessTokens, refreshTokens } = grants();
    return { secrets: [...codes.keys(), ...accessTokens.keys(), ...refreshTokens.keys()] };
  },
  async revoke() {
    emulator().revoke();
    return {};
  },
  async exit() {
    await running?.served.close();
    return {};
  },
}));
