import type { TokenErrorBody } from "../../contract/error-bodies.js";

/** A "no" of the token endpoint, in the words that Spotify uses. */
export class TokenRefusal extends Error {
  override readonly name = "TokenRefusal";
  readonly body: TokenErrorBody;

  constructor(error: string, description?: string) {
    super(description ?? error);
    this.body = { error, ...(description !== undefined && { error_description: description }) };
  }
}
