/** One operation without a client: what a small bundle has. */
import { load } from "../../stagedoor.mjs";
import { CLIENT_ID, tokenFor } from "./stagedoor.mjs";

const [{ call, connect }, { createApp }, { Session }, { memoryStore }, tracks] = await Promise.all(
  ["client", "oauth", "session", "stores/memory", "contract/tracks"].map((name) => load(`stagedoor/${name}`)),
);

export async function open({ url, isExpired = false }) {
  const app = createApp({ clientId: CLIENT_ID, accountsUrl: url });
  const session = new Session({ app, store: memoryStore() });
  await session.adopt(tokenFor(app, isExpired));
  const connection = connect({ source: session, apiUrl: `${url}/v1` });
  return { getTrack: (id) => call(connection, tracks.get, { id }) };
}
