import { StagedoorError } from "../base/errors.js";

/**
 * Which of its deadlines a request missed: for a connection, for the first byte of the answer, between two pieces of its body, or for all of
 * it together.
 */
export type Deadline = "connect" | "headers" | "idle" | "total";

const SENTENCES: Readonly<Record<Deadline, (host: string, time: string) => string>> = {
  connect: (host, time) => `No connection to ${host} was to be had within ${time}.`,
  headers: (host, time) => `${host} did not begin to answer within ${time}.`,
  idle: (host, time) => `${host} stopped in mid-answer for ${time}.`,
  total: (host, time) => `${host} did not answer within ${time}.`,
};

/** A request that was given up because it took too long. */
export class DeadlineError extends StagedoorError {
  override readonly name = "DeadlineError";
  readonly deadline: Deadline;
  /** `no` when the request certainly did not leave; `unknown` when the server may have acted on it. */
  readonly delivered: "no" | "unknown";

  /**
   * @param host with its port, where it is not the usual one
   * @param ms how long was waited, in milliseconds
   */
  constructor(host: string, deadline: Deadline, ms: number, delivered: "no" | "unknown") {
    super("timeout", SENTENCES[deadline](host, `${ms / 1000} s`), {
      hint: "Check the network and try again.",
    });
    this.deadline = deadline;
    this.delivered = delivered;
  }
}
