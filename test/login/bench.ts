import { connect } from "node:net";
import type { HttpRequest, HttpResponse } from "../../src/base/http.js";
import { type LoopbackLoginOptions, login } from "../../src/login/index.js";
import { type App, createApp } from "../../src/oauth/index.js";
import type { Token } from "../../src/token/index.js";

export const CLIENT_ID = "0123456789abcdef0123456789abcdef";
export const ACCESS_TOKEN = "CANARY-AT-1";
export const CODE = "CANARY-CODE-1";

export interface Accounts {
  readonly app: App;
  /** Every request to the token endpoint. */
  readonly requests: HttpRequest[];
}

/** An app whose token endpoint is a function. */
export function fakeAccounts(
  answer: (request: HttpRequest) => Promise<HttpResponse> | HttpResponse = granted,
  clientSecret?: string,
): Accounts {
  const requests: HttpRequest[] = [];
  const app = createApp({
    clientId: CLIENT_ID,
    clientSecret,
    send: async (request) => {
      requests.push(request);
      return answer(request);
    },
  });
  return { app, requests };
}

export function json(status: number, body: unknown): HttpResponse {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  return {
    status,
    header: (name) => (name.toLowerCase() === "content-type" ? "application/json" : null),
    body: bytes,
  };
}

export function granted(): HttpResponse {
  return json(200, {
    access_token: ACCESS_TOKEN,
    token_type: "Bearer",
    expires_in: 3600,
    refresh_token: "CANARY-RT-1",
    scope: "user-top-read",
  });
}

/** A login that waits for its callback. */
export interface StartedLogin {
  readonly token: Promise<Token>;
  /** The authorize URL. */
  readonly url: URL;
  readonly redirectUri: URL;
  readonly state: string;
  readonly port: number;
  /** The callback address with these parameters; without any, the right one. */
  callback(parameters?: Record<string, string>): string;
}

/** Starts a login and comes back once it listens. The caller completes it or aborts it. */
export function startLogin(app: App, options: LoopbackLoginOptions = {}): Promise<StartedLogin> {
  return new Promise((resolve, reject) => {
    const token = login(app, {
      openBrowser: false,
      ...options,
      onUrl: (address, redirect) => {
        options.onUrl?.(address, redirect);
        const url = new URL(address);
        const redirectUri = new URL(redirect);
        const state = url.searchParams.get("state") ?? "";
        const callback = (parameters: Record<string, string> = { code: CODE, state }) =>
          `${redirect}?${new URLSearchParams(parameters)}`;
        const port = Number(redirectUri.port || 80);
        // On the next turn, when `token` is there.
        queueMicrotask(() => resolve({ token, url, redirectUri, state, port, callback }));
      },
    });
    token.catch(reject);
  });
}

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

/** Writes bytes to a port as they are and reads until the other side is done. */
export function raw(port: number, bytes: string | Buffer, host = "127.0.0.1"): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    let text = "";
    const end = () => {
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text });
    };
    socket.setEncoding("latin1");
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("connect", () => socket.write(bytes));
    socket.on("end", end);
    socket.on("error", end);
  });
}

/** True when something accepts a connection there. */
export function isOpen(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** The error that a promise ends with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It should have failed.");
}
