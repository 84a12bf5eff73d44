import { request } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createEmulator, type Emulator } from "../../src/emulator/index.js";
import { type ServedEmulator, serveEmulator } from "../../src/emulator/serve.js";
import { askToken, authorizeUrl, formOf, guest, parametersOf } from "./guest.js";

const open: ServedEmulator[] = [];

async function serve(emulator: Emulator = createEmulator()): Promise<ServedEmulator> {
  const served = await serveEmulator(emulator);
  open.push(served);
  return served;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((served) => served.close()));
});

/** A request with a Host header of the test's choice, which `fetch` does not allow. */
function statusWithHost(url: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on("error", reject);
    sent.end();
  });
}

function isTaken(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

describe("a served emulator", () => {
  it("has three origins, and its links lead to them", async () => {
    const emulator = createEmulator();
    const { accounts, api, console } = await serve(emulator);
    expect(new Set([accounts, new URL(api).origin, console]).size).toBe(3);
    expect(api).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    expect(emulator.urls).toEqual({ accounts, api, console });
    emulator.world.consent = "allow";
    const response = await fetch(authorizeUrl(emulator), { redirect: "manual" });
    expect(response.headers.get("x-emulator")).toBe("stagedoor");
    expect(parametersOf(response).has("code")).toBe(true);
    emulator.world.consent = "ask";
    const me = await (await guest(emulator))("GET", "/me");
    expect(String(me.at("href"))).toContain(api);
    const picture = await fetch(String(me.at("images", 0, "url")));
    expect(picture.headers.get("content-type")).toBe("image/jpeg");
  });

  it("keeps each service to its own origin", async () => {
    const { accounts, api, console } = await serve();
    const [accountsAtApi, apiAtAccounts] = [new URL("/authorize", api), `${accounts}/v1/me`];
    expect((await fetch(accountsAtApi)).status).toBe(401);
    expect((await fetch(apiAtAccounts)).status).toBe(404);
    expect((await fetch(`${console}/v1/me`)).status).toBe(404);
    expect((await fetch(`${accounts}/ledger`)).status).toBe(404);
  });

  it("lets a person log in through the form", async () => {
    const emulator = createEmulator();
    const { accounts } = await serve(emulator);
    const { action, fields } = formOf(await (await fetch(authorizeUrl(emulator))).text());
    fields.set("decision", "allow");
    const answer = await fetch(new URL(action, accounts), {
      method: "POST",
      body: fields,
      redirect: "manual",
    });
    expect(parametersOf(answer).has("code")).toBe(true);
  });

  it("answers to no other host name", async () => {
    const served = await serve();
    for (const url of [served.accounts, served.api, served.console]) {
      const { host, port } = new URL(url);
      expect(await statusWithHost(url, "evil.test")).toBe(403);
      expect(await statusWithHost(url, `localhost:${port}`)).toBe(403);
      expect(await statusWithHost(url, host)).not.toBe(403);
    }
  });

  it("refuses a body of more than a megabyte and goes on", async () => {
    const { accounts } = await serve();
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const post = (body: string) => fetch(`${accounts}/api/token`, { method: "POST", headers, body });
    expect((await post("a".repeat(1_100_000))).status).toBe(413);
    expect((await post("a=b")).status).toBe(400);
  });

  it("drops the connection for a reset and leaves it open for a hang", async () => {
    const emulator = createEmulator();
    const { api } = await serve(emulator);
    emulator.faults.add({ kind: "reset", times: 1 });
    await expect(fetch(`${api}/me`)).rejects.toThrow("fetch failed");
    emulator.faults.add({ kind: "hang", times: 1 });
    const patience = new AbortController();
    const waiting = fetch(`${api}/me`, { signal: patience.signal });
    await expect.poll(() => emulator.ledger.count(({ fault }) => fault === "hang")).toBe(1);
    patience.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    expect((await fetch(`${api}/me`)).status).toBe(401);
  });

  it("goes on to answer fetch calls at its former addresses", async () => {
    const emulator = createEmulator();
    await serve(emulator);
    expect((await emulator.fetch("https://api.emulator.test/v1/me")).status).toBe(401);
    await expect(emulator.fetch("https://api.spotify.com/v1/me")).rejects.toThrow(TypeError);
  });
});

describe("ports", () => {
  it("are free again at once when it closes, even with a request under way", async () => {
    const emulator = createEmulator();
    const served = await serveEmulator(emulator);
    emulator.faults.add({ kind: "hang" });
    const waiting = fetch(`${served.api}/me`).catch(() => "cut off");
    await expect.poll(() => emulator.ledger.entries().length).toBe(1);
    await served.close();
    expect(await waiting).toBe("cut off");
    for (const url of [served.accounts, served.api, served.console]) expect(await isTaken(url)).toBe(false);
  });

  it("come three in a row from a given one, and none stays open when one of them is taken", async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
    const { port } = blocker.address() as AddressInfo;
    const attempt = serveEmulator(createEmulator(), { port: port - 1 });
    await expect(attempt).rejects.toMatchObject({
      code: "port-in-use",
      message: expect.stringContaining(`Port ${port} `),
      hint: expect.any(String),
    });
    expect(await isTaken(`http://127.0.0.1:${port - 1}`)).toBe(false);
    await new Promise((resolve) => blocker.close(resolve));
    const served = await serveEmulator(createEmulator(), { port: port - 1 });
    open.push(served);
    const ports = [served.accounts, served.api, served.console].map((url) => Number(new URL(url).port));
    expect(ports).toEqual([port - 1, port, port + 1]);
  });

  it.each([-1, 1.5, 65_534])("cannot start at %d", async (port) => {
    await expect(serveEmulator(createEmulator(), { port })).rejects.toMatchObject({
      code: "argument-invalid",
    });
  });
});

describe("the console", () => {
  it("shows people what runs, escaped", async () => {
    const emulator = createEmulator();
    const { console, accounts } = await serve(emulator);
    await fetch(`${accounts}/%3Cscript%3E<b>`);
    const page = await (await fetch(console)).text();
    expect(page).toContain(accounts);
    expect(page).toContain("Zoë &amp; the Moths");
    expect(page).not.toContain("<b>&");
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  it("gives the ledger and its health to whoever asks", async () => {
    const emulator = createEmulator();
    const { console, api } = await serve(emulator);
    await fetch(`${api}/me`);
    const ledger = await (await fetch(`${console}/ledger`)).json();
    expect(ledger).toMatchObject([{ service: "api", status: 401, rule: "token" }]);
    expect(await (await fetch(`${console}/health`)).json()).toMatchObject({ status: "ok" });
  });

  it("obeys only with the key", async () => {
    const { console } = await serve();
    for (const [method, path] of [
      ["POST", "/reset"],
      ["POST", "/clock"],
      ["POST", "/faults"],
      ["DELETE", "/faults"],
    ]) {
      const send = (headers: Record<string, string>) =>
        fetch(`${console}${path}`, { method: method ?? "", headers });
      expect((await send({})).status).toBe(403);
      expect((await send({ "x-console-key": "wrong" })).status).toBe(403);
    }
  });

  it("moves the clock, changes the refresh mode, sets and clears faults, and resets", async () => {
    const emulator = createEmulator({ clock: { now: () => 1_000 } });
    const { console, consoleKey, api } = await serve(emulator);
    const command = async (method: string, path: string, body?: unknown) => {
      const headers = { "x-console-key": consoleKey };
      const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
      return (await fetch(`${console}${path}`, init)).status;
    };
    expect(await command("POST", "/clock", { advanceMs: 500 })).toBe(204);
    expect(emulator.clock.now()).toBe(1_500);
    expect(await command("POST", "/clock", { advanceMs: "soon" })).toBe(400);

    expect(await command("POST", "/faults", { kind: "status", status: 502 })).toBe(200);
    expect((await fetch(`${api}/me`)).status).toBe(502);
    expect(await command("DELETE", "/faults")).toBe(204);
    expect((await fetch(`${api}/me`)).status).toBe(401);
    for (const wrong of [
      {},
      { kind: "x" },
      { kind: "delay" },
      { kind: "delay", ms: -1 },
      { kind: "html", at: "later" },
    ]) {
      expect(await command("POST", "/faults", wrong)).toBe(400);
    }

    expect(await command("POST", "/refresh-mode", { mode: "keep-repeat" })).toBe(204);
    expect(await command("POST", "/refresh-mode", { mode: "rotate-grace", seconds: 5 })).toBe(204);
    expect(await command("POST", "/refresh-mode", { mode: "never" })).toBe(400);
    expect(await command("POST", "/reset")).toBe(204);
    expect(emulator.clock.now()).toBe(1_000);
    expect(emulator.ledger.entries()).toEqual([]);
    expect(await command("POST", "/nothing")).toBe(404);
    expect((await askToken(emulator, {})).status).toBe(400);
  });
});
