/**
 * A value that must not be seen by accident: `inspect`, `JSON.stringify`, `String` and `structuredClone` show nothing of it.
 *
 * @example
 * const secret = new Secret("s3cr3t");
 * String(secret); // "[secret]"
 * secret.reveal(); // "s3cr3t"
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself: call it only where the bytes leave for their one right place. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }
}
