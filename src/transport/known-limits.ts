import { type Clock, SECOND, steadyNow } from "../base/clock.js";
import { StagedoorError } from "../base/errors.js";
import type { HttpRequest } from "../base/http.js";
import type { KnownLimit, LimitKey, LimitMemory } from "../base/limits.js";
import { endpointOf, stillLimited } from "./governor-refusals.js";
import type { LimitError } from "./limit-error.js";

/** Nobody waits for the memory longer than this. */
const PATIENCE_MS = 2 * SECOND;
const BETWEEN_READS_MS = SECOND;
/** Of paths; beyond it the one that ends soonest is forgotten. */
const MAX_PATHS = 1000;

export interface KnownLimitsOptions {
  readonly key: LimitKey;
  readonly clock: Clock;
  /** Called for a limit of all paths that was read, in milliseconds since the Unix epoch. */
  readonly onCooldown: (until: number) => void;
  readonly onFailure: (error: StagedoorError) => void;
  /** Called each time that the memory has been read, or the first time has had its chance. */
  readonly onRead: () => void;
}

/** The limits that hold for single paths, and what the memory knows of those and of the app's. */
export class KnownLimits {
  readonly #options: KnownLimitsOptions;
  readonly #byPath = new Map<string, KnownLimit>();
  /** Limits of all paths that are known already: when the clock is set back, they must not seem to begin anew. */
  readonly #told = new Map<KnownLimit["kind"], number>();
  #memory: LimitMemory | undefined;
  /** Whether calls may go: there is no memory, or it has been read, or it has had its chance. */
  #isReady = true;
  #isLoading = false;
  #nextReadAt = 0;
  /** What is still to be noted, by path; `""` stands for all. */
  readonly #toNote = new Map<string, KnownLimit>();
  #noting: Promise<void> | undefined;

  constructor(options: KnownLimitsOptions) {
    this.#options = options;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** @returns false when there is a memory already that reaches as far */
  attach(memory: LimitMemory): boolean {
    if (this.#memory !== undefined && (memory.isLocal || !this.#memory.isLocal)) return false;
    this.#memory = memory;
    this.#isReady = false;
    return true;
  }

  /** Begins to read the memory for the first time; never fails, and takes two seconds at most. */
  load(): void {
    if (this.#isReady || this.#isLoading) return;
    this.#isLoading = true;
    let isOver = false;
    const done = () => {
      clearTimeout(timer);
      if (isOver) return;
      isOver = true;
      this.#isLoading = false;
      this.#isReady = true;
      this.#options.onRead();
    };
    const timer = setTimeout(() => {
      this.fail(new StagedoorError("store-unavailable", "The memory of limits did not answer within 2 s."));
      done();
    }, PATIENCE_MS);
    void this.#read().then(done);
  }

  /** Looks in the background at what others have noted; at most once a second. */
  refresh(steady: number): void {
    if (this.#memory === undefined || steady < this.#nextReadAt) return;
    void this.#read().then(this.#options.onRead);
  }

  /** The error for a request whose path has a limit now. */
  refusalFor(request: HttpRequest): LimitError | undefined {
    if (this.#byPath.size === 0) return undefined;
    const now = this.#options.clock.now();
    const path = endpointOf(request);
    const known = this.#byPath.get(path);
    if (known === undefined) return undefined;
    if (known.until > now) return stillLimited(known, now);
    this.#byPath.delete(path);
    return undefined;
  }

  /** Remembers a limit, here and in the memory. */
  note({ kind, endpoint, until }: KnownLimit): void {
    const limit = { kind, endpoint, until };
    this.#keep(limit);
    if (endpoint === undefined) this.#told.set(kind, until);
    if (this.#memory === undefined) return;
    this.#toNote.set(limit.endpoint ?? "", limit);
    this.#noting ??= this.#noteAll(this.#memory);
  }

  /** Resolves when all is noted, and after two seconds at the latest: a process that ends then leaves its knowledge behind. */
  async noted(): Promise<void> {
    if (this.#noting === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    await Promise.race([this.#noting, late]);
    clearTimeout(timer);
  }

  /** Of two about the same the later end counts. */
  #keep(limit: KnownLimit): void {
    if (limit.endpoint === undefined || !(limit.until > (this.#byPath.get(limit.endpoint)?.until ?? 0)))
      return;
    this.#byPath.delete(limit.endpoint);
    this.#byPath.set(limit.endpoint, limit);
    if (this.#byPath.size <= MAX_PATHS) return;
    const [soonest] = [...this.#byPath].sort(([, one], [, other]) => one.until - other.until);
    if (soonest !== undefined) this.#byPath.delete(soonest[0]);
  }

  async #read(): Promise<void> {
    // A read that hangs is waited for: there is never a second one beside it.
    this.#nextReadAt = Number.POSITIVE_INFINITY;
    try {
      const limits = (await this.#memory?.read(this.#options.key)) ?? [];
      const now = this.#options.clock.now();
      for (const limit of limits) {
        if (!(limit.until > now) || !Number.isFinite(limit.until)) continue;
        // A quota of all paths is a cooldown like another.
        if (limit.endpoint !== undefined) this.#keep(limit);
        else if (this.#told.get(limit.kind) !== limit.until) {
          this.#told.set(limit.kind, limit.until);
          this.#options.onCooldown(limit.until);
        }
      }
    } catch (error) {
      this.fail(error);
    }
    this.#nextReadAt = steadyNow(this.#options.clock) + BETWEEN_READS_MS;
  }

  async #noteAll(memory: LimitMemory): Promise<void> {
    for (const [path, limit] of this.#toNote) {
      this.#toNote.delete(path);
      try {
        await memory.note(this.#options.key, limit);
      } catch (error) {
        this.fail(error);
      }
    }
    this.#noting = undefined;
  }

  /** Tells of a failure; a foreign error may hold what is no listener's business, and stays here. */
  fail(error: unknown): void {
    this.#options.onFailure(
      error instanceof StagedoorError
        ? error
        : new StagedoorError("store-unavailable", "The memory of limits failed."),
    );
  }
}
