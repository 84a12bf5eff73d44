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
