import type { Priority } from "../base/http.js";

/** Whoever can stand in a `FairQueue`. */
export interface Queued<T = unknown> {
  readonly account: string;
  readonly priority: Priority;
  /** Where it stands; the queue's own note, so that one can leave from the middle at once. */
  place?: Place<T> | undefined;
}

/** So many interactive calls may go before a background call that waits. */
const INTERACTIVE_IN_A_ROW = 7;

/** A list from whose middle one can be taken out at once, however long it is. */
class Chain<T> {
  #first: Link<T> | undefined;
  #last: Link<T> | undefined;
  size = 0;

  push(value: T): Link<T> {
    const link: Link<T> = { value, before: this.#last, after: undefined };
    if (this.#last === undefined) this.#first = link;
    else this.#last.after = link;
    this.#last = link;
    this.size += 1;
    return link;
  }

  unshift(value: T): Link<T> {
    const link: Link<T> = { value, before: undefined, after: this.#first };
    if (this.#first === undefined) this.#last = link;
    else this.#first.before = link;
    this.#first = link;
    this.size += 1;
    return link;
  }

  remove({ before, after }: Link<T>): void {
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    this.size -= 1;
  }

  get first(): Link<T> | undefined {
    return this.#first;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let link = this.#first; link !== undefined; link = link.after) yield link.value;
  }
}

interface Link<T> {
  readonly value: T;
  before: Link<T> | undefined;
  after: Link<T> | undefined;
}

/** The waiting calls of one account. */
interface Line<T> {
  readonly account: string;
  readonly calls: Chain<T>;
  /** Its place among the accounts; there as long as the line is. */
  place?: Link<Line<T>>;
}

/** The waiting calls of one priority: each account in turn. */
class Lane<T extends Queued<T>> {
  readonly #lines = new Map<string, Line<T>>();
  readonly #turns = new Chain<Line<T>>();
  size = 0;

  add(call: T, isFirst: boolean): Place<T> {
    const line = this.#lines.get(call.account) ?? this.#open(call.account);
    this.size += 1;
    return { line, link: isFirst ? line.calls.unshift(call) : line.calls.push(call) };
  }

  remove({ line, link }: Place<T>): void {
    line.calls.remove(link);
    this.size -= 1;
    if (line.calls.size > 0) return;
    if (line.place !== undefined) this.#turns.remove(line.place);
    this.#lines.delete(line.account);
  }

  /** The next call, which stays where it is; its account's turn comes last again. */
  next(): Place<T> | undefined {
    const turn = this.#turns.first;
    const link = turn?.value.calls.first;
    if (turn === undefined || link === undefined) return undefined;
    this.#turns.remove(turn);
    turn.value.place = this.#turns.push(turn.value);
    return { line: turn.value, link };
  }

  /** About how many will go before a call that comes now. */
  ahead(account: string): number {
    const own = this.#lines.get(account)?.calls.size ?? 0;
    return Math.min(this.size, (own + 1) * (this.#lines.size + 1) - 1);
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (const line of this.#turns) yield* line.calls;
  }

  #open(account: string): Line<T> {
    const line: Line<T> = { account, calls: new Chain<T>() };
    line.place = this.#turns.push(line);
    this.#lines.set(account, line);
    return line;
  }
}

export interface Place<T> {
  readonly line: Line<T>;
  readonly link: Link<T>;
}

/** Calls that wait: interactive ones first, but not without end, and within a priority each account in turn. */
export class FairQueue<T extends Queued<T>> {
  readonly #lanes: Readonly<Record<Priority, Lane<T>>> = { interactive: new Lane(), background: new Lane() };
  #interactiveInARow = 0;

  get size(): number {
    return this.#lanes.interactive.size + this.#lanes.background.size;
  }

  /** @param isFirst true for a call that has had its turn and comes back */
  add(call: T, isFirst = false): void {
    call.place = this.#lanes[call.priority].add(call, isFirst);
  }

  /** @returns false when it was not there */
  remove(call: T): boolean {
    if (call.place === undefined) return false;
    this.#lanes[call.priority].remove(call.place);
    call.place = undefined;
    return true;
  }

  shift(): T | undefined {
    const { interactive, background } = this.#lanes;
    const isBackgroundsTurn = interactive.size === 0 || this.#interactiveInARow >= INTERACTIVE_IN_A_ROW;
    const place = (isBackgroundsTurn ? background.next() : undefined) ?? interactive.next();
    if (place === undefined) return undefined;
    const call = place.link.value;
    this.#interactiveInARow =
      call.priority === "background" || background.size === 0 ? 0 : this.#interactiveInARow + 1;
    this.remove(call);
    return call;
  }

  /** About how many will go before a call that comes now. */
  ahead({ account, priority }: Pick<Queued, "account" | "priority">): number {
    const { interactive, background } = this.#lanes;
    if (priority === "background") return interactive.size + background.ahead(account);
    const before = interactive.ahead(account);
    return before + Math.min(background.size, Math.floor(before / INTERACTIVE_IN_A_ROW));
  }

  *[Symbol.iterator](): IterableIterator<T> {
    yield* this.#lanes.interactive;
    yield* this.#lanes.background;
  }
}
