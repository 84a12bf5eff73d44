/** The parts that we call of packages that bring no types of their own. */

declare module "passport" {
  import type { Strategy } from "passport-spotify";

  export type Verdict = (error: unknown, user?: unknown, challenge?: unknown, status?: number) => void;
  export type Middleware = (request: object, response: object, next: (error?: unknown) => void) => void;

  export class Passport {
    authenticate(strategy: Strategy, options: { readonly session: boolean }, verdict?: Verdict): Middleware;
  }
}

declare module "passport-spotify" {
  export interface StrategyOptions {
    readonly clientID: string;
    readonly clientSecret: string | undefined;
    readonly callbackURL: string;
    readonly authorizationURL: string;
    readonly tokenURL: string;
    readonly userProfileURL: string;
    readonly scope: readonly string[];
    readonly state: boolean;
    readonly pkce: boolean;
  }
  export interface Profile {
    readonly provider: "spotify";
    readonly id: string;
    readonly displayName: string;
    readonly product: string | null;
    readonly country: string | null;
    readonly emails?: readonly { readonly value: string; readonly type: null }[];
  }
  export type Done = (error: unknown, user?: object | false) => void;
  export type Verify = (
    accessToken: string,
    refreshToken: string | undefined,
    expiresIn: number,
    profile: Profile,
    done: Done,
  ) => void;
  export type TokenCallback = (
    error: { readonly statusCode: number; readonly data: string } | null,
    accessToken?: string,
    refreshToken?: string,
    expiresIn?: number,
  ) => void;

  export class Strategy {
    constructor(options: StrategyOptions, verify: Verify);
    /** "Protected" by name, and what every package that refreshes for passport calls. */
    readonly _oauth2: {
      getOAuthAccessToken(code: string, parameters: Record<string, string>, callback: TokenCallback): void;
    };
  }
}

declare module "oidc-provider" {
  import type { IncomingMessage, ServerResponse } from "node:http";

  export interface Interaction {
    readonly uid: string;
    readonly params: { readonly client_id: string; readonly scope?: string };
  }
  export class Grant {
    constructor(of: { readonly accountId: string; readonly clientId: string });
    addOIDCScope(scope: string): void;
    rejectOIDCScope(scope: string): void;
    save(): Promise<string>;
  }
  export class Provider {
    constructor(issuer: string, configuration: object);
    readonly Grant: typeof Grant;
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
  }
}

declare module "spotify-web-api-node" {
  type Callable =
    | "addToMySavedAlbums"
    | "addToMySavedShows"
    | "addToMySavedTracks"
    | "addToQueue"
    | "addTracksToPlaylist"
    | "areFollowingPlaylist"
    | "changePlaylistDetails"
    | "containsMySavedAlbums"
    | "containsMySavedShows"
    | "containsMySavedTracks"
    | "createPlaylist"
    | "followArtists"
    | "followPlaylist"
    | "followUsers"
    | "getAlbum"
    | "getAlbumTracks"
    | "getAlbums"
    | "getArtist"
    | "getArtistAlbums"
    | "getArtistRelatedArtists"
    | "getArtistTopTracks"
    | "getArtists"
    | "getAudioAnalysisForTrack"
    | "getAudioFeaturesForTrack"
    | "getAudioFeaturesForTracks"
    | "getAvailableGenreSeeds"
    | "getCategories"
    | "getCategory"
    | "getEpisode"
    | "getEpisodes"
    | "getFeaturedPlaylists"
    | "getFollowedArtists"
    | "getMe"
    | "getMyCurrentPlaybackState"
    | "getMyCurrentPlayingTrack"
    | "getMyDevices"
    | "getMyRecentlyPlayedTracks"
    | "getMySavedAlbums"
    | "getMySavedShows"
    | "getMySavedTracks"
    | "getMyTopArtists"
    | "getMyTopTracks"
    | "getNewReleases"
    | "getPlaylist"
    | "getPlaylistTracks"
    | "getPlaylistsForCategory"
    | "getRecommendations"
    | "getShow"
    | "getShowEpisodes"
    | "getShows"
    | "getTrack"
    | "getTracks"
    | "getUser"
    | "getUserPlaylists"
    | "isFollowingArtists"
    | "isFollowingUsers"
    | "pause"
    | "play"
    | "removeFromMySavedAlbums"
    | "removeFromMySavedShows"
    | "removeFromMySavedTracks"
    | "removeTracksFromPlaylist"
    | "removeTracksFromPlaylistByPosition"
    | "reorderTracksInPlaylist"
    | "replaceTracksInPlaylist"
    | "search"
    | "searchAlbums"
    | "searchArtists"
    | "searchEpisodes"
    | "searchPlaylists"
    | "searchShows"
    | "searchTracks"
    | "seek"
    | "setRepeat"
    | "setShuffle"
    | "setVolume"
    | "skipToNext"
    | "skipToPrevious"
    | "transferMyPlayback"
    | "unfollowArtists"
    | "unfollowPlaylist"
    | "unfollowUsers"
    | "uploadCustomPlaylistCoverImage";

  interface SpotifyWebApi extends Readonly<Record<Callable, SpotifyWebApi.Request>> {}
  class SpotifyWebApi {
    constructor(credentials: {
      readonly clientId?: string;
      readonly clientSecret?: string;
      readonly redirectUri?: string;
      readonly accessToken?: string;
      readonly refreshToken?: string;
    });
    createAuthorizeURL(scopes: readonly string[], state: string, showDialog?: boolean): string;
    authorizationCodeGrant(code: string): Promise<SpotifyWebApi.TokenAnswer>;
    refreshAccessToken(): Promise<SpotifyWebApi.TokenAnswer>;
    clientCredentialsGrant(): Promise<SpotifyWebApi.TokenAnswer>;
    setAccessToken(token: string): void;
    setRefreshToken(token: string): void;
    getAccessToken(): string | undefined;
  }
  namespace SpotifyWebApi {
    interface Answer<Body = unknown> {
      readonly body: Body;
      readonly headers: Readonly<Record<string, string>>;
      readonly statusCode: number;
    }
    type Request = (...given: readonly unknown[]) => Promise<Answer>;
    type TokenAnswer = Answer<{
      readonly access_token: string;
      readonly token_type: string;
      readonly expires_in: number;
      readonly refresh_token?: string;
      readonly scope: string;
    }>;
  }
  export = SpotifyWebApi;
}

declare module "spotify-web-api-node/src/http-manager" {
  type Send = (method: unknown, options: unknown, uri: string, callback: unknown) => void;
  const manager: { _makeRequest: Send };
  export = manager;
}
