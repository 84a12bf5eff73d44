import { type Key, pick } from "./key.js";

const words = (list: string): readonly string[] => list.split(" ");

const ADJECTIVES = words(
  "Amber Ashen Blue Borrowed Brass Bright Broken Burning Copper Crooked Distant Drifting Early Electric Empty Endless Faded Fearless Feral First Foreign Gentle Gilded Glass Golden Half-Lit Hidden Hollow Honest Indigo Iron Ivory Kind Last Lonely Lost Lucky Marble Midnight Northern Open Painted Pale Paper Patient Quiet Restless Rusted Sacred Salt Scarlet Second Secret Silver Sleeping Slow Southern Stray Sudden Tender Thousand Unsent Velvet Violet Wandering Wild Winter Wooden",
);
const NOUNS = words(
  "Almanac Anchor Arcade Archive Atlas Autumn Avenue Balcony Beacon Bicycle Birches Bonfire Bridge Candle Canyon Carousel Cathedral Chapel Clockwork Comet Compass Corridor Daylight Delta Elevator Engine Fable Feather Ferry Fever Fiction Firefly Garden Geometry Ghost Glacier Gravity Harbour Horizon Island Kingdom Kite Ladder Lantern Letter Lighthouse Lullaby Machine Magnolia Map Meadow Mercury Mirror Monsoon Moth Needle Ocean Orchard Orbit Overture Parade Pendulum Photograph Pilot Postcard Radio Railway River Rooftop Sailor Satellite Shadow Signal Sparrow Staircase Station Stranger Summer Sundial Telegram Theatre Thunder Tide Tower Tunnel Umbrella Valley Vapour Weather Whisper Window",
);
const PLURALS = words(
  "Anchors Astronauts Bells Birches Clerks Comets Couriers Dancers Engines Ferrymen Gardens Ghosts Islands Kites Lanterns Letters Lions Locksmiths Machines Mirrors Neighbours Oceans Orchards Parades Pilots Planets Poets Radios Railways Rivers Sailors Satellites Shadows Sparrows Stations Strangers Tailors Tides Towers Umbrellas Valleys Wolves",
);
const GERUNDS = words(
  "Chasing Counting Crossing Drawing Following Forgetting Holding Keeping Leaving Mending Naming Outrunning Painting Reading Remembering Repeating Saving Sleeping-Through Teaching Trading Watching Writing",
);
const PLACES = words(
  "Bergen Brno Cadiz Cork Ghent Genoa Graz Hakodate Kotor Leeds Lisbon Lodz Malmo Matera Nantes Oslo Porto Riga Salta Split Tartu Tromso Turku Utrecht Valencia Varna Vigo Zadar",
);
const FIRST_NAMES = words(
  "Ada Alma Anselm Bastian Beatriz Caspar Celia Dario Edda Elio Emre Fenna Greta Hanae Ilse Ines Jonas Juno Kaito Lena Leif Lucia Marek Mateo Maya Mira Nadia Nils Odile Orla Pavel Quinn Rafa Runa Saskia Silas Soraya Tamsin Teodor Uma Viktor Wanda Yara Zora",
);
const LAST_NAMES = words(
  "Abara Almgren Ashdown Bellweather Brandvik Castellane Corvina Dahlgaard Delacourt Drummond Eskola Fairweather Fontaine Grimaldi Halloway Hartigan Ibarra Jansdotter Kestrel Kowalik Lindqvist Marchetti Merriweather Moreau Nakashima Novotny Okafor Oleander Pettersen Quill Ravenscroft Rosales Sandoval Sorensen Tanabe Thackeray Valcourt Vesterby Whitlock Winterbourne Yilmaz Zeller",
);
const HOURS = words("Dawn Dusk Midnight Monday Morning November October Sunday Tonight Yesterday");
const EXTRAS = [" - Live", " - Acoustic", " - Demo", ", Pt. 2", " (Reprise)", " - Remastered"];
const GENRES = words(
  "ambient bossa-nova chamber-pop dream-pop dub electro-swing folk garage-rock hyperpop indie-rock jazz-fusion krautrock lo-fi neo-soul new-wave post-punk shoegaze synthwave trip-hop",
);

// One number for each draw, so that no two parts of a name follow from one another.
const DRAW = { pattern: 101, first: 102, second: 103, third: 104, extra: 105 } as const;

/** A name for each thing, invented: no artist or work is meant. */
export function nameMaker(key: Key, kind: number) {
  const from = (list: readonly string[], index: number, draw: number) =>
    list[pick(key, kind, index, draw, list.length)] ?? "";
  const adjective = (index: number) => from(ADJECTIVES, index, DRAW.first);
  const noun = (index: number) => from(NOUNS, index, DRAW.second);
  const other = (index: number) => from(NOUNS, index, DRAW.third);

  return {
    artist(index: number): string {
      const last = from(LAST_NAMES, index, DRAW.second);
      switch (pick(key, kind, index, DRAW.pattern, 6)) {
        case 0:
          return `The ${adjective(index)} ${from(PLURALS, index, DRAW.second)}`;
        case 1:
          return `${adjective(index)} ${noun(index)}`;
        case 2:
          return `${last} & ${from(LAST_NAMES, index, DRAW.third)}`;
        case 3:
          return `${from(PLURALS, index, DRAW.first)} of ${from(PLACES, index, DRAW.third)}`;
        default:
          return `${from(FIRST_NAMES, index, DRAW.first)} ${last}`;
      }
    },

    album(index: number): string {
      switch (pick(key, kind, index, DRAW.pattern, 6)) {
        case 0:
          return `${from(GERUNDS, index, DRAW.first).replace("-", " ")} the ${noun(index)}`;
        case 1:
          return `${noun(index)} & ${other(index)}`;
        case 2:
          return `A ${noun(index)} in ${from(PLACES, index, DRAW.third)}`;
        case 3:
          return `${adjective(index)} ${from(PLURALS, index, DRAW.second)}`;
        default:
          return `${adjective(index)} ${noun(index)}`;
      }
    },

    track(index: number): string {
      const rare = pick(key, kind, index, DRAW.extra, 100);
      const extra = EXTRAS[rare] ?? "";
      switch (pick(key, kind, index, DRAW.pattern, 8)) {
        case 0:
          return `${from(GERUNDS, index, DRAW.first).replace("-", " ")} the ${noun(index)}${extra}`;
        case 1:
          return `${noun(index)} in ${from(PLACES, index, DRAW.third)}${extra}`;
        case 2:
          return `${from(HOURS, index, DRAW.first)} ${noun(index)}${extra}`;
        case 3:
          return `The ${noun(index)} and the ${other(index)}${extra}`;
        case 4:
          return `${from(FIRST_NAMES, index, DRAW.first)}'s ${noun(index)}${extra}`;
        case 5:
          return `${noun(index)}${extra}`;
        default:
          return `${adjective(index)} ${noun(index)}${extra}`;
      }
    },

    genres(index: number): readonly string[] {
      const two = [from(GENRES, index, DRAW.first), from(GENRES, index, DRAW.second)];
      return [...new Set(two)].map((genre) => genre.replace("-", " "));
    },
  };
}
