/** The countries where this world's Spotify is to be had, as ISO 3166-1 alpha-2 codes. Close to the real list, which changes. */
export const MARKETS: readonly string[] =
  "AD AE AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CG CH CI CL CM CO CR CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ES ET FI FJ FM FR GA GB GD GE GH GM GN GQ GR GT GW GY HK HN HR HT HU ID IE IL IN IQ IS IT JM JO JP KE KG KH KI KM KN KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MN MO MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PS PT PW PY QA RO RS RW SA SB SC SE SG SI SK SL SM SN SR ST SV SZ TD TG TH TJ TL TN TO TR TT TV TW TZ UA UG US UY UZ VC VE VN VU WS XK ZA ZM ZW".split(
    " ",
  );

const OPEN = new Set(MARKETS);

/** Something of the catalogue is missing in one of these at most; the people of the seeded world live there. */
export const CLOSING_MARKETS: readonly string[] = ["DE", "ES", "FR", "GB", "JP", "NO", "PT", "SE", "US"];

/** As documented: audiobooks are to be had in English-speaking countries only. */
export const AUDIOBOOK_MARKETS: readonly string[] = ["AU", "CA", "GB", "IE", "NZ", "US"];

/** Where a thing can be had: everywhere, in all markets but one, or in one only. */
export interface Offer {
  readonly closedMarket: string | undefined;
  readonly onlyMarket?: string;
}

export function isOffered({ closedMarket, onlyMarket }: Offer, market: string): boolean {
  return onlyMarket === undefined ? market !== closedMarket && OPEN.has(market) : market === onlyMarket;
}

/** The list of the markets where a thing can be had: one array for all things that have the same. */
export function marketsOf({ closedMarket, onlyMarket }: Offer): readonly string[] {
  const name = onlyMarket ?? `-${closedMarket}`;
  const known = LISTS.get(name);
  if (known !== undefined) return known;
  const made =
    onlyMarket === undefined
      ? Object.freeze(MARKETS.filter((market) => market !== closedMarket))
      : Object.freeze([onlyMarket]);
  LISTS.set(name, made);
  return made;
}
const LISTS = new Map<string, readonly string[]>();

/**
 * The market that stands for all that see the same as this one, so that few views of the catalogue need be kept: beyond the
 * markets where something is closed there are only those where nothing is and those where Spotify is not to be had.
 */
export function likeMarket(market: string | undefined): string | undefined {
  if (market === undefined || CLOSING_MARKETS.includes(market)) return market;
  if (!OPEN.has(market)) return "ZZ";
  return AUDIOBOOK_MARKETS.includes(market) ? "AU" : "AT";
}
