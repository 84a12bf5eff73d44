import type {
  Audiobook,
  Chapter,
  Episode,
  Page,
  ResumePoint,
  Show,
  SimplifiedChapter,
  SimplifiedEpisode,
} from "../../../contract/models/index.js";
import { resumePointOf } from "../../world/listening.js";
import type { Person } from "../../world/people.js";
import type { World } from "../../world/world.js";
import type { View } from "../handler.js";
import { type PageRequest, pageOf } from "../page-of.js";

/** For whom shows and audiobooks are shown. */
export interface Listener {
  readonly world: World;
  readonly view: View;
  readonly person: Person | undefined;
}

const FIRST_PAGE: PageRequest = { limit: 50, offset: 0 };

/** With how far the person has heard it, for apps that may know. */
function heard<T extends { readonly uri: string }>(
  { world, view, person }: Listener,
  thing: T,
): T & { readonly resume_point?: ResumePoint } {
  if (person === undefined || !view.scopes.includes("user-read-playback-position")) return thing;
  return { ...thing, resume_point: resumePointOf(world, person.id, thing.uri) };
}

/** With its show. */
export function episodeObject(listener: Listener, index: number): Episode {
  return heard(listener, listener.view.face.episode(index));
}

/** As its show lists it. */
export function simplifiedEpisodeObject(listener: Listener, index: number): SimplifiedEpisode {
  return heard(listener, listener.view.face.simplifiedEpisode(index));
}

/** With its audiobook. */
export function chapterObject(listener: Listener, index: number): Chapter {
  return heard(listener, listener.view.face.chapter(index));
}

/** With the first page of its episodes. */
export function showObject(listener: Listener, index: number): Show {
  return { ...listener.view.face.show(index), episodes: episodesOf(listener, index, FIRST_PAGE) };
}

/** With the first page of its chapters. */
export function audiobookObject(listener: Listener, index: number): Audiobook {
  return { ...listener.view.face.audiobook(index), chapters: chaptersOf(listener, index, FIRST_PAGE) };
}

/** The newest first. */
export function episodesOf(
  listener: Listener,
  show: number,
  request: PageRequest,
  query = "",
): Page<SimplifiedEpisode> {
  const { face } = listener.view;
  const { id, firstEpisode, totalEpisodes } = listener.world.catalogue.show(show);
  return pageOf(request, {
    address: `${face.api}/shows/${id}/episodes`,
    query,
    total: totalEpisodes,
    at: (place) => simplifiedEpisodeObject(listener, firstEpisode + place),
  });
}

export function chaptersOf(
  listener: Listener,
  audiobook: number,
  request: PageRequest,
  query = "",
): Page<SimplifiedChapter> {
  const { face } = listener.view;
  const { id, firstChapter, totalChapters } = listener.world.catalogue.audiobook(audiobook);
  return pageOf(request, {
    address: `${face.api}/audiobooks/${id}/chapters`,
    query,
    total: totalChapters,
    at: (place) => heard(listener, face.simplifiedChapter(firstChapter + place)),
  });
}
