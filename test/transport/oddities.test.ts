import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MINUTE } from "../../src/base/clock.js";
import type { CallTraits } from "../../src/base/http.js";
import { oddities, RetryBudget } from "../../src/transport/index.js";
import { type FakeAnswer, fakeSend } from "../support/fake-send.js";

const missing: FakeAnswer = {
  status: 401,
  body: { error: { status: 401, message: "Access token missing" } },
};
const expired: FakeAnswer = {
  status: 401,
  body: { error: { status: 401, message: "The access token expired" } },
};
const message = "Player command failed: Premium required";
const premium: FakeAnswer = {
  status: 403,
  body: { error: { status: 403, message, reason: "PREMIUM_REQUIRED" } },
};
const done: FakeAnswer = { status: 204 };

/** Gives these answers one after another, the last one for ever. */
function bench(answers: readonly FakeAnswer[], budget?: RetryBudget) {
  const { send, requests } = fakeSend((_, index) => answers[Math.min(index, answers.length - 1)] ?? {});
  const layered = oddities({ budget })(send);
  const command = (account = "A", headers: Record<string, string> = { authorization: "Bearer T" }) => {
    const call: CallTraits = {
      endpoint: "/me/player/next",
      repeatable: false,
      account,
      priority: "interactive",
    };
    return layered({ method: "POST", url: "https://api.spotify.com/v1/me/player/next", headers, call });
  };
  return { command, requests };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("refusals of good tokens", () => {
  it.each([
    ["401 Access token missing", missing],
    ["403 PREMIUM_REQUIRED", premium],
  ])("sends a call once more after %s, also a POST", async (_, odd) => {
    const { command, requests } = bench([odd, done]);
    expect(await command()).toMatchObject({ status: 204 });
    expect(requests).toHaveLength(2);
    expect(requests[1]).toEqual(requests[0]);
  });

  it.each([
    ["401 Access token missing", missing],
    ["403 PREMIUM_REQUIRED", premium],
  ])("sends it twice at most after %s, and gives the second answer", async (_, odd) => {
    const { command, requests } = bench([odd]);
    expect(await command()).toMatchObject({ status: odd.status });
    expect(requests).toHaveLength(2);
  });

  it.each([
    ["an expired token", expired],
    ["a 403 without a reason", { status: 403, body: { error: { status: 403, message: "Forbidden" } } }],
    [
      "an app whose owner has no Premium",
      { status: 403, body: "Active premium subscription required for the owner of the app." },
    ],
    ["a long body", { status: 401, body: `Access token missing${" ".repeat(5000)}` }],
    ["an empty body", { status: 403 }],
    ["a success that speaks of it", { status: 200, body: "Access token missing" }],
  ])("RL-13 leaves %s alone", async (_, answer) => {
    const { command, requests } = bench([answer]);
    await command();
    expect(requests).toHaveLength(1);
  });

  it("leaves a request alone that really had no token", async () => {
    const { command, requests } = bench([missing]);
    await command("A", {});
    expect(requests).toHaveLength(1);
  });

  it("sends nothing again when the app's budget is spent", async () => {
    const budget = new RetryBudget();
    while (budget.withdraw());
    const { command, requests } = bench([missing], budget);
    expect(await command()).toMatchObject({ status: 401 });
    expect(requests).toHaveLength(1);
  });
});

describe("a person without Premium", () => {
  it("costs two requests once, and one from then on", async () => {
    const { command, requests } = bench([premium]);
    for (let made = 0; made < 5; made++) expect(await command()).toMatchObject({ status: 403 });
    expect(requests).toHaveLength(6);
  });

  it("is asked about again after ten minutes", async () => {
    const { command, requests } = bench([premium]);
    await command();
    await vi.advanceTimersByTimeAsync(10 * MINUTE - 1);
    await command();
    expect(requests).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(1);
    await command();
    expect(requests).toHaveLength(5);
  });

  it("is not taken for another one", async () => {
    const { command, requests } = bench([premium]);
    await command("A");
    await command("B");
    expect(requests).toHaveLength(4);
  });

  it("is believed to have bought it as soon as a command is done", async () => {
    const { command, requests } = bench([premium, premium, done, premium, done]);
    await command();
    await command();
    expect(await command()).toMatchObject({ status: 204 });
    expect(requests).toHaveLength(5);
  });

  it("is one of a thousand that are remembered: the oldest is forgotten", async () => {
    const { command, requests } = bench([premium]);
    for (let account = 0; account <= 1000; account++) await command(String(account));
    expect(requests).toHaveLength(2002);
    await command("1000");
    expect(requests).toHaveLength(2003);
    await command("0");
    expect(requests).toHaveLength(2005);
  });
});
