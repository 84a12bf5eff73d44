import { fractionFrom, type Key, pickFrom, stem } from "./key.js";

const words = (list: string): readonly string[] => list.split(" ");
/** Of words that may stand for several, joined by a hyphen in the list. */
const spaced = (list: string): readonly string[] => words(list).map((word) => word.replace("-", " "));

const ADJECTIVES = words(
  "Amber Ashen Blue Borrowed Brass Bright Broken Burning Copper Crooked Distant Drifting Early Electric Empty Endless Faded Fearless Feral First Foreign Gentle Gilded Glass Golden Half-Lit Hidden Hollow Honest Indigo Iron Ivory Kind Last Lonely Lost Lucky Marble Midnight Northern Open Painted Pale Paper Patient Quiet Restless Rusted Sacred Salt Scarlet Second Secret Silver Sleeping Slow Southern Stray Sudden Tender Thousand Unsent Velvet Violet Wandering Wild Winter Wooden",
);
export const NOUNS = words(
  "Almanac Anchor Arcade Archive Atlas Autumn Avenue Balcony Beacon Bicycle Birches Bonfire Bridge Candle Canyon Carousel Cathedral Chapel Clockwork Comet Compass Corridor Daylight Delta Elevator Engine Fable Feather Ferry Fever Fiction Firefly Garden Geometry Ghost Glacier Gravity Harbour Horizon Island Kingdom Kite Ladder Lantern Letter Lighthouse Lullaby Machine Magnolia Map Meadow Mercury Mirror Monsoon Moth Needle Ocean Orchard Orbit Overture Parade Pendulum Photograph Pilot Postcard Radio Railway River Rooftop Sailor Satellite Shadow Signal Sparrow Staircase Station Stranger Summer Sundial Telegram Theatre Thunder Tide Tower Tunnel Umbrella Valley Vapour Weather Whisper Window",
);
const PLURALS = words(
  "Anchors Astronauts Bells Birches Clerks Comets Couriers Dancers Engines Ferrymen Gardens Ghosts Islands Kites Lanterns Letters Lions Locksmiths Machines Mirrors Neighbours Oceans Orchards Parades Pilots Planets Poets Radios Railways Rivers Sailors Satellites Shadows Sparrows Stations Strangers Tailors Tides Towers Umbrellas Valleys Wolves",
);
const GERUNDS = spaced(
  "Chasing Counting Crossing Drawing Following Forgetting Holding Keeping Leaving Mending Naming Outrunning Painting Reading Remembering Repeating Saving Sleeping-Through Teaching Trading Watching Writing",
);
export const PLACES = words(
  "Bergen Brno Cadiz Cork Ghent Genoa Graz Hakodate Kotor Leeds Lisbon Lodz Malmo Matera Nantes Oslo Porto Riga Salta Split Tartu Tromso Turku Utrecht Valencia Varna Vigo Zadar",
);
export const FIRST_NAMES = words(
  "Ada Alma Anselm Bastian Beatriz Caspar Celia Dario Edda Elio Emre Fenna Greta Hanae Ilse Ines Jonas Juno Kaito Lena Leif Lucia Marek Mateo Maya Mira Nadia Nils Odile Orla Pavel Quinn Rafa Runa Saskia Silas Soraya Tamsin Teodor Uma Viktor Wanda Yara Zora",
);
const LAST_NAMES = words(
  "Abara Almgren Ashdown Bellweather Brandvik Castellane Corvina Dahlgaard Delacourt Drummond Eskola Fairweather Fontaine Grimaldi Halloway Hartigan Ibarra Jansdotter Kestrel Kowalik Lindqvist Marchetti Merriweather Moreau Nakashima Novotny Okafor Oleander Pettersen Quill Ravenscroft Rosales Sandoval Sorensen Tanabe Thackeray Valcourt Vesterby Whitlock Winterbourne Yilmaz Zeller",
);
const HOURS = words("Dawn Dusk Midnight Monday Morning November October Sunday Tonight Yesterday");
const EXTRAS = [" - Live", " - Acoustic", " - Demo", ", Pt. 2", " (Reprise)", " - Remastered"];
export const GENRES = spaced(
  "ambient bossa-nova chamber-pop dream-pop dub electro-swing folk garage-rock hyperpop indie-rock jazz-fusion krautrock lo-fi neo-soul new-wave post-punk shoegaze synthwave trip-hop",
);

const DRAW = { name: 101, genre: 102, secondGenre: 103 } as const;

/** A word in a name, drawn from a list. */
export interface Slot {
  readonly list: readonly string[];
  /** How many words are drawn from: those beyond the list are empty. */
  readonly count: number;
}
/** How a name is put together. Names are data, so that a search can tell from the draw whether one matches, without making it. */
export type NamePattern = readonly (string | Slot)[];

const slot = (list: readonly string[], count = list.length): Slot => ({ list, count });
const adjective = slot(ADJECTIVES);
const noun = slot(NOUNS);
const gerund = slot(GERUNDS);
const plural = slot(PLURALS);
const place = slot(PLACES);
const hour = slot(HOURS);
const firstName = slot(FIRST_NAMES);
const lastName = slot(LAST_NAMES);
const extra = slot(EXTRAS, 100);

/** Every pattern is as likely as the others; what is wanted more often is there twice. */
export const ARTIST_NAMES: readonly NamePattern[] = [
  ["The ", adjective, " ", plural],
  [adjective, " ", noun],
  [lastName, " & ", lastName],
  [plural, " of ", place],
  [firstName, " ", lastName],
  [firstName, " ", lastName],
];
export const ALBUM_NAMES: readonly NamePattern[] = [
  [gerund, " the ", noun],
  [noun, " & ", noun],
  ["A ", noun, " in ", place],
  [adjective, " ", plural],
  [adjective, " ", noun],
  [adjective, " ", noun],
];
export const TRACK_NAMES: readonly NamePattern[] = [
  [gerund, " the ", noun, extra],
  [noun, " in ", place, extra],
  [hour, " ", noun, extra],
  ["The ", noun, " and the ", noun, extra],
  [firstName, "'s ", noun, extra],
  [noun, extra],
  [adjective, " ", noun, extra],
  [adjective, " ", noun, extra],
];

/**
 * The draw that a whole name comes from, by the thing's `stem`. The pattern and then each slot take their share of it, so that a
 * name costs one draw: its 32 bits hold every pattern several times over.
 */
export function nameDraw(key: Key, from: number): number {
  return fractionFrom(key, from, DRAW.name);
}

/** The name of a thing, invented: no artist or work is meant. */
export function nameOf(patterns: readonly NamePattern[], key: Key, kind: number, index: number): string {
  let rest = nameDraw(key, stem(key, kind, index));
  const take = (count: number): number => {
    const share = Math.floor(rest * count);
    rest = rest * count - share;
    return share;
  };
  const pattern = patterns[take(patterns.length)] ?? [];
  return pattern
    .map((part) => (typeof part === "string" ? part : (part.list[take(part.count)] ?? "")))
    .join("");
}

/** The places of an artist's one or two genres in `GENRES`, by the artist's `stem`. */
export function genrePlaces(key: Key, from: number): readonly [number, number] {
  return [
    pickFrom(key, from, DRAW.genre, GENRES.length),
    pickFrom(key, from, DRAW.secondGenre, GENRES.length),
  ];
}

/** The one or two genres of an artist. */
export function genresOf(key: Key, kind: number, index: number): readonly string[] {
  return [...new Set(genrePlaces(key, stem(key, kind, index)).map((place) => GENRES[place] ?? ""))];
}
