import type { RateWindow } from "../../src/transport/rate-window.js";

/** A server that allows so many requests in any span, as a model without timers. */
export interface ModelServer {
  readonly size: number;
  readonly spanMs: number;
  /** One way, in milliseconds; asked for each way of each request. */
  readonly latencyMs: () => number;
  /** What it says, in milliseconds, of so long a wait. */
  readonly retryAfter: (waitMs: number) => number | undefined;
  /** When it let something through: what one simulation leaves for the next. */
  readonly passedAt: number[];
}

export interface Outcome {
  readonly done: number;
  readonly refused: number;
  readonly episodes: number;
  readonly endedAt: number;
  /** The most that were in flight. */
  readonly mostInFlight: number;
}

interface Step {
  readonly at: number;
  readonly run: () => void;
}

/** Lets so many requests, all wanted at once, go through a window to a server; ends early when nothing more would ever happen. */
export function simulate(window: RateWindow, server: ModelServer, total: number, start: number): Outcome {
  const steps: Step[] = [];
  let now = start;
  let waiting = total;
  let wakeAt = Number.POSITIVE_INFINITY;
  const outcome = { done: 0, refused: 0, episodes: 0, endedAt: start, mostInFlight: 0 };

  function at(time: number, run: () => void): void {
    let place = steps.length;
    while (place > 0 && (steps[place - 1]?.at ?? 0) < time) place--;
    steps.splice(place, 0, { at: time, run });
  }

  function drain(): void {
    const granted = window.take(waiting, now);
    waiting -= granted;
    outcome.mostInFlight = Math.max(outcome.mostInFlight, window.inFlight);
    for (let index = 0; index < granted; index++) send();
    const waitMs = waiting > 0 ? window.waitMs(now) : Number.POSITIVE_INFINITY;
    const next = now + Math.max(1, Math.ceil(waitMs));
    if (next === Number.POSITIVE_INFINITY || next >= wakeAt) return;
    wakeAt = next;
    at(next, () => {
      wakeAt = Number.POSITIVE_INFINITY;
      drain();
    });
  }

  function send(): void {
    const sentAt = now;
    at(now + server.latencyMs(), () => {
      const oldest = server.passedAt.at(-server.size) ?? Number.NEGATIVE_INFINITY;
      const waitMs = oldest + server.spanMs - now;
      if (waitMs <= 0) server.passedAt.push(now);
      at(now + server.latencyMs(), () => answer(sentAt, waitMs <= 0 ? 0 : waitMs));
    });
  }

  function answer(sentAt: number, waitMs: number): void {
    if (waitMs === 0) {
      outcome.done += 1;
      window.settle(sentAt, now, "answered");
    } else {
      outcome.refused += 1;
      waiting += 1;
      if (window.refuse(sentAt, now, server.retryAfter(waitMs))) outcome.episodes += 1;
    }
    drain();
  }

  drain();
  for (let step = steps.pop(); step !== undefined && outcome.done < total; step = steps.pop()) {
    now = Math.max(now, step.at);
    step.run();
  }
  return { ...outcome, endedAt: now };
}
