import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, test } from "vitest";
import { login, type Ports } from "../../src/login/index.js";
import { failure, fakeAccounts, isOpen, startLogin } from "./bench.js";

const squatters: Server[] = [];

/** Takes a port, any free one by default. */
function squat(port = 0, host = "127.0.0.1"): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host }, () => {
      squatters.push(server);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

/** The first of three ports in a row that are free. */
async function threePorts(): Promise<number> {
  for (let first = 18_080; first < 19_000; first += 3) {
    const open = await Promise.all([0, 1, 2].map((offset) => isOpen(first + offset)));
    if (!open.includes(true)) return first;
  }
  throw new Error("No three free ports in a row.");
}

function attempt(redirectUri: string | undefined, ports?: Ports): Promise<unknown> {
  return failure(
    login(fakeAccounts().app, { redirectUri, ports, openBrowser: false, onUrl: () => expect.unreachable() }),
  );
}

const hasIpv6 = await squat(0, "::1").then(
  () => true,
  () => false,
);

afterEach(async () => {
  for (const server of squatters.splice(0)) await new Promise((resolve) => server.close(resolve));
});

describe("where a login listens", () => {
  test("exactly at the port that the redirect URI names, which stays as it was written", async () => {
    const port = await threePorts();
    const redirectUri = `http://127.0.0.1:${port}/some/path?tenant=1`;
    const started = await startLogin(fakeAccounts().app, { redirectUri });
    expect(started.url.searchParams.get("redirect_uri")).toBe(redirectUri);
    const page = await fetch(
      `http://127.0.0.1:${port}/some/path?tenant=1&code=x&state=${encodeURIComponent(started.state)}`,
    );
    expect(await page.text()).toContain("You’re in");
    await started.token;
  });

  test("E20: the first free port of a range, its end included", async () => {
    const first = await threePorts();
    await squat(first);
    await squat(first + 1);
    const started = await startLogin(fakeAccounts().app, { ports: { from: first, to: first + 2 } });
    expect(started.port).toBe(first + 2);
    await fetch(started.callback());
    await started.token;
  });

  test("E20: the ports of a list in their order, and a single one too", async () => {
    const first = await threePorts();
    await squat(first);
    for (const ports of [[first, first + 2, first + 1], [first + 2], first + 2]) {
      const started = await startLogin(fakeAccounts().app, { ports });
      expect(started.port).toBe(first + 2);
      await fetch(started.callback());
      await started.token;
    }
  });

  test("CB-22: a port that is taken, on this address or on all, is port-in-use and never shared", async () => {
    for (const host of ["127.0.0.1", "0.0.0.0"]) {
      const port = await squat(0, host);
      const error = await attempt(`http://127.0.0.1:${port}/callback`);
      expect(error).toMatchObject({ code: "port-in-use", hint: expect.stringContaining("without a port") });
      expect(String(error)).toContain(String(port));
      const chosen = await attempt(undefined, [port]);
      expect(chosen).toMatchObject({ code: "port-in-use", hint: expect.stringContaining("--port") });
    }
  });

  test("CB-22: a second login cannot take the port of the first", async () => {
    const first = await startLogin(fakeAccounts().app);
    expect(await attempt(undefined, first.port)).toMatchObject({ code: "port-in-use" });
    await fetch(first.callback());
    await first.token;
  });

  test("CB-22: all ports of a list taken are named in the error", async () => {
    const [one, two] = [await squat(), await squat()];
    const error = String(await attempt(undefined, [one, two]));
    expect(error).toContain(String(one));
    expect(error).toContain(String(two));
  });

  test("CB-23: only the loopback address listens, and other addresses of this machine refuse", async () => {
    const started = await startLogin(fakeAccounts().app);
    if (process.platform === "linux") expect(listeners(started.port)).toEqual(["0100007F"]);
    for (const { address } of Object.values(networkInterfaces()).flatMap((list) => list ?? [])) {
      if (address !== "127.0.0.1" && !address.startsWith("fe80")) {
        expect(await isOpen(started.port, address), address).toBe(false);
      }
    }
    await fetch(started.callback());
    await started.token;
  });

  // There is no ::1 in some containers: nothing to test there.
  test.skipIf(!hasIpv6)("CB-23: the IPv6 literal works and is bound alone", async () => {
    const started = await startLogin(fakeAccounts().app, { redirectUri: "http://[::1]/callback" });
    expect(started.redirectUri.host).toBe(`[::1]:${started.port}`);
    expect(await isOpen(started.port, "127.0.0.1")).toBe(false);
    const wrong = await fetch(started.callback(), { headers: { "sec-purpose": "prefetch" } });
    expect(wrong.status).toBe(503);
    const page = await fetch(started.callback());
    expect(await page.text()).toContain("You’re in");
    await started.token;
  });

  test("ports that are none, and a choice against the redirect URI, are refused", async () => {
    for (const ports of [[], -1, 65_536, 1.5, Number.NaN, { from: 9, to: 8 }, { from: 1, to: 1e9 }]) {
      expect(await attempt(undefined, ports), JSON.stringify(ports)).toMatchObject({
        code: "argument-invalid",
      });
    }
    expect(await attempt("http://127.0.0.1:8888/callback", 8889)).toMatchObject({ code: "argument-invalid" });
  });
});

/** The local addresses that listen on a port, as the kernel writes them. */
function listeners(port: number): readonly string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return ["/proc/net/tcp", "/proc/net/tcp6"]
    .flatMap((file) => readFileSync(file, "utf8").split("\n"))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === "0A" && local?.endsWith(`:${hex}`))
    .map(([, local = ""]) => local.split(":")[0] ?? "");
}

describe("redirect URIs that a login cannot serve", () => {
  test("CB-25: localhost is refused with the text to use instead", async () => {
    expect(await attempt("http://localhost:8888/callback")).toMatchObject({
      code: "redirect-uri-invalid",
      hint: expect.stringContaining("http://127.0.0.1:8888/callback"),
    });
  });

  test.each(["https://example.org/callback", "my-app://callback"])(
    "%s is refused with the way to log in by pasting",
    async (redirectUri) => {
      expect(await attempt(redirectUri)).toMatchObject({
        code: "redirect-uri-invalid",
        hint: expect.stringContaining("--paste"),
      });
    },
  );

  test.each([
    "http://example.org",
    "http://127.0.0.1.nip.io/callback",
    "http://0.0.0.0/callback",
    "http://127.1/callback",
    "http://2130706433/callback",
    "http://u@127.0.0.1/callback",
    "http://127.0.0.1/callback#frag",
    "HTTP://127.0.0.1/callback",
    "file:///callback",
    "http://127.0.0.1:0/callback",
    "http://127.0.0.1:99999/callback",
    "http://[::ffff:127.0.0.1]/callback",
    "",
  ])("CB-26: %s is refused", async (redirectUri) => {
    expect(await attempt(redirectUri)).toMatchObject({ code: "redirect-uri-invalid" });
  });
});
