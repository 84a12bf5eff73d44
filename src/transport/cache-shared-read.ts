import { listen, stopListening } from "../base/abort-listeners.js";
import { abortError, errorLike, StagedoorError } from "../base/errors.js";
import type { HttpRequest, HttpResponse } from "../base/http.js";
import { copyOf } from "./cache-answer.js";

/**
 * A request that is under way for everybody who asks the same.
 *
 * Each caller can leave; the request is ended when the last one has left.
 */
export class SharedRead {
  readonly #url: string;
  readonly #maxWaitMs: number | undefined;
  readonly #timeoutMs: number | undefined;
  readonly #stop: AbortController | undefined;
  readonly #onAbandoned: (read: SharedRead) => void;
  #answer: Promise<HttpResponse> | undefined;
  #callers = 0;
  #isTaken = false;

  /** @param onAbandoned is called when all callers have left before the answer came */
  constructor(request: HttpRequest, onAbandoned: (read: SharedRead) => void) {
    this.#url = request.url;
    this.#maxWaitMs = request.call?.maxWaitMs;
    this.#timeoutMs = request.timeoutMs;
    // A caller without a signal never leaves, so the request of one cannot be ended.
    this.#stop = request.signal && new AbortController();
    this.#onAbandoned = onAbandoned;
  }

  /** True when this caller is ready to wait as long as those for whom the request was sent. */
  suits({ call, timeoutMs }: HttpRequest): boolean {
    return call?.maxWaitMs === this.#maxWaitMs && timeoutMs === this.#timeoutMs;
  }

  /**
   * The answer for one more caller, whose own it is: no other holds the same body or the same error.
   *
   * @param send is called for the first caller; what it sends is ended by the signal
   */
  join(
    signal: AbortSignal | undefined,
    send: (signal: AbortSignal | undefined) => Promise<HttpResponse>,
  ): Promise<HttpResponse> {
    this.#callers++;
    this.#answer ??= send(this.#stop?.signal);
    const answer = this.#answer;
    if (signal === undefined) {
      return answer.then(
        (response) => this.#own(response),
        (error: unknown) => Promise.reject(this.#ownError(error)),
      );
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        reject(abortError(signal, `The request to ${new URL(this.#url).host}`));
        if (--this.#callers > 0) return;
        this.#onAbandoned(this);
        this.#stop?.abort(signal.reason);
      };
      const listener = { onAbort };
      listen(signal, listener);
      answer.then(
        (response) => {
          stopListening(signal, listener);
          resolve(this.#own(response));
        },
        (error: unknown) => {
          stopListening(signal, listener);
          reject(this.#ownError(error));
        },
      );
    });
  }

  #own(response: HttpResponse): HttpResponse {
    return this.#isFirst() ? response : { ...response, body: copyOf(response.body) };
  }

  #ownError(error: unknown): unknown {
    return this.#isFirst() || !(error instanceof StagedoorError) ? error : errorLike(error);
  }

  #isFirst(): boolean {
    const isFirst = !this.#isTaken;
    this.#isTaken = true;
    return isFirst;
  }
}
