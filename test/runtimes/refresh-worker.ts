// A process with a login of its own to nothing but a shared file store: `DIRECTORY ACCOUNTS_URL API_URL`; refreshes when it is sent a line.
import { once } from "node:events";
import { EMULATOR_CLIENT_ID } from "../../src/emulator/index.js";
import { createSpotify } from "../../src/index.js";
import { fileStore } from "../../src/stores/file.js";

const [directory = "", accountsUrl = "", apiUrl = ""] = process.argv.slice(2);
const store = fileStore({ directory });
const spotify = createSpotify({ clientId: EMULATOR_CLIENT_ID, accountsUrl, apiUrl, store });
process.stdout.write("ready\n");
await once(process.stdin, "data");
const profiles = await Promise.all([1, 2, 3, 4].map(() => spotify.me.profile()));
const { accessToken } = await spotify.session.token();
process.stdout.write(`${JSON.stringify({ who: [...new Set(profiles.map(({ id }) => id))], accessToken })}\n`);
process.stdin.destroy();
