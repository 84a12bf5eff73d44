import { type Client, type ConnectionOptions, createClient } from "../../src/client/index.js";
import { SCOPES } from "../../src/contract/index.js";
import { Token, type TokenSource } from "../../src/token/index.js";
import { manualClock } from "../support/clock.js";
import { type FakeAnswer, type FakeSend, fakeSend } from "../support/fake-send.js";

const token = new Token({
  accessToken: "CANARY-AT-1",
  refreshToken: "CANARY-RT-1",
  expiresAt: Date.now() + 3_600_000,
  scopes: SCOPES,
  issuer: "https://accounts.spotify.com",
  clientId: "CID",
  grant: "authorization_code",
  authorizedAt: 0,
  obtainedAt: Date.now(),
});

/** Always has the same token, with every scope. */
export const source: TokenSource = { token: async () => token, replace: async () => token };

/** A request as a test reads it: the path after `/v1`, decoded, and the body's JSON. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export interface ClientBench extends FakeSend {
  readonly client: Client;
  seen(): readonly Seen[];
}

/** A client whose requests the test answers. */
export function clientBench(
  answer: (seen: Seen, index: number) => FakeAnswer | Promise<FakeAnswer>,
  options: Partial<ConnectionOptions> = {},
): ClientBench {
  const all: Seen[] = [];
  const fake = fakeSend((request, index) => {
    const url = new URL(request.url);
    const body = request.body === undefined ? undefined : parse(String(request.body));
    const seen = {
      method: request.method,
      path: url.pathname.slice("/v1".length),
      query: url.searchParams,
      body,
    };
    all.push(seen);
    return answer(seen, index);
  });
  const client = createClient({ source, send: fake.send, clock: manualClock(), ...options });
  return { ...fake, client, seen: () => all };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Answers as Spotify does to apps that have lost an operation. */
export const LOST: FakeAnswer = { status: 403, body: { error: { status: 403, message: "Forbidden" } } };

export const refused = (status: number, message: string): FakeAnswer => ({
  status,
  body: { error: { status, message } },
});

/** Twenty-two characters of base62, another one for each number. */
export const idOf = (index: number): string => `0000000000000000000000${index}`.slice(-22);

export const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => Promise.reject(new Error(`It did not fail, but gave ${JSON.stringify(value)}`)),
    (error: unknown) => error,
  );

export async function collect<T>(walk: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of walk) all.push(one);
  return all;
}
