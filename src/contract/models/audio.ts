/** What Spotify computed of a track's sound. Removed for development and legacy apps in the 2024-11 wave. */
export interface AudioFeatures {
  readonly type: "audio_features";
  readonly id: string;
  readonly uri: string;
  readonly track_href: string;
  readonly analysis_url: string;
  readonly duration_ms: number;
  /** 0 to 1, as all without a unit here. */
  readonly acousticness: number;
  readonly danceability: number;
  readonly energy: number;
  readonly instrumentalness: number;
  readonly liveness: number;
  readonly speechiness: number;
  readonly valence: number;
  /** Pitch class: 0 is C, 1 is C♯, up to 11; -1 where no key was found. */
  readonly key: number;
  /** 1 major, 0 minor. */
  readonly mode: number;
  /** Decibels, mostly -60 to 0. */
  readonly loudness: number;
  /** Beats per minute. */
  readonly tempo: number;
  /** Beats in a bar, 3 to 7. */
  readonly time_signature: number;
}

/** A stretch of a track, in seconds. */
export interface TimeInterval {
  readonly start: number;
  readonly duration: number;
  /** 0 to 1. */
  readonly confidence: number;
}

/** A part of a track with one rhythm and timbre, such as a chorus. */
export interface AudioSection extends TimeInterval {
  readonly loudness: number;
  readonly tempo: number;
  readonly tempo_confidence: number;
  readonly key: number;
  readonly key_confidence: number;
  readonly mode: number;
  readonly mode_confidence: number;
  readonly time_signature: number;
  readonly time_signature_confidence: number;
}

/** A stretch with one sound. */
export interface AudioSegment extends TimeInterval {
  /** Decibels. */
  readonly loudness_start: number;
  readonly loudness_max: number;
  /** Seconds from the segment's start. */
  readonly loudness_max_time: number;
  readonly loudness_end: number;
  /** Twelve numbers from 0 to 1, one a pitch class. */
  readonly pitches: readonly number[];
  /** Twelve numbers round 0. */
  readonly timbre: readonly number[];
}

/** The structure of a track's sound. Removed for development and legacy apps in the 2024-11 wave. */
export interface AudioAnalysis {
  readonly meta: {
    readonly analyzer_version: string;
    readonly platform: string;
    readonly detailed_status: string;
    /** 0 for success. */
    readonly status_code: number;
    /** Seconds since the Unix epoch. */
    readonly timestamp: number;
    /** Seconds. */
    readonly analysis_time: number;
    readonly input_process: string;
  };
  readonly track: Readonly<Record<string, number | string>> & {
    /** Seconds. */
    readonly duration: number;
    readonly tempo: number;
    readonly key: number;
    readonly mode: number;
    readonly loudness: number;
    readonly time_signature: number;
  };
  readonly bars: readonly TimeInterval[];
  readonly beats: readonly TimeInterval[];
  readonly sections: readonly AudioSection[];
  readonly segments: readonly AudioSegment[];
  readonly tatums: readonly TimeInterval[];
}
