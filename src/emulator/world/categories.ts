/** A shelf of the browse page. */
export interface CategoryEntry {
  readonly index: number;
  /** A word for the older ones; the newer ones have ids like everything else. */
  readonly word: string | undefined;
  readonly names: Readonly<Record<Language, string>>;
}

const LANGUAGES = ["en", "de", "es", "fr", "ja", "pt"] as const;
type Language = (typeof LANGUAGES)[number];

const NAMES: readonly (readonly [string | undefined, ...string[]])[] = [
  ["toplists", "Charts", "Charts", "Listas de éxitos", "Classements", "チャート", "Paradas"],
  ["pop", "Pop", "Pop", "Pop", "Pop", "ポップ", "Pop"],
  ["rock", "Rock", "Rock", "Rock", "Rock", "ロック", "Rock"],
  ["jazz", "Jazz", "Jazz", "Jazz", "Jazz", "ジャズ", "Jazz"],
  ["party", "Party", "Party", "Fiesta", "Fête", "パーティー", "Festa"],
  ["focus", "Focus", "Konzentration", "Concentración", "Concentration", "集中", "Foco"],
  ["sleep", "Sleep", "Schlaf", "Dormir", "Sommeil", "睡眠", "Dormir"],
  ["dinner", "Dinner", "Abendessen", "Cena", "Dîner", "ディナー", "Jantar"],
  [undefined, "Workout", "Sport", "Ejercicio", "Sport", "ワークアウト", "Treino"],
  [undefined, "Travel", "Reise", "Viajes", "Voyage", "旅行", "Viagem"],
  [undefined, "Rain", "Regen", "Lluvia", "Pluie", "雨", "Chuva"],
  [undefined, "Chill", "Entspannung", "Relax", "Détente", "チル", "Relaxar"],
];

/** Words over featured playlists. */
const HEADLINES: Readonly<Record<Language, string>> = {
  en: "Editor's picks",
  de: "Von der Redaktion",
  es: "Elegidas por la redacción",
  fr: "Le choix de la rédaction",
  ja: "編集部のおすすめ",
  pt: "Escolhas da redação",
};

export const CATEGORIES: readonly CategoryEntry[] = NAMES.map(([word, ...names], index) => ({
  index,
  word,
  names: { en: "", de: "", es: "", fr: "", ja: "", pt: "", ...zip(LANGUAGES, names) },
}));

function zip(keys: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.map((key, place) => [key, values[place] ?? ""]));
}

/** The language of a locale such as `es_MX`: English where the world has no words in it. As documented. */
function languageOf(locale: string | undefined): Language {
  const asked = locale?.split("_")[0];
  return LANGUAGES.find((language) => language === asked) ?? "en";
}

export function categoryName({ names }: CategoryEntry, locale: string | undefined): string {
  return names[languageOf(locale)];
}

export function headline(locale: string | undefined): string {
  return HEADLINES[languageOf(locale)];
}

/** Whether one of Spotify's playlists, by its place among them, stands on a shelf: each stands on some. */
export function standsOn({ index }: CategoryEntry, place: number): boolean {
  return (index + place) % 4 < 2;
}
