import { Agent, get as plainGet } from "node:http";
import { Agent as TlsAgent, get as tlsGet } from "node:https";
import { handMade } from "./raw.mjs";

export function open({ url }) {
  const isTls = url.startsWith("https:");
  const agent = new (isTls ? TlsAgent : Agent)({ keepAlive: true, maxSockets: 64 });
  const get = isTls ? tlsGet : plainGet;
  const { hostname, port } = new URL(url);
  const headers = { authorization: "Bearer fresh", accept: "application/json" };
  return handMade(
    (path) =>
      new Promise((resolve, reject) => {
        const asked = get({ hostname, port, path, headers, agent }, (response) => {
          const chunks = [];
          response.on("data", (chunk) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            if (response.statusCode !== 200) reject(new Error(`Status ${response.statusCode}`));
            else resolve(JSON.parse(Buffer.concat(chunks).toString()));
          });
        });
        asked.on("error", reject);
      }),
  );
}
