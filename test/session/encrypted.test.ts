import { expect, it } from "vitest";
import { HOUR } from "../../src/base/clock.js";
import { createApp } from "../../src/oauth/index.js";
import { Session } from "../../src/session/index.js";
import { encrypted } from "../../src/stores/encrypted.js";
import { memoryStore } from "../../src/stores/memory.js";
import { Token } from "../../src/token/index.js";
import { manualClock } from "../support/clock.js";
import { type FakeAnswer, fakeSend } from "../support/fake-send.js";

const key = Uint8Array.from({ length: 32 }, (_, index) => index);

/** A session whose store is encrypted, an hour after its login. */
async function setUp(answer: FakeAnswer) {
  const clock = manualClock();
  const fake = fakeSend(() => answer);
  const app = createApp({ clientId: "CID", send: fake.send, clock });
  const within = memoryStore();
  const store = encrypted(within, { key });
  const session = new Session({ app, store });
  const token = new Token({
    accessToken: "CANARY-AT-1",
    refreshToken: "CANARY-RT-1",
    expiresAt: clock.now() + HOUR,
    scopes: ["user-top-read"],
    issuer: app.issuer,
    clientId: "CID",
    grant: "authorization_code",
    authorizedAt: clock.now(),
    obtainedAt: clock.now(),
  });
  await session.adopt(token);
  clock.advance(HOUR);
  return { session, app, within, store, token, requests: fake.requests };
}

const renewed = {
  body: { access_token: "CANARY-AT-2", refresh_token: "CANARY-RT-2", token_type: "Bearer", expires_in: 3600 },
};

it("FS-11 a session refreshes through encryption, and what it stores is sealed", async () => {
  const { session, app, within, store, requests } = await setUp(renewed);
  expect((await session.token()).accessToken).toBe("CANARY-AT-2");
  expect(String(requests[0]?.body)).toContain("refresh_token=CANARY-RT-1");
  expect((await new Session({ app, store }).token()).accessToken).toBe("CANARY-AT-2");
  const bare = (await within.read(session.key))?.token;
  for (const text of [bare?.accessToken, bare?.refreshToken]) expect(text).toMatch(/^stagedoor-sealed\.1\./);
});

it("I3 FS-11 the mark of a login that has ended is sealed and readable, and ends it for the next session too", async () => {
  const { session, app, within, store } = await setUp({ status: 400, body: { error: "invalid_grant" } });
  await expect(session.token()).rejects.toMatchObject({ code: "reauthorization-required" });
  expect((await within.read(session.key))?.token.status.state).toBe("reauthorization-required");
  await expect(new Session({ app, store }).token()).rejects.toMatchObject({
    code: "reauthorization-required",
  });
});

it("I7 FS-11 a session without the encryption sends nothing of a sealed token, and says what is missing", async () => {
  const { session, app, within, requests } = await setUp(renewed);
  const bare = new Session({ app, store: within });
  const refusal = { code: "store-undecryptable", hint: expect.stringContaining("encrypted(store, { key })") };
  await expect(bare.token()).rejects.toMatchObject(refusal);
  await expect(bare.refresh()).rejects.toMatchObject(refusal);
  expect(requests).toEqual([]);
  expect(await bare.logout()).toBe(true);
  expect(await within.read(session.key)).toBeNull();
});

it("FS-11 a session with another key sends and overwrites nothing by itself", async () => {
  const { session, app, within, requests } = await setUp(renewed);
  const stored = await within.read(session.key);
  const lost = new Session({ app, store: encrypted(within, { key: key.map((byte) => byte + 1) }) });
  const refusal = { code: "store-undecryptable", hint: expect.stringContaining("log in again") };
  for (const attempt of [() => lost.token(), () => lost.refresh(), () => lost.stored()])
    await expect(attempt()).rejects.toMatchObject(refusal);
  expect(requests).toEqual([]);
  expect(await within.read(session.key)).toEqual(stored);
});

it("FS-11 where the key is lost, whoever logs in anew or out takes the place of what cannot be opened", async () => {
  const { session, app, within, token } = await setUp(renewed);
  const store = encrypted(within, { key: key.map((byte) => byte + 1) });
  await new Session({ app, store }).adopt(token.with({ accessToken: "CANARY-AT-7" }));
  expect((await new Session({ app, store }).stored())?.token.accessToken).toBe("CANARY-AT-7");
  expect(await new Session({ app, store: encrypted(within, { key }) }).logout()).toBe(true);
  expect(await within.read(session.key)).toBeNull();
});
