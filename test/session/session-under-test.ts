import { expect } from "vitest";
import { HOUR } from "../../src/base/clock.js";
import { createApp } from "../../src/oauth/index.js";
import { Session, type SessionOptions } from "../../src/session/index.js";
import { memoryStore } from "../../src/stores/memory.js";
import { Token, type TokenEventName, type TokenFields } from "../../src/token/index.js";
import { manualClock } from "../support/clock.js";
import { type FakeAnswer, fakeSend } from "../support/fake-send.js";

const ISSUER = "https://accounts.spotify.com";

/** The usual answer to the n-th refresh: a new access token, no refresh token. */
export const usual = (index: number): FakeAnswer => ({
  body: { access_token: `AT${index + 2}`, token_type: "Bearer", expires_in: 3600 },
});
export const refused = (description?: string): FakeAnswer => ({
  status: 400,
  body: { error: "invalid_grant", ...(description !== undefined && { error_description: description }) },
});

/** Rotates: the n-th refresh gives a new refresh token too. */
export const rotating: Answer = (index) => ({
  body: {
    access_token: `AT${index + 2}`,
    token_type: "Bearer",
    expires_in: 3600,
    refresh_token: `R${index + 2}`,
  },
});

export type Answer = (index: number, form: URLSearchParams) => FakeAnswer | Promise<FakeAnswer>;

export async function setUp(
  answer: Answer = usual,
  change: Partial<TokenFields> = {},
  options: Partial<SessionOptions> = {},
) {
  const clock = manualClock();
  const fake = fakeSend((request, index) => answer(index, new URLSearchParams(String(request.body))));
  const app = createApp({ clientId: "CID", send: fake.send, clock });
  const store = options.store ?? memoryStore();
  const session = new Session({ app, store, ...options });
  const token = new Token({
    accessToken: "AT1",
    refreshToken: "R1",
    expiresAt: clock.now() + HOUR,
    scopes: ["user-top-read"],
    issuer: ISSUER,
    clientId: "CID",
    grant: "authorization_code",
    authorizedAt: clock.now(),
    obtainedAt: clock.now(),
    ...change,
  });
  await session.adopt(token);
  const events: string[] = [];
  for (const name of [
    "refreshed",
    "expired",
    "removed",
    "refresh-failed",
    "save-failed",
  ] satisfies TokenEventName[]) {
    session.on(name, () => events.push(name));
  }
  const sent = () =>
    fake.requests.map((request) => new URLSearchParams(String(request.body)).get("refresh_token"));
  return {
    session,
    app,
    store,
    clock,
    token,
    events,
    sent,
    stored: async () => (await store.read(session.key))?.token,
  };
}

export const settle = () => new Promise((resolve) => setImmediate(resolve));
export const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

/** A promise that the test settles. */
export function gate<T>() {
  let open: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}
