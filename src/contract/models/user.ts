import type { ExternalUrls, Followers, Image } from "./common.js";

/** A person as they are named on a playlist. */
export interface SimplifiedUser {
  readonly type: "user";
  readonly id: string;
  readonly uri: string;
  readonly href: string;
  readonly external_urls: ExternalUrls;
  readonly display_name?: string | null;
}

/** A person's public page. */
export interface PublicUser extends SimplifiedUser {
  readonly display_name: string | null;
  /** Deprecated by Spotify. */
  readonly followers?: Followers;
  readonly images: readonly Image[];
}

/** The person who is logged in. */
export interface PrivateUser extends SimplifiedUser {
  readonly display_name: string | null;
  readonly images: readonly Image[];
  /** Public and unchangeable; the one to link accounts by. New in May 2026. */
  readonly account_id?: string;
  /** Removed for development apps in the 2026-02 wave. */
  readonly country?: string;
  /** Removed for development apps in the 2026-02 wave; never verified by Spotify. */
  readonly email?: string;
  /** Removed for development apps in the 2026-02 wave. */
  readonly explicit_content?: { readonly filter_enabled: boolean; readonly filter_locked: boolean };
  /** Removed for development apps in the 2026-02 wave. */
  readonly followers?: Followers;
  /** Removed for development apps in the 2026-02 wave: its absence does not mean "not Premium". */
  readonly product?: "premium" | "free" | "open" | (string & {});
}
