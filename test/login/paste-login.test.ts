import { describe, expect, test, vi } from "vitest";
import type { StagedoorError } from "../../src/base/errors.js";
import { type PasteLoginOptions, pasteLogin } from "../../src/login/index.js";
import type { App } from "../../src/oauth/index.js";
import type { Token } from "../../src/token/index.js";
import { ACCESS_TOKEN, CLIENT_ID, CODE, failure, fakeAccounts } from "./bench.js";

const REDIRECT_URI = "https://example.org/callback";

interface Pasting {
  readonly token: Promise<Token>;
  readonly problems: readonly StagedoorError[];
}

/** Logs in with lines that are made from the address of the right callback. */
function paste(
  app: App,
  lines: (right: string, state: string) => readonly string[],
  options: Partial<PasteLoginOptions> = {},
): Pasting {
  const problems: StagedoorError[] = [];
  let authorizeUrl = "";
  async function* typed() {
    const state = new URL(authorizeUrl).searchParams.get("state") ?? "";
    yield* lines(
      `${options.redirectUri ?? REDIRECT_URI}?${new URLSearchParams({ code: CODE, state })}`,
      state,
    );
  }
  const token = pasteLogin(app, {
    redirectUri: REDIRECT_URI,
    lines: typed(),
    onUrl: (url) => {
      authorizeUrl = url;
    },
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  return { token, problems };
}

describe("a login by pasting", () => {
  test("E22: passes over empty lines and takes the whole callback address, without a secret in the exchange", async () => {
    const { app, requests } = fakeAccounts();
    const { token, problems } = paste(app, (right) => ["", "  \t", right]);
    expect((await token).accessToken).toBe(ACCESS_TOKEN);
    expect(problems).toEqual([]);
    expect(requests).toHaveLength(1);
    const [request] = requests;
    expect(request?.headers).not.toHaveProperty("authorization");
    expect(Object.fromEntries(new URLSearchParams(String(request?.body)))).toEqual({
      grant_type: "authorization_code",
      client_id: CLIENT_ID,
      code_verifier: expect.stringMatching(/^[\w-]{43}$/),
      code: CODE,
      redirect_uri: REDIRECT_URI,
    });
  });

  test("works with every redirect URI that can be registered", async () => {
    for (const redirectUri of [
      "http://127.0.0.1/callback",
      "my-app://callback",
      "https://example.org:8443/a?b=c",
    ]) {
      const { app, requests } = fakeAccounts();
      const { token } = paste(
        app,
        (_right, state) => [
          `${redirectUri}${redirectUri.includes("?") ? "&" : "?"}code=${CODE}&state=${state}`,
        ],
        { redirectUri },
      );
      expect((await token).accessToken).toBe(ACCESS_TOKEN);
      expect(new URLSearchParams(String(requests[0]?.body)).get("redirect_uri")).toBe(redirectUri);
    }
  });

  test("CB-25: refuses localhost before it shows an address", async () => {
    const options = { redirectUri: "http://localhost/callback", onUrl: () => expect.unreachable() };
    expect(await failure(paste(fakeAccounts().app, () => [], options).token)).toMatchObject({
      code: "redirect-uri-invalid",
    });
  });

  test("CB-37: a wrong state, another origin or path is reported, and the waiting goes on", async () => {
    const { app, requests } = fakeAccounts();
    const { token, problems } = paste(app, (right, state) => [
      `${REDIRECT_URI}?code=X&state=wrong`,
      `${REDIRECT_URI}?code=X`,
      `https://evil.example/callback?code=X&state=${state}`,
      `http://example.org/callback?code=X&state=${state}`,
      `https://example.org/other?code=X&state=${state}`,
      `${REDIRECT_URI}?code=X&code=Y&state=${state}`,
      "nonsense with blanks",
      right,
    ]);
    await token;
    expect(problems.map(({ code }) => code)).toEqual([
      "state-mismatch",
      "state-mismatch",
      "callback-invalid",
      "callback-invalid",
      "callback-invalid",
      "callback-invalid",
      "callback-invalid",
    ]);
    expect(requests).toHaveLength(1);
  });

  test("CB-37, LK-16: no problem names the code, the state or the verifier", async () => {
    const { app, requests } = fakeAccounts();
    let state = "";
    const { token, problems } = paste(app, (right, own) => {
      state = own;
      return [
        CODE,
        `${right}&state=x`,
        right.replace("example.org", "evil.example"),
        `${right}&code=y`,
        right,
      ];
    });
    await token;
    expect(problems).toHaveLength(4);
    const verifier = new URLSearchParams(String(requests[0]?.body)).get("code_verifier") ?? "";
    const told = JSON.stringify(problems) + problems.map(String).join();
    for (const secret of [CODE, state, verifier]) expect(told).not.toContain(secret);
  });

  test.each([
    ["the marks of a bracketed paste", (right: string) => `\x1b[200~${right}\x1b[201~`],
    ["colours", (right: string) => `\x1b[1;32m${right}\x1b[0m`],
    ["a window title and a bell", (right: string) => `\x1b]0;title\x07${right}\x07`],
    ["a link's escape sequence", (right: string) => `\x1b]8;;\x1b\\${right}\x1b]8;;\x1b\\`],
    ["blanks and a line end", (right: string) => `  ${right}\r\n`],
    ["quotation marks", (right: string) => `"${right}"`],
    ["angle brackets", (right: string) => `<${right}>`],
    ["zero-width characters and a byte order mark", (right: string) => `\ufeff${right}\u200b`],
    ["a keypad mode", (right: string) => `\x1b=${right}\x1b>`],
  ])("CB-37: takes off %s", async (_name, dress) => {
    const { token, problems } = paste(fakeAccounts().app, (right) => [dress(right)]);
    expect((await token).accessToken).toBe(ACCESS_TOKEN);
    expect(problems).toEqual([]);
  });

  test("CB-37: a paste of 1 MB is refused without being looked at", async () => {
    const { token, problems } = paste(fakeAccounts().app, (right) => [
      `${right}&x=${"\x1b[".repeat(500_000)}`,
      `${right}&x=${"\x1b]".repeat(32_000)}`,
      right,
    ]);
    await token;
    expect(problems[0]).toMatchObject({
      code: "callback-invalid",
      message: expect.stringContaining("too long"),
    });
  });

  test("CB-37: a bare code is refused unless it is allowed", async () => {
    const { app, requests } = fakeAccounts();
    const { token, problems } = paste(app, () => [CODE]);
    expect(await failure(token)).toMatchObject({ code: "aborted" });
    expect(problems.map(({ code }) => code)).toEqual(["callback-invalid"]);
    expect(requests).toHaveLength(0);
  });

  test("E22: a bare code is exchanged with its verifier when it is allowed", async () => {
    const { app, requests } = fakeAccounts();
    const { token } = paste(app, () => ["", ` ${CODE} `], { allowBareCode: true });
    expect((await token).accessToken).toBe(ACCESS_TOKEN);
    const body = new URLSearchParams(String(requests[0]?.body));
    expect(body.get("code")).toBe(CODE);
    expect(body.has("code_verifier")).toBe(true);
  });

  test("an address with a wrong state stays refused when bare codes are allowed", async () => {
    const { app, requests } = fakeAccounts();
    const { token, problems } = paste(app, () => [`${REDIRECT_URI}?code=X&state=wrong`], {
      allowBareCode: true,
    });
    expect(await failure(token)).toMatchObject({ code: "aborted" });
    expect(problems.map(({ code }) => code)).toEqual(["state-mismatch"]);
    expect(requests).toHaveLength(0);
  });

  test("a declined consent that is pasted is access-denied", async () => {
    const { token } = paste(fakeAccounts().app, (_right, state) => [
      `${REDIRECT_URI}?error=access_denied&state=${state}`,
    ]);
    expect(await failure(token)).toMatchObject({ code: "access-denied" });
  });

  test("the end of the input is aborted, with the next step", async () => {
    const error = await failure(paste(fakeAccounts().app, () => [""]).token);
    expect(error).toMatchObject({ code: "aborted", hint: expect.stringContaining("whole address") });
  });

  test("nobody pastes in time, which is login-timeout, and the input is let go of", async () => {
    const { lines, returned } = silent();
    expect(await failure(pasteLogin(fakeAccounts().app, { lines, timeoutMs: 20 }))).toMatchObject({
      code: "login-timeout",
    });
    expect(returned()).toBe(true);
  });

  test("CB-31: waits ten minutes unless told otherwise", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const ended = failure(pasteLogin(fakeAccounts().app, { lines: silent().lines }));
      while (vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(10 * 60_000 - 1);
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(1);
      expect(await ended).toMatchObject({ code: "login-timeout" });
    } finally {
      vi.useRealTimers();
    }
  });

  test("leaves no timer behind that would keep the program from ending", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      await paste(fakeAccounts().app, (right) => [right]).token;
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test("an abort ends the waiting and the input is let go of", async () => {
    const { lines, returned } = silent();
    const stop = new AbortController();
    const options = { lines, signal: stop.signal, onUrl: () => queueMicrotask(() => stop.abort()) };
    expect(await failure(pasteLogin(fakeAccounts().app, options))).toMatchObject({ code: "aborted" });
    expect(returned()).toBe(true);
  });

  test("a login that has been aborted before shows no address", async () => {
    const signal = AbortSignal.abort();
    const { token } = paste(fakeAccounts().app, () => [], { signal, onUrl: () => expect.unreachable() });
    expect(await failure(token)).toMatchObject({ code: "aborted" });
  });

  test("sends the secret of a confidential app in the header only", async () => {
    const { app, requests } = fakeAccounts(undefined, "CANARY-SEC-1");
    await paste(app, (right) => [right]).token;
    expect(requests[0]?.headers.authorization).toMatch(/^Basic /);
    expect(String(requests[0]?.body)).not.toContain("CANARY-SEC");
  });
});

/** An input on which nobody ever types. */
function silent() {
  let returned = false;
  const iterator: AsyncIterator<string> = {
    next: () => new Promise(() => undefined),
    return: async () => {
      returned = true;
      return { done: true, value: undefined };
    },
  };
  return { lines: { [Symbol.asyncIterator]: () => iterator }, returned: () => returned };
}
