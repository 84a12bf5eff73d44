/** Members that many resources share. */

export interface ExternalUrls {
  /** The thing's page at open.spotify.com. */
  readonly spotify: string;
}

export interface ExternalIds {
  readonly isrc?: string;
  readonly ean?: string;
  readonly upc?: string;
}

/** A picture; its address is temporary and expires in less than a day for playlists. */
export interface Image {
  readonly url: string;
  /** Pixels; `null` where Spotify does not know. */
  readonly height: number | null;
  readonly width: number | null;
}

export interface Followers {
  /** Always `null`. */
  readonly href: string | null;
  readonly total: number;
}

/** Why something cannot be played: `market`, `product`, `explicit`, or a reason added later. */
export interface Restrictions {
  readonly reason: "market" | "product" | "explicit" | (string & {});
}

export interface Copyright {
  readonly text: string;
  /** `C` the copyright, `P` the sound recording. */
  readonly type: "C" | "P" | (string & {});
}

/** How exactly a release date is known; the date has as many parts. */
export type DatePrecision = "year" | "month" | "day";

export interface ResumePoint {
  readonly fully_played: boolean;
  readonly resume_position_ms: number;
}
