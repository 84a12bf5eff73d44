import { MINUTE, SECOND } from "../base/clock.js";
import type { StoredToken, Token } from "../token/index.js";

/** A new token that the store has not taken yet. */
export interface Unsaved {
  readonly token: Token;
  /** What it comes in place of: the stored token, then those that could not be stored either. */
  readonly replaced: readonly StoredToken[];
}

const FIRST_PAUSE_MS = SECOND;
const LONGEST_PAUSE_MS = MINUTE;

/**
 * Keeps a token that could not be stored: it is tried again in ever longer pauses, and a program that ends before that worked says so.
 */
export class UnsavedToken {
  readonly #save: () => Promise<void>;
  readonly #farewell: string;
  readonly #mourning = {};
  #kept: Unsaved | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  /**
   * @param save stores what is kept, and drops it when that worked
   * @param profile for the words at the end of the program
   */
  constructor(save: () => Promise<void>, profile: string) {
    this.#save = save;
    this.#farewell = `stagedoor: the new token of profile "${profile}" could not be stored and ends with this program. You may have to log in again: stagedoor login`;
  }

  get kept(): Unsaved | undefined {
    return this.#kept;
  }

  keep(unsaved: Unsaved): void {
    this.#kept = unsaved;
    farewells.add(this, this.#farewell);
    this.#tryLater();
  }

  /** Says at the end of the program that a token is lost for which there is no place at all. */
  mourn(): void {
    farewells.add(this.#mourning, this.#farewell);
  }

  drop(): void {
    this.#kept = undefined;
    this.#pauseMs = FIRST_PAUSE_MS;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    farewells.remove(this);
  }

  #tryLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#save().catch(() => {
        if (this.#kept !== undefined) this.#tryLater();
      });
    }, this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    letEnd(this.#timer);
  }
}

/** Lets the program end although the timer has not fired, where the runtime would wait for it. */
function letEnd(timer: unknown): void {
  if (typeof timer === "object" && timer !== null && "unref" in timer && typeof timer.unref === "function") {
    timer.unref();
  }
}

/** Something that tells when the program ends, as Node's `process` does. */
interface Ending {
  on(event: "exit", listener: () => void): unknown;
  off(event: "exit", listener: () => void): unknown;
}

function isEnding(value: unknown): value is Ending {
  return typeof value === "object" && value !== null && "on" in value && "off" in value;
}

/** What is to be said at the end; one listener for all, and none while there is nothing to say. */
class Farewells {
  readonly #words = new Map<object, string>();
  readonly #say = (): void => {
    for (const words of new Set(this.#words.values())) {
      // biome-ignore lint/suspicious/noConsole: the program ends, and with it the login: there is nobody else left to tell.
      console.error(words);
    }
  };

  add(owner: object, words: string): void {
    const process: unknown = Reflect.get(globalThis, "process");
    if (this.#words.size === 0 && isEnding(process)) process.on("exit", this.#say);
    this.#words.set(owner, words);
  }

  remove(owner: object): void {
    const process: unknown = Reflect.get(globalThis, "process");
    if (this.#words.delete(owner) && this.#words.size === 0 && isEnding(process))
      process.off("exit", this.#say);
  }
}

const farewells = /* @__PURE__ */ new Farewells();
