import type { CallTraits, HttpRequest, HttpResponse } from "../../src/base/http.js";
import { type CacheOptions, cache } from "../../src/transport/index.js";
import { manualClock } from "../support/clock.js";
import { type FakeAnswer, fakeSend } from "../support/fake-send.js";

export const API = "https://api.spotify.com/v1";

export interface Asked extends Partial<CallTraits> {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** A request as the client makes it. */
export function asked(given: Asked = {}): HttpRequest {
  const {
    method = "GET",
    path = "/me",
    headers = {},
    body,
    signal,
    timeoutMs,
    account = "ANN",
    ...call
  } = given;
  return {
    method,
    url: `${API}${path}`,
    headers: { accept: "application/json", authorization: `Bearer ${account}`, ...headers },
    body,
    signal,
    timeoutMs,
    call: { endpoint: "/me", repeatable: true, priority: "interactive", account, ...call },
  };
}

export const textOf = ({ body }: HttpResponse): string => new TextDecoder().decode(body);

/** A cache before a sender that the test plays. */
export function cacheBench(
  answer: (request: HttpRequest, index: number) => FakeAnswer | Promise<FakeAnswer>,
  options: CacheOptions = {},
) {
  const clock = manualClock();
  const fake = fakeSend(answer);
  const layer = cache({ clock, ...options });
  const send = layer(fake.send);
  return {
    clock,
    layer,
    send,
    requests: fake.requests,
    /** The text that comes for a request. */
    read: async (given?: Asked) => textOf(await send(asked(given))),
  };
}

/** An answer that the test gives when it likes. */
export function held<T>() {
  let give: (value: T) => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((resolve, reject) => {
    give = resolve;
    fail = reject;
  });
  return { promise, give, fail };
}
