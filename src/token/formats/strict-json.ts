import { StagedoorError } from "../../base/errors.js";

/** A number as it was written: `1770000000.0` is not rewritten as `1770000000`. */
export class JsonNumber {
  readonly raw: string;

  constructor(raw: string) {
    this.raw = raw;
  }

  get value(): number {
    return Number(this.raw);
  }
}

/** JSON that keeps the order of members and the form of numbers. Objects are maps, so that no name of a member means anything. */
export type Json = null | boolean | string | JsonNumber | readonly Json[] | ReadonlyMap<string, Json>;

/** No token file nests deeper than three. */
const MAX_DEPTH = 32;

const SPACE = /[ \t\n\r]*/y;
const WORD = /(?:true|false|null)\b/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** What Python writes for numbers that JSON does not have. */
const NO_NUMBER = /(?:NaN|-?Infinity)/y;
const TEXT = /"(?:[^"\\\p{Cc}]|\u007f|[\u0080-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;

/**
 * Reads JSON more strictly than `JSON.parse`: a member that is there twice is an error, where otherwise the last one would win in
 * silence. A byte order mark at the beginning is passed over.
 *
 * @throws StagedoorError `token-invalid`; the message names members and never a value
 * @see RFC 8259 section 4
 */
export function parseStrictJson(text: string): Json {
  const source = withoutByteOrderMark(text);
  let at = 0;

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const takeSign = (sign: string): boolean => {
    take(SPACE);
    if (source[at] !== sign) return false;
    at++;
    return true;
  };

  const value = (member: string | undefined, depth: number): Json => {
    if (depth > MAX_DEPTH) throw notJson("it is nested too deeply");
    take(SPACE);
    if (takeSign("{")) return object(depth);
    if (takeSign("[")) return list(member, depth);
    const word = take(WORD);
    if (word !== undefined) return word === "null" ? null : word === "true";
    const said = take(TEXT);
    if (said !== undefined) return decoded(said);
    if (take(NO_NUMBER) !== undefined) {
      const where = member === undefined ? "it" : `its member ${quoted(member)}`;
      throw notJson(`${where} is NaN or Infinity, which JSON does not have`);
    }
    const number = take(NUMBER);
    if (number !== undefined) return new JsonNumber(number);
    throw broken();
  };

  const object = (depth: number): Json => {
    const members = new Map<string, Json>();
    if (takeSign("}")) return members;
    do {
      take(SPACE);
      const said = take(TEXT);
      if (said === undefined || !takeSign(":")) throw broken();
      const name = decoded(said);
      if (members.has(name)) {
        throw notJson(
          `its member ${quoted(name)} is there twice`,
          "Take the wrong one out of a copy of the file; JSON does not say which of the two counts.",
        );
      }
      members.set(name, value(name, depth + 1));
    } while (takeSign(","));
    if (!takeSign("}")) throw broken();
    return members;
  };

  const list = (member: string | undefined, depth: number): Json => {
    const elements: Json[] = [];
    if (takeSign("]")) return elements;
    do elements.push(value(member, depth + 1));
    while (takeSign(","));
    if (!takeSign("]")) throw broken();
    return elements;
  };

  /** Says whether the text just ends, as after a crash or a full disk, or goes wrong on its way. */
  const broken = (): StagedoorError => {
    take(SPACE);
    const isCut = at >= source.length || (source[at] === '"' && source.indexOf('"', at + 1) < 0);
    if (source.trim() === "") return notJson("it is empty");
    return notJson(isCut ? "it ends in the middle" : "it is not JSON");
  };

  const result = value(undefined, 0);
  take(SPACE);
  if (at < source.length) throw notJson("something comes after its end");
  return result;
}

/** True when the text begins with a byte order mark, which Python's `json` refuses. */
export function hasByteOrderMark(text: string): boolean {
  return text.startsWith("\ufeff");
}

/** The name of a member for a message. A name that is too long to be one may be a token that went astray. */
export function quoted(member: string): string {
  return member.length <= 160 ? `"${member}"` : "with a very long name";
}

function withoutByteOrderMark(text: string): string {
  return hasByteOrderMark(text) ? text.slice(1) : text;
}

function decoded(literal: string): string {
  const text: unknown = JSON.parse(literal);
  return String(text);
}

function notJson(why: string, hint?: string): StagedoorError {
  return new StagedoorError("token-invalid", `The token file cannot be used: ${why}.`, {
    hint: hint ?? "Log in again with the program that wrote it, or here: stagedoor login",
  });
}
