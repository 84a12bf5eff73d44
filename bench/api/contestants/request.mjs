import { Pool } from "undici";
import { handMade } from "./raw.mjs";

export function open({ url }) {
  const pool = new Pool(url, { connections: 64 });
  const headers = { authorization: "Bearer fresh", accept: "application/json" };
  return handMade(async (path) => {
    const { statusCode, body } = await pool.request({ path, method: "GET", headers });
    if (statusCode !== 200) throw new Error(`Status ${statusCode}`);
    return body.json();
  });
}
