import { handMade } from "./raw.mjs";

export function open({ url }) {
  const headers = { authorization: "Bearer fresh", accept: "application/json" };
  return handMade(async (path) => {
    const response = await fetch(url + path, { headers });
    if (!response.ok) throw new Error(`Status ${response.status}`);
    return response.json();
  });
}
