import type { ResumePoint } from "../../contract/models/index.js";
import { pick } from "./key.js";
import { lengthsIn } from "./playable.js";
import { advance, currentOf, MAX_PLAYS, type Play, type Playback, silence } from "./playback.js";
import { type Draw, leftBehind } from "./playback-commands.js";
import type { World } from "./world.js";

const DRAW_SHUFFLE = 601;

/** Brings what a person plays, has played and has heard of episodes up to now. */
export function settle(world: World, person: string): Playback {
  const stored = world.playbacks.get(person);
  if (stored === undefined) return silence(world.now());
  const { playback, ended } = advance(stored, world.now(), lengthsIn(world));
  remember(world, person, playback, ended);
  return playback;
}

/** Takes over what a command has made of the playback that `settle` gave. */
export function replacePlayback(world: World, person: string, before: Playback, after: Playback): void {
  // What was heard of the current item becomes less only when that item was left.
  const left = after.heardMs < before.heardMs ? leftBehind(before, world.now(), lengthsIn(world)) : undefined;
  remember(world, person, after, left === undefined ? [] : [left]);
}

/** How far a person has heard an episode or a chapter by now. */
export function resumePointOf(world: World, person: string, uri: string): ResumePoint {
  settle(world, person);
  return world.resumePoints.get(person)?.get(uri) ?? { fully_played: false, resume_position_ms: 0 };
}

/** Draws that follow from the seed, the person and the moment. */
export function drawsNow(world: World, person: string): Draw {
  const salt = DRAW_SHUFFLE + [...world.people.keys()].indexOf(person);
  const now = world.now();
  const moment = (now % 2 ** 32) ^ Math.floor(now / 2 ** 32);
  return (draw, count) => pick(world.key, salt, moment, draw, count);
}

function remember(world: World, person: string, playback: Playback, ended: readonly Play[]): void {
  world.playbacks.set(person, playback);
  const past = ended
    .filter(({ counts }) => counts)
    .map(({ uri, contextUri, endedAt }) => ({ uri, contextUri, playedAt: endedAt }));
  if (past.length > 0) {
    const all = [...(world.pastPlays.get(person) ?? []), ...past];
    world.pastPlays.set(person, all.slice(-MAX_PLAYS));
  }
  for (const { uri, whole } of ended) {
    // The point of what was left stays where it was put while it played.
    if (whole) putResumePoint(world, person, uri, { fully_played: true, resume_position_ms: 0 });
  }
  const uri = currentOf(playback);
  // At its very start nothing is heard yet: that moves a point back, and neither makes one nor takes "heard to the end" away.
  const known = uri === undefined ? undefined : world.resumePoints.get(person)?.get(uri);
  if (uri !== undefined && (playback.positionMs > 0 || known?.fully_played === false)) {
    const point = { fully_played: false, resume_position_ms: playback.positionMs };
    putResumePoint(world, person, uri, point);
  }
}

/** Only what is spoken has a place to come back to. */
function putResumePoint(world: World, person: string, uri: string, point: ResumePoint): void {
  if (!uri.startsWith("spotify:episode:")) return;
  const points = world.resumePoints.get(person) ?? new Map<string, ResumePoint>();
  points.set(uri, point);
  world.resumePoints.set(person, points);
}
