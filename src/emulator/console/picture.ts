import type { Answer } from "../exchange.js";

const NAME = /^\/image\/([0-9A-Za-z]{1,64})-(\d{2,3})\.svg$/;

/** A cover, drawn from the id in its address; `undefined` when the address is none of a picture. */
export function picture(path: string): Answer | undefined {
  const [, id, size] = NAME.exec(path) ?? [];
  if (id === undefined || size === undefined) return undefined;
  let hash = 0;
  for (const letter of id) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  const hue = hash % 360;
  const other = (hue + 40 + ((hash >>> 9) % 120)) % 360;
  const radius = 18 + ((hash >>> 16) % 24);
  const body = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 100 100">
<rect width="100" height="100" fill="hsl(${hue} 45% 32%)"/>
<circle cx="${30 + ((hash >>> 4) % 40)}" cy="${30 + ((hash >>> 11) % 40)}" r="${radius}" fill="hsl(${other} 62% 62%)"/>
<path d="M0 ${60 + ((hash >>> 7) % 25)} Q50 ${40 + ((hash >>> 13) % 40)} 100 ${60 + ((hash >>> 20) % 25)} V100 H0Z" fill="hsl(${other} 40% 18%)"/>
</svg>
`;
  return {
    status: 200,
    headers: { "content-type": "image/svg+xml", "cache-control": "public, max-age=3600" },
    body,
  };
}
