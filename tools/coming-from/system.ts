/** A name of ours: `tracks.get` and `spotify.items` of a client, `Session` or `Session.refresh` of an entry point, `stagedoor login`. */
export type OurName = string;

/** What stands here for a name of theirs: names of ours, with a note where they are not the whole story, or why there is nothing. */
export type Answer =
  | OurName
  | readonly OurName[]
  | { readonly use: OurName | readonly OurName[]; readonly note: string }
  | { readonly use: null; readonly note: string };

/** Their names in the order of their own documentation. */
export type Answers = Readonly<Record<string, Answer>>;

/** The same call in both libraries, as files of `examples/coming-from`. */
export interface Comparison {
  readonly before: string;
  readonly after: string;
  /** What the reader should know about the pair. */
  readonly note: string;
}

/** Another library, and what its names are called here. */
export interface System {
  /** For the address of the heading. */
  readonly id: string;
  readonly title: string;
  /** What changes, in two sentences. */
  readonly about: string;
  readonly comparison?: Comparison;
  /** The methods that call an operation of Spotify's. */
  readonly endpoints: Answers;
  /** Logging in, tokens, settings, errors, paging. */
  readonly around: Answers;
}

export function namesOf(answer: Answer): readonly OurName[] {
  if (typeof answer === "string") return [answer];
  if (!("use" in answer)) return answer;
  return answer.use === null ? [] : namesOf(answer.use);
}

export function noteOf(answer: Answer): string | undefined {
  return typeof answer === "object" && "note" in answer ? answer.note : undefined;
}
