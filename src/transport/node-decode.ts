import {
  type BrotliOptions,
  brotliDecompress,
  brotliDecompressSync,
  gunzip,
  gunzipSync,
  type ZlibOptions,
} from "node:zlib";
import { StagedoorError } from "../base/errors.js";
import { tooLarge } from "./answer-error.js";
import { systemCodeOf } from "./network-error.js";

/** What requests say that they can read. */
export const ACCEPT_ENCODING = "gzip, br";

/**
 * Longer bodies are unpacked on another thread, in bytes as they travel. For short ones that costs more than the unpacking (1.4 KB on a busy
 * machine: 35 µs here, 1.2 ms there); one of 16 KB is 60 KB long and would hold everything else up for a millisecond there.
 */
const SYNC_BYTES = 16 * 1024;

type Done = (error: StagedoorError | undefined, body: Uint8Array<ArrayBuffer>) => void;

const EMPTY = new Uint8Array();

/**
 * Unpacks a body; at once where it is short.
 *
 * @param encoding the value of `content-encoding`
 * @param maxBytes of the body as it becomes
 */
export function decode(
  encoding: string,
  packed: Uint8Array<ArrayBuffer>,
  maxBytes: number,
  host: string,
  done: Done,
): void {
  const name = encoding.toLowerCase();
  const isBrotli = name === "br";
  if (name === "" || name === "identity") {
    done(undefined, packed);
    return;
  }
  // Two encodings one upon the other are refused with the rest: nobody sends them, but for a bomb.
  if (!isBrotli && name !== "gzip" && name !== "x-gzip") {
    done(notAskedFor(host), EMPTY);
    return;
  }
  const options: ZlibOptions & BrotliOptions = { maxOutputLength: maxBytes };
  if (packed.byteLength > SYNC_BYTES) {
    const unpacked = (error: Error | null, body: Uint8Array<ArrayBuffer>) => {
      if (error === null) done(undefined, body);
      else done(translate(error, host, maxBytes), EMPTY);
    };
    if (isBrotli) brotliDecompress(packed, options, unpacked);
    else gunzip(packed, options, unpacked);
    return;
  }
  try {
    done(undefined, isBrotli ? brotliDecompressSync(packed, options) : gunzipSync(packed, options));
  } catch (error) {
    done(translate(error, host, maxBytes), EMPTY);
  }
}

function notAskedFor(host: string): StagedoorError {
  return new StagedoorError(
    "response-invalid",
    `${host} packed its answer in a way that was not asked for.`,
    {
      hint: "Check that no proxy stands in between.",
    },
  );
}

function translate(error: unknown, host: string, maxBytes: number): StagedoorError {
  const code = systemCodeOf(error);
  if (code === "ERR_BUFFER_TOO_LARGE") return tooLarge(host, maxBytes);
  return new StagedoorError(
    "response-invalid",
    `${host} answered with something that cannot be unpacked (${code ?? "no code"}).`,
    {
      hint: "Check that no proxy stands in between, and try again.",
    },
  );
}
