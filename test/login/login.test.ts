import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import type { StagedoorError } from "../../src/base/errors.js";
import { login } from "../../src/login/index.js";
import type { Token } from "../../src/token/index.js";
import {
  ACCESS_TOKEN,
  CODE,
  failure,
  fakeAccounts,
  granted,
  isOpen,
  json,
  type StartedLogin,
  startLogin,
} from "./bench.js";

/** Completes a login as a browser would. */
async function comeBack(started: StartedLogin): Promise<Token> {
  await fetch(started.callback());
  return started.token;
}

describe("a login on this machine", () => {
  test("comes back with the token, the code exchanged once and the port freed", async () => {
    const { app, requests } = fakeAccounts();
    const started = await startLogin(app, { scope: "user-top-read" });
    const token = await comeBack(started);
    expect(token.accessToken).toBe(ACCESS_TOKEN);
    expect(token.scopes).toEqual(["user-top-read"]);
    expect(requests).toHaveLength(1);
    const body = new URLSearchParams(String(requests[0]?.body));
    expect(body.get("code")).toBe(CODE);
    expect(body.get("redirect_uri")).toBe(started.redirectUri.href);
    expect(await isOpen(started.port)).toBe(false);
  });

  test("asks for what it was told to ask for, with state and PKCE, at the port it listens on", async () => {
    const started = await startLogin(fakeAccounts().app, {
      scope: ["user-top-read", "user-library-read"],
      showDialog: true,
      parameters: { locale: "de" },
    });
    const asked = started.url.searchParams;
    expect(asked.get("scope")).toBe("user-library-read user-top-read");
    expect(asked.get("show_dialog")).toBe("true");
    expect(asked.get("locale")).toBe("de");
    expect(asked.get("code_challenge_method")).toBe("S256");
    expect(asked.get("state")).toMatch(/^[\w-]{43}$/);
    expect(asked.get("redirect_uri")).toBe(`http://127.0.0.1:${started.port}/callback`);
    await comeBack(started);
  });

  test("listens before it tells the address, and tells it before it opens the browser", async () => {
    const steps: string[] = [];
    const started = await startLogin(fakeAccounts().app, {
      onUrl: (_url, redirectUri) => steps.push(`told ${new URL(redirectUri).port !== ""}`),
      openBrowser: async (url) => {
        const { port } = new URL(new URL(url).searchParams.get("redirect_uri") ?? "");
        steps.push(`opened, listening ${await isOpen(Number(port))}`);
      },
    });
    await comeBack(started);
    expect(steps).toEqual(["told true", "opened, listening true"]);
  });

  test("reports a browser that does not open and goes on", async () => {
    const problems: StagedoorError[] = [];
    const started = await startLogin(fakeAccounts().app, {
      openBrowser: () => Promise.reject(new Error("secret detail")),
      onProblem: (problem) => problems.push(problem),
    });
    await comeBack(started);
    expect(problems.map(({ code }) => code)).toEqual(["browser-unavailable"]);
    expect(JSON.stringify(problems)).not.toContain("secret detail");
  });

  test("says nothing of a browser that fails after the login is over", async () => {
    const problems: StagedoorError[] = [];
    let fail: (error: Error) => void = () => undefined;
    const started = await startLogin(fakeAccounts().app, {
      openBrowser: () =>
        new Promise((_resolve, reject) => {
          fail = reject;
        }),
      onProblem: (problem) => problems.push(problem),
    });
    await comeBack(started);
    fail(new Error("late"));
    await new Promise((resolve) => setImmediate(resolve));
    expect(problems).toEqual([]);
  });

  test("ends with the caller's own error when onProblem throws", async () => {
    const mine = new RangeError("mine");
    const started = await startLogin(fakeAccounts().app, {
      openBrowser: () => Promise.reject(new Error("none")),
      onProblem: () => {
        throw mine;
      },
    });
    expect(await failure(started.token)).toBe(mine);
    expect(await isOpen(started.port)).toBe(false);
  });

  test("frees the port when the caller's own onUrl throws", async () => {
    let port = 0;
    const error = await failure(
      login(fakeAccounts().app, {
        openBrowser: false,
        onUrl: (_url, redirectUri) => {
          port = Number(new URL(redirectUri).port);
          throw new RangeError("mine");
        },
      }),
    );
    expect(error).toBeInstanceOf(RangeError);
    expect(await isOpen(port)).toBe(false);
  });
});

describe("how a login ends otherwise", () => {
  test("CB-07: a declined consent is access-denied, shows its page and frees the port", async () => {
    const { app, requests } = fakeAccounts();
    const started = await startLogin(app);
    const ended = failure(started.token);
    const page = await fetch(started.callback({ error: "access_denied", state: started.state }));
    expect(await page.text()).toContain("Nothing was shared");
    expect(await ended).toMatchObject({ code: "access-denied" });
    expect(requests).toHaveLength(0);
    expect(await isOpen(started.port)).toBe(false);
  });

  test("CB-05: error wins over a code that comes with it, and nothing is exchanged", async () => {
    const { app, requests } = fakeAccounts();
    const started = await startLogin(app);
    const ended = failure(started.token);
    const page = await fetch(started.callback({ code: CODE, error: "server_error", state: started.state }));
    expect(await page.text()).toContain("That didn’t work");
    expect(await ended).toMatchObject({ code: "authorization-failed" });
    expect(requests).toHaveLength(0);
  });

  test("a refused exchange shows the error page and throws the refusal, with nothing secret in either", async () => {
    const { app } = fakeAccounts((request) => {
      const sent = new URLSearchParams(String(request.body));
      const words = `bad ${sent.get("code")} and ${sent.get("code_verifier")}`;
      return json(400, { error: "invalid_grant", error_description: words });
    });
    const started = await startLogin(app);
    const ended = failure(started.token);
    const page = await (await fetch(started.callback())).text();
    const error = await ended;
    expect(error).toMatchObject({ code: "invalid-grant" });
    expect(page).toContain("That didn’t work");
    expect(`${page} ${JSON.stringify(error)}`).not.toContain(CODE);
    expect(`${page} ${JSON.stringify(error)}`).not.toContain(started.state);
  });

  test("D35, E19, CB-31: nobody comes back in time, which is login-timeout, and the port is freed", async () => {
    const started = await startLogin(fakeAccounts().app, { timeoutMs: 60 });
    const error = await failure(started.token);
    expect(error).toMatchObject({ code: "login-timeout" });
    expect(JSON.stringify(error)).not.toContain(started.state);
    expect(await isOpen(started.port)).toBe(false);
  });

  test("CB-32: an abort frees the port at once, though a connection stands open", async () => {
    const stop = new AbortController();
    const started = await startLogin(fakeAccounts().app, { signal: stop.signal });
    const ended = failure(started.token);
    const idle = connect(started.port, "127.0.0.1");
    await new Promise((resolve) => idle.once("connect", resolve));
    idle.on("error", () => undefined);
    stop.abort();
    expect(await ended).toMatchObject({ code: "aborted" });
    expect(await isOpen(started.port)).toBe(false);
    idle.destroy();
  });

  test("CB-32: an abort during the exchange ends the login without waiting for the answer", async () => {
    const stop = new AbortController();
    const { app } = fakeAccounts(() => {
      stop.abort();
      return new Promise(() => undefined);
    });
    const started = await startLogin(app, { signal: stop.signal });
    const ended = failure(started.token);
    await failure(fetch(started.callback()));
    expect(await ended).toMatchObject({ code: "aborted" });
    expect(await isOpen(started.port)).toBe(false);
  });

  test("CB-32: a signal that has fired before is obeyed before anything is bound", async () => {
    const error = await failure(
      login(fakeAccounts().app, {
        signal: AbortSignal.abort(),
        onUrl: () => expect.unreachable(),
        openBrowser: false,
      }),
    );
    expect(error).toMatchObject({ code: "aborted" });
  });

  test("a time that is none is refused instead of ending the login at once", async () => {
    for (const timeoutMs of [0, -1, Number.NaN]) {
      expect(await failure(login(fakeAccounts().app, { timeoutMs, openBrowser: false }))).toMatchObject({
        code: "argument-invalid",
      });
    }
  });
});

describe("a callback address pasted while the server waits", () => {
  async function* lines(...all: readonly string[]): AsyncGenerator<string> {
    yield* all;
    await new Promise(() => undefined);
  }

  test("completes the login, after empty lines and an address with a wrong state", async () => {
    const { app, requests } = fakeAccounts();
    const problems: string[] = [];
    let come: (started: StartedLogin) => void = () => undefined;
    const begun = new Promise<StartedLogin>((resolve) => {
      come = resolve;
    });
    async function* paste() {
      yield "";
      yield "   ";
      const { callback, state } = await begun;
      yield callback({ code: CODE, state: "wrong" });
      yield `https://example.org/callback?code=X&state=${state}`;
      yield CODE;
      yield callback();
    }
    const started = await startLogin(app, { paste: paste(), onProblem: ({ code }) => problems.push(code) });
    come(started);
    expect((await started.token).accessToken).toBe(ACCESS_TOKEN);
    expect(problems).toEqual(["state-mismatch", "callback-invalid", "callback-invalid"]);
    expect(requests).toHaveLength(1);
    expect(await isOpen(started.port)).toBe(false);
  });

  test("leaves the login to the browser when the input ends or fails", async () => {
    async function* broken(): AsyncGenerator<string> {
      yield "";
      throw new Error("terminal gone");
    }
    for (const paste of [(async function* (): AsyncGenerator<string> {})(), broken()]) {
      const started = await startLogin(fakeAccounts().app, { paste });
      expect((await comeBack(started)).accessToken).toBe(ACCESS_TOKEN);
    }
  });

  test("is let go of when the browser was first, even if the input never says another word", async () => {
    const started = await startLogin(fakeAccounts().app, { paste: lines("") });
    expect((await comeBack(started)).accessToken).toBe(ACCESS_TOKEN);
  });
});

describe("two callbacks at once", () => {
  test("CB-14: one exchange, and both get the final page", async () => {
    let grant = () => {};
    const both = new Promise<void>((resolve) => {
      grant = resolve;
    });
    const { app, requests } = fakeAccounts(async () => {
      await both;
      return granted();
    });
    const started = await startLogin(app);
    const coming = [fetch(started.callback()), fetch(started.callback())];
    // Another answer of the same server shows that it has taken both in.
    await fetch(new URL("/elsewhere", started.redirectUri));
    grant();
    const pages = await Promise.all(coming);
    for (const page of pages) expect(await page.text()).toContain("You’re in");
    await started.token;
    expect(requests).toHaveLength(1);
  });

  test("CB-14: a prefetch does not use up the login", async () => {
    const { app, requests } = fakeAccounts();
    const started = await startLogin(app);
    const guess = await fetch(started.callback(), { headers: { "Sec-Purpose": "prefetch" } });
    expect(guess.status).toBe(503);
    expect(requests).toHaveLength(0);
    await comeBack(started);
    expect(requests).toHaveLength(1);
  });

  test("CB-29: two logins at once do not take each other's callbacks", async () => {
    const { app } = fakeAccounts();
    const [one, two] = await Promise.all([startLogin(app), startLogin(app)]);
    const crossed = await fetch(two.callback({ code: CODE, state: one.state }));
    expect(crossed.status).toBe(400);
    await Promise.all([comeBack(one), comeBack(two)]);
  });
});
