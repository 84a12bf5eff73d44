import { InMemoryCachingStrategy, SpotifyApi } from "@spotify/web-api-ts-sdk";
import { onTestFinished, vi } from "vitest";
import { CLIENT_ID, type LocalSpotify, rewriteGlobalFetch } from "./local-spotify.js";
import { SCOPES } from "./most-used-calls.js";

/** What the SDK and the emulator take for the time, until the test ends. */
export function useMovableTime(): (ms: number) => void {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  return (ms) => void vi.setSystemTime(Date.now() + ms);
}

/** As much of a browser as the SDK's user login asks for, with a person in front of it. */
export function loginInBrowser(spotify: LocalSpotify) {
  rewriteGlobalFetch(spotify);
  const location = { search: "", href: spotify.redirectUri };
  const history = { replaceState: () => undefined };
  vi.stubGlobal("window", { location, history, crypto });
  vi.stubGlobal("document", { title: "" });
  let redirected: (target: URL) => void = () => undefined;
  const sdk = SpotifyApi.withUserAuthorization(CLIENT_ID, spotify.redirectUri, [...SCOPES], {
    cachingStrategy: new InMemoryCachingStrategy(),
    redirectionStrategy: {
      redirect: async (target) => redirected(new URL(target)),
      onReturnFromRedirect: async () => undefined,
    },
  });
  return {
    sdk,
    /** Begins a login; gives the address that the SDK redirects to, for which it does not wait itself. */
    async begin(): Promise<URL> {
      const target = new Promise<URL>((resolve) => {
        redirected = resolve;
      });
      await sdk.authenticate();
      return target;
    },
    returnWith({ search, href }: URL): void {
      Object.assign(location, { search, href });
    },
  };
}
