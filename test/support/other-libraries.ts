import { createRequire } from "node:module";
import * as officialPackage from "@spotify/web-api-ts-sdk";

const { SpotifyApi } = officialPackage;

/** What a method of another library would send. */
export interface Asked {
  readonly method: string;
  /** Below the API's address. */
  readonly path: string;
}

/** Another library, as it is installed. */
export interface OtherLibrary {
  /** The methods that the installed package has. */
  readonly methods: readonly string[];
  /** Calls a method with `argument` in every place, and gives the request that it makes instead of sending it. */
  ask(method: string, argument: unknown): Promise<Asked | undefined>;
}

const API = "https://api.spotify.com/v1";
type Method = (this: unknown, ...given: readonly unknown[]) => unknown;

/** The endpoints of the official SDK, found by walking an instance. */
export function officialSdk(): OtherLibrary {
  let asked: Asked | undefined;
  const token = { access_token: "x", token_type: "Bearer", expires_in: 3600, refresh_token: "x" };
  const fetch = async (url: unknown, init: RequestInit | undefined) => {
    asked = pathOf(init?.method ?? "GET", String(url));
    return new Response("{}");
  };
  const sdk = SpotifyApi.withAccessToken("client", token, { fetch });
  const found = new Map<string, Method>();
  const base: object = Object.getPrototypeOf(Object.getPrototypeOf(sdk.albums));
  const walk = (holder: object, prefix: string): void => {
    for (const [name, member] of Object.entries(holder)) {
      // Of all that an instance holds, `search` alone is a method by itself.
      if (name === "search") found.set(name, member);
      if (!Object.prototype.isPrototypeOf.call(base, member)) continue;
      for (const method of Object.getOwnPropertyNames(Object.getPrototypeOf(member)))
        if (method !== "constructor") found.set(`${prefix}${name}.${method}`, member[method].bind(member));
      walk(member, `${prefix}${name}.`);
    }
  };
  walk(sdk, "");
  return {
    methods: [...found.keys()],
    async ask(method, argument) {
      asked = undefined;
      await found.get(method)?.call(sdk, argument, argument, argument);
      return asked;
    },
  };
}

/** What the official SDK has beside its endpoints. */
export function officialHelpers(): readonly string[] {
  const statics = Object.entries(Object.getOwnPropertyDescriptors(SpotifyApi))
    .filter(([, { value }]) => typeof value === "function")
    .map(([name]) => `SpotifyApi.${name}`);
  const internal = ["constructor", "initializeSdk"];
  const own = Object.getOwnPropertyNames(SpotifyApi.prototype).filter((name) => !internal.includes(name));
  return [...own, ...statics, ...Object.keys(officialPackage)];
}

interface NodeRequest {
  getURL(): string;
}

/** The methods of spotify-web-api-node, helpers too; its way of sending is replaced. */
export function spotifyWebApiNode(): OtherLibrary {
  const require = createRequire(import.meta.url);
  const Api: { new (): object; readonly prototype: Readonly<Record<string, Method>> } =
    require("spotify-web-api-node");
  const sender: Record<string, (request: NodeRequest) => void> =
    require("spotify-web-api-node/src/http-manager");
  let asked: Asked | undefined;
  for (const [name, method] of Object.entries({ get: "GET", post: "POST", put: "PUT", del: "DELETE" }))
    sender[name] = (request) => {
      asked = pathOf(method, request.getURL());
    };
  const api = new Api();
  return {
    methods: Object.keys(Api.prototype).filter((name) => !name.startsWith("_")),
    async ask(method, argument) {
      asked = undefined;
      Api.prototype[method]?.call(api, argument, argument, argument);
      return asked;
    },
  };
}

function pathOf(method: string, url: string): Asked {
  const path = url.slice(API.length).split("?", 1)[0] ?? "";
  // Older forms that Spotify still takes: a slash at the end, and the owner before a playlist.
  return { method, path: path.replace(/\/$/, "").replace(/^\/users\/x(?=\/playlists\/x)/, "") };
}
