/** A page of a list that is counted from 0. */
export interface Page<T> {
  readonly href: string;
  readonly items: readonly T[];
  readonly limit: number;
  readonly next: string | null;
  readonly offset: number;
  readonly previous: string | null;
  readonly total: number;
}

/** A page of a list that is walked by a cursor. */
export interface CursorPage<T> {
  readonly href: string;
  readonly items: readonly T[];
  readonly limit: number;
  readonly next: string | null;
  readonly cursors: { readonly after: string | null; readonly before?: string | null };
  /** Not sent by every list. */
  readonly total?: number;
}
