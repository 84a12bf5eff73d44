import type { Token } from "./token.js";

export interface TokenOptions {
  /** Ends the wait of this caller; a refresh that others wait for goes on. */
  readonly signal?: AbortSignal | undefined;
}

/** Where the client gets its bearer tokens. A session is one; so is anything else with these two functions. */
export interface TokenSource {
  /**
   * A token that works now.
   *
   * @throws StagedoorError `login-required`, `reauthorization-required`, and what a refresh can fail with
   */
  token(options?: TokenOptions): Promise<Token>;
  /**
   * A token in place of one that the API answered 401 to. When the rejected one is no longer the current one, the current one comes
   * back and nothing is sent.
   */
  replace(rejected: Token, options?: TokenOptions): Promise<Token>;
}
