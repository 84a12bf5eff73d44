import type { Copyright, ExternalUrls, Image } from "./common.js";

export interface SimplifiedAudiobook {
  readonly type: "audiobook";
  readonly id: string;
  readonly name: string;
  readonly uri: string;
  readonly href: string;
  readonly authors: readonly { readonly name: string }[];
  readonly narrators: readonly { readonly name: string }[];
  readonly copyrights: readonly Copyright[];
  readonly description: string;
  readonly html_description: string;
  readonly edition?: string;
  readonly explicit: boolean;
  readonly external_urls: ExternalUrls;
  readonly images: readonly Image[];
  readonly languages: readonly string[];
  readonly media_type: string;
  readonly total_chapters: number;
  /** Removed for development apps in the 2026-02 wave. */
  readonly available_markets?: readonly string[];
  /** Removed for development apps in the 2026-02 wave. */
  readonly publisher?: string;
}
