import { type Resource, toUri, toUrl } from "../../../contract/ids.js";
import type { ExternalUrls, Image } from "../../../contract/models/index.js";

const SIZES = [640, 300, 64];

/** Pictures come from the emulator's own console: nothing that it says leads to the real Spotify's servers. */
export function imagesAt(pictures: string, id: string): readonly Image[] {
  return SIZES.map((size) => ({ height: size, url: `${pictures}/${id}-${size}.jpg`, width: size }));
}

/** The members by which everything at Spotify can be found again. */
export interface Links<T> {
  readonly external_urls: ExternalUrls;
  readonly href: string;
  readonly id: string;
  readonly type: T;
  readonly uri: string;
}

export function linksTo<T extends Resource["type"]>(type: T, id: string, api: string): Links<T> {
  return {
    external_urls: { spotify: toUrl({ type, id }) },
    href: `${api}/${type}s/${encodeURIComponent(id)}`,
    id,
    type,
    uri: toUri({ type, id }),
  };
}
