/** Whose limit it is: Spotify counts by app. */
export interface LimitKey {
  /** `spotify`, or the host of an emulator. */
  readonly provider: string;
  readonly clientId: string;
}

/** A limit that Spotify has told of: until its time, calls that it is about are refused. */
export interface KnownLimit {
  /** `rate` counts requests over seconds, `quota` over about a day. */
  readonly kind: "rate" | "quota";
  /** The pattern of the path that it is about; `undefined` for all. */
  readonly endpoint?: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly until: number;
}

/** Where limits are remembered, for the processes and machines that share it, and for the next start. */
export interface LimitMemory {
  /**
   * The limits that hold now.
   *
   * @throws StagedoorError `store-…`
   */
  read(key: LimitKey): Promise<readonly KnownLimit[]>;
  /**
   * Adds a limit. Of two about the same the later end counts.
   *
   * @throws StagedoorError `store-…`
   */
  note(key: LimitKey, limit: KnownLimit): Promise<void>;
  /** True when nobody else can see it, and it is gone with the process: one that reaches further is taken in its place. */
  readonly isLocal?: boolean | undefined;
  /** The window in which all who share the memory count their requests together, where it can be kept there. */
  readonly window?: SharedWindow | undefined;
}

/** Calls are held back for a limit of Spotify's; told once for each time that it begins. */
export interface LimitWait {
  readonly kind: "rate";
  /** When the first of them may go, in milliseconds since the Unix epoch. */
  readonly until: number;
  /** How many wait now. */
  readonly waiting: number;
}

/** Spotify answered 429; told once for a row of them. */
export interface LimitMet {
  readonly kind: "rate" | "quota";
  /** The pattern of the path that it is about; `undefined` for all. */
  readonly endpoint?: string | undefined;
  /** When to come back, in milliseconds since the Unix epoch. */
  readonly retryAt: number;
}

/** Who wants to know why calls take long, such as to tell a user. */
export interface LimitListener {
  readonly onWait?: ((wait: LimitWait) => void) | undefined;
  readonly onLimit?: ((limit: LimitMet) => void) | undefined;
}

/** How requests ended that had been let through. */
export interface Settlement {
  /** How many were answered with something else than 429, or not at all. */
  readonly done: number;
  /** How many were answered with 429. */
  readonly limited: number;
  /** What the 429 said, in milliseconds from now; the longest of several. */
  readonly retryAfterMs?: number | undefined;
}

/** A rolling window over the requests of an app that several processes count in. */
export interface SharedWindow {
  /**
   * Asks to send up to `wanted` requests now.
   *
   * @returns how many may be sent, and how many milliseconds to wait before asking for the rest
   */
  take(
    key: LimitKey,
    wanted: number,
  ): Promise<{
    readonly granted: number;
    readonly waitMs: number;
  }>;
  /** Says how requests ended. */
  settle(key: LimitKey, ended: Settlement): Promise<void>;
}
