import { toUri } from "../../../contract/ids.js";
import type {
  AudioAnalysis,
  AudioFeatures,
  AudioSection,
  AudioSegment,
  TimeInterval,
} from "../../../contract/models/index.js";
import { round, type Sound, soundOf } from "../../world/audio.js";
import { type Key, mix } from "../../world/key.js";
import type { World } from "../../world/world.js";

const SAMPLE_RATE = 22_050;
/** Beats in a segment: an analysis of a long, fast track stays below half a megabyte. */
const SEGMENT_BEATS = 2;
const SECTION_BARS = 12;
/** When Spotify is said to have computed it: seconds since the Unix epoch. The world's dates are fixed. */
const ANALYZED_AT = 1_704_738_600;
const SALT = {
  bar: 721,
  beat: 722,
  tatum: 723,
  section: 724,
  segment: 725,
  pitch: 726,
  timbre: 727,
} as const;

/** What can be said of a track in a few numbers. */
export function audioFeatures(world: World, track: number, api: string): AudioFeatures {
  const { id, durationMs } = world.catalogue.track(track);
  const { timeSignature, ...sound } = soundOf(world.key, track);
  return {
    ...sound,
    analysis_url: `${api}/audio-analysis/${id}`,
    duration_ms: durationMs,
    id,
    time_signature: timeSignature,
    track_href: `${api}/tracks/${id}`,
    type: "audio_features",
    uri: toUri({ type: "track", id }),
  };
}

/** The structure of a track, which agrees with its features: the tempo gives the beats, they give the bars, these the sections. */
export function audioAnalysis(world: World, track: number): AudioAnalysis {
  const sound = soundOf(world.key, track);
  const end = world.catalogue.track(track).durationMs / 1000;
  const beat = 60 / sound.tempo;
  const chance = chancesFor(world.key, track);
  const every = (seconds: number, salt: number) => intervals(seconds, end, (place) => chance(salt, place));
  return {
    meta: {
      analyzer_version: "4.0.0",
      platform: "Emulator",
      detailed_status: "OK",
      status_code: 0,
      timestamp: ANALYZED_AT,
      analysis_time: round(end / 40),
      input_process: "computed from the seed",
    },
    track: trackSummary(sound, end),
    bars: every(beat * sound.timeSignature, SALT.bar),
    beats: every(beat, SALT.beat),
    sections: every(beat * sound.timeSignature * SECTION_BARS, SALT.section).map((interval, place) =>
      section(interval, sound, chance(SALT.section, -1 - place)),
    ),
    segments: every(beat * SEGMENT_BEATS, SALT.segment).map((interval, place) =>
      segment(interval, sound, (salt, number) => chance(salt, place * 12 + number)),
    ),
    tatums: every(beat / 2, SALT.tatum),
  };
}

/** Numbers from 0 to 1 that follow from a track, a purpose and a place. */
function chancesFor(key: Key, track: number): (salt: number, place: number) => number {
  return (salt, place) => round(mix(key, salt, track, place) / 2 ** 32);
}

/** The whole time cut into equal parts, the last of which is what is left. */
function intervals(seconds: number, end: number, confidence: (place: number) => number): TimeInterval[] {
  const count = Math.max(1, Math.ceil(end / seconds - 0.001));
  return Array.from({ length: count }, (_, place) => {
    const start = place * seconds;
    return {
      start: round(start),
      duration: round(Math.min(start + seconds, end) - start),
      confidence: confidence(place),
    };
  });
}

function trackSummary(sound: Sound, end: number): AudioAnalysis["track"] {
  return {
    num_samples: Math.round(end * SAMPLE_RATE),
    duration: end,
    sample_md5: "",
    offset_seconds: 0,
    window_seconds: 0,
    analysis_sample_rate: SAMPLE_RATE,
    analysis_channels: 1,
    end_of_fade_in: 0,
    start_of_fade_out: round(Math.max(0, end - 5)),
    loudness: sound.loudness,
    tempo: sound.tempo,
    tempo_confidence: 0.8,
    time_signature: sound.timeSignature,
    time_signature_confidence: 0.9,
    key: sound.key,
    key_confidence: 0.6,
    mode: sound.mode,
    mode_confidence: 0.6,
    // Fingerprints: the emulator has no sound to take them from.
    codestring: "",
    code_version: 3.15,
    echoprintstring: "",
    echoprint_version: 4.15,
    synchstring: "",
    synch_version: 1,
    rhythmstring: "",
    rhythm_version: 1,
  };
}

function section(interval: TimeInterval, sound: Sound, loud: number): AudioSection {
  return {
    ...interval,
    loudness: round(sound.loudness - 3 + 6 * loud),
    tempo: sound.tempo,
    tempo_confidence: 0.8,
    key: sound.key,
    key_confidence: 0.6,
    mode: sound.mode,
    mode_confidence: 0.6,
    time_signature: sound.timeSignature,
    time_signature_confidence: 0.9,
  };
}

function segment(
  interval: TimeInterval,
  sound: Sound,
  chance: (salt: number, number: number) => number,
): AudioSegment {
  const twelve = (salt: number) => Array.from({ length: 12 }, (_, number) => chance(salt, number));
  return {
    ...interval,
    loudness_start: round(sound.loudness - 12 * chance(SALT.segment, 0)),
    loudness_max: sound.loudness,
    loudness_max_time: round(interval.duration * chance(SALT.segment, 1)),
    loudness_end: round(sound.loudness - 6),
    pitches: twelve(SALT.pitch),
    timbre: twelve(SALT.timbre).map((value) => round(value * 100 - 50)),
  };
}
