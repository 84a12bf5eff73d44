import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HttpRequest } from "../../src/base/http.js";
import { ACCESS_TOKEN, CODE, fakeAccounts, raw, type StartedLogin, startLogin } from "./bench.js";
import { PAYLOADS } from "./payloads.js";

let started: StartedLogin;
let exchanges: readonly HttpRequest[];
let host: string;
let right: string;

beforeEach(async () => {
  const { app, requests } = fakeAccounts();
  started = await startLogin(app);
  exchanges = requests;
  host = started.redirectUri.host;
  right = `/callback?code=${CODE}&state=${started.state}`;
});

/** Whatever a test has sent: nothing was exchanged yet, and the right callback still completes the login. */
afterEach(async () => {
  expect(exchanges).toHaveLength(0);
  const page = await fetch(started.callback());
  expect(await page.text()).toContain("You’re in");
  expect((await started.token).accessToken).toBe(ACCESS_TOKEN);
  expect(exchanges).toHaveLength(1);
});

function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`http://${host}${path}`, { headers, redirect: "manual" });
}

function send(...lines: readonly string[]) {
  return raw(started.port, `${lines.join("\r\n")}\r\n\r\n`);
}

describe("a callback that is not of this login is answered 400 and the waiting goes on", () => {
  test.each([
    ["CB-01: a wrong state", () => `code=${CODE}&state=wrong`],
    ["CB-01: a state that only begins like the right one", () => `code=${CODE}&state=${started.state}A`],
    ["CB-01: an error with a wrong state", () => "error=access_denied&state=wrong"],
    ["CB-02: no state", () => `code=${CODE}`],
    ["CB-02: an empty state", () => `code=${CODE}&state=`],
    ["CB-02: nothing at all", () => ""],
    ["CB-04: the state twice", () => `code=${CODE}&state=${started.state}&state=${started.state}`],
    ["CB-04: the code twice", () => `code=${CODE}&code=other&state=${started.state}`],
    ["CB-04: an empty code", () => `code=&state=${started.state}`],
    ["CB-04: no code", () => `state=${started.state}`],
    ["CB-04: a code with a control character", () => `code=a%0d%0ab&state=${started.state}`],
    ["CB-04: a code that is not UTF-8", () => `code=%ff%fe&state=${started.state}`],
    ["CB-04: a code of 10 kB", () => `code=${"x".repeat(10_000)}&state=${started.state}`],
    ["CB-29: another issuer", () => `code=${CODE}&iss=https%3A%2F%2Fevil.example&state=${started.state}`],
  ])("%s", async (_name, query) => {
    const response = await ask(`/callback?${query()}`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("Not this door");
  });

  test("CB-11: a page of another site that asks for an image or by a script", async () => {
    for (const destination of ["image", "empty", "iframe", "script"]) {
      const answer = await send(
        `GET ${right} HTTP/1.1`,
        `Host: ${host}`,
        `Sec-Fetch-Dest: ${destination}`,
        "Sec-Fetch-Site: cross-site",
        "Origin: https://evil.example",
      );
      expect(answer.status).toBe(400);
      expect(answer.text.toLowerCase()).not.toContain("access-control");
    }
  });
});

describe("other places", () => {
  test.each([
    ["E16: /favicon.ico", () => "/favicon.ico"],
    ["E17: a right query on another path", () => right.replace("/callback", "/other")],
    ["a path that only begins like the right one", () => right.replace("/callback", "/callback/")],
    ["a path that a browser would have made shorter", () => right.replace("/callback", "/x/../callback")],
    ["the path percent-encoded", () => right.replace("/callback", "/%63allback")],
    ["CB-38: the final page before there is an outcome", () => "/done"],
  ])("%s is 404", async (_name, path) => {
    const answer = await send(`GET ${path()} HTTP/1.1`, `Host: ${host}`);
    expect(answer.status).toBe(404);
  });

  test("CB-38: nothing else is there, and no answer tells of the login", async () => {
    const paths = [
      "/",
      "/status",
      "/health",
      "/wait-for-auth",
      "/.well-known/x",
      "/token",
      "/callback.js",
      "//",
    ];
    for (const path of paths) {
      const answer = await send(`GET ${path} HTTP/1.1`, `Host: ${host}`);
      expect(answer.status, path).toBe(404);
      expect(answer.text).not.toContain(started.state);
    }
  });
});

describe("CB-10: another host, though all else is right, gets 400 or 421", () => {
  test.each([
    "evil.example",
    "127.0.0.1.evil",
    "127.0.0.1",
    "127.0.0.1:1",
    "LOCALHOST:PORT",
    "localhost:PORT",
    "[::1]:PORT",
    "127.1:PORT",
    "127.0.0.1:PORT.evil",
    "u@127.0.0.1:PORT",
    "",
  ])("Host: %s", async (value) => {
    const answer = await send(
      `GET ${right} HTTP/1.1`,
      `Host: ${value.replace("PORT", String(started.port))}`,
    );
    expect([400, 421]).toContain(answer.status);
  });

  test.each([
    ["no Host at all", () => [`GET ${right} HTTP/1.1`]],
    ["no Host in HTTP/1.0", () => [`GET ${right} HTTP/1.0`]],
    [
      "two Hosts, the right one first",
      () => [`GET ${right} HTTP/1.1`, `Host: ${host}`, "Host: evil.example"],
    ],
    ["two Hosts, the right one last", () => [`GET ${right} HTTP/1.1`, "Host: evil.example", `Host: ${host}`]],
    ["the right Host twice", () => [`GET ${right} HTTP/1.1`, `Host: ${host}`, `Host: ${host}`]],
    ["an absolute target", () => [`GET http://evil.example${right} HTTP/1.1`, `Host: ${host}`]],
    ["an absolute target of our own", () => [`GET http://${host}${right} HTTP/1.1`, `Host: ${host}`]],
  ])("%s", async (_name, lines) => {
    const answer = await send(...lines());
    expect([400, 421]).toContain(answer.status);
  });
});

describe("CB-13: other methods and other protocols", () => {
  test.each(["HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE"])("%s is 405", async (method) => {
    const answer = await send(`${method} ${right} HTTP/1.1`, `Host: ${host}`);
    expect(answer.status).toBe(405);
    expect(answer.text).toMatch(/^Allow: GET\r$/m);
  });

  test.each([
    ["CONNECT", () => `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 405],
    ["OPTIONS *", () => `OPTIONS * HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 405],
    ["a method that does not exist", () => `STAGE ${right} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 400],
    ["GET with a body", () => `GET ${right} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 2\r\n\r\nhi`, 400],
    [
      "GET with a body in chunks",
      () =>
        `GET ${right} HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n`,
      400,
    ],
    [
      "GET that offers a body",
      () => `GET ${right} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n`,
      400,
    ],
    ["HTTP/2", () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
    ["GET in the words of HTTP/2.0", () => `GET ${right} HTTP/2.0\r\nHost: ${host}\r\n\r\n`, 400],
    ["HTTP/0.9", () => `GET ${right}\r\n\r\n`, 400],
    ["TLS", () => "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400],
  ])("%s", async (_name, bytes, status) => {
    expect((await raw(started.port, Buffer.from(bytes(), "latin1"))).status).toBe(status);
  });
});

describe("CB-16, CB-17: size", () => {
  test("an address of 64 kB or 1 MB is 431", async () => {
    for (const size of [64_000, 1_000_000]) {
      const answer = await send(`GET /callback?code=${"x".repeat(size)} HTTP/1.1`, `Host: ${host}`);
      expect(answer.status).toBe(431);
    }
  });

  test("headers beyond 16 kB are 431", async () => {
    const many = Array.from({ length: 100_000 }, (_, index) => `X-${index}: 1`);
    expect((await send(`GET ${right} HTTP/1.1`, `Host: ${host}`, ...many)).status).toBe(431);
    const one = `X-Long: ${"x".repeat(20_000)}`;
    expect((await send(`GET ${right} HTTP/1.1`, `Host: ${host}`, one)).status).toBe(431);
  });

  test("thousands of parameters and deep percent-encoding cost nothing and change nothing", async () => {
    for (const query of ["a&".repeat(7000), `code=%${"25".repeat(7000)}`, "state=&".repeat(2000)]) {
      expect((await ask(`/callback?${query}`)).status).toBe(400);
    }
  });
});

describe("CB-20: requests that two readers could read in two ways are never two results", () => {
  test.each([
    [
      "two requests in one line",
      () => `GET /x HTTP/1.1\r\nHost: ${host}\r\n\r\nGET /y HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    ],
    [
      "both length and chunks",
      () =>
        `GET /callback HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET ${right} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    ],
    ["bare line feeds", () => `GET /callback HTTP/1.1\nHost: ${host}\n\n`],
    ["a folded header", () => `GET ${right} HTTP/1.1\r\nHost: ${host}\r\n evil.example\r\n\r\n`],
    ["a zero byte in the target", () => `GET ${right}\0 HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
    ["a lone carriage return in the target", () => `GET ${right}\rX HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
    ["a blank before the colon", () => `GET ${right} HTTP/1.1\r\nHost : ${host}\r\n\r\n`],
  ])("%s", async (_name, bytes) => {
    const { text } = await raw(started.port, Buffer.from(bytes(), "latin1"));
    expect(text.match(/^HTTP\/1\.1 \d{3}/gm)?.[0]).toMatch(/ 4\d\d$/);
    expect(text).not.toContain("303");
  });
});

test("CB-20: one connection brings one request: what comes behind it is not looked at", async () => {
  const head = `HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const { text } = await raw(started.port, `GET /x ${head}GET ${right} ${head}`);
  expect(text).toMatch(/^HTTP\/1\.1 404 /);
  expect(text).not.toContain("303");
});

describe("CB-08: hostile text in a request", () => {
  test("there are 50 of them", () => {
    expect(new Set(PAYLOADS).size).toBe(50);
  });

  test.each(PAYLOADS)("comes back in no byte: %j", async (payload) => {
    const encoded = encodeURIComponent(payload);
    for (const text of [payload, encoded, encodeURIComponent(encoded)]) {
      const bytes = [
        `GET /callback?error=${text}&error_description=${text}&error_uri=${text}&${text}=1&state=x HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
        `GET /${text} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
        `GET ${right} HTTP/1.1\r\nHost: ${text}\r\n\r\n`,
      ];
      for (const request of bytes) {
        const answer = await raw(started.port, Buffer.from(request, "utf8"));
        expect(answer.status).toBeGreaterThanOrEqual(400);
        const page = Buffer.from(answer.text, "latin1").toString("utf8");
        for (const form of [payload, encoded]) expect(page).not.toContain(form);
      }
    }
  });
});

test("CB-08, CB-35: every page forbids everything and links to nothing", async () => {
  for (const path of ["/callback?state=x", "/nowhere"]) {
    const response = await ask(path);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "x-content-type-options": "nosniff",
      "content-security-policy": expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; frame-ancestors 'none'; base-uri 'none'; form-action 'none'$/,
      ),
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
      connection: "close",
    });
    expect(response.headers.has("access-control-allow-origin")).toBe(false);
    expect(await response.text()).not.toMatch(
      /<script|<link|<a |<img|<form|<iframe|http|url\(|@import| on\w+=| style=/i,
    );
  }
});

test("a connection that says nothing holds nobody up", async () => {
  const idle = request({ port: started.port, host: "127.0.0.1" });
  idle.on("error", () => undefined);
  idle.flushHeaders();
  expect((await ask("/nowhere")).status).toBe(404);
  idle.destroy();
});
