/** What one of the five older systems offers, as the notes on them list it. */
export interface Seed {
  readonly id: string;
  /** As many as the notes say there are. */
  readonly count: number;
  readonly methods: readonly string[];
}

const TABLES = [
  { id: "aiospotify", heading: "Endpoint methods", section: 2, grouped: false },
  { id: "async-spotify", heading: "Endpoint groups and methods", section: 3, grouped: true },
  { id: "spotipie", heading: "Client methods", section: 4, grouped: false },
  { id: "spotifywebapipython", heading: "SpotifyClient public methods", section: 5, grouped: false },
] as const;

/** Reads the tables of methods out of the notes. */
export function readSeeds(notes: string): readonly Seed[] {
  const sections = notes.split(/^## /m);
  const section = (number: number) => sections.find((text) => text.startsWith(`${number}. `)) ?? "";
  const listed = TABLES.map(({ id, heading, section: number, grouped }) => {
    const [, count = "", rest = ""] =
      new RegExp(`\\*\\*${heading} \\((\\d+)\\)\\*\\*([^]*)`).exec(section(number)) ?? [];
    const methods = [...rest.matchAll(/^\| (?!group|---)([^|]+) \| ([^|]+) \|$/gm)].flatMap(
      ([, group = "", cell = ""]) => readCell(cell).map((name) => (grouped ? `${group}.${name}` : name)),
    );
    return { id, count: Number(count), methods };
  });
  return [readModules(section(1)), ...listed];
}

/** Names with commas between them, outside brackets. */
function readCell(cell: string): readonly string[] {
  return cell.split(/,\s*(?![^(]*\))/).flatMap((name) => expand(name.trim()));
}

/** `top(+_artists,+_tracks)` is three names, and so is `Save/Remove/CheckShows`. */
function expand(name: string): readonly string[] {
  const [, base = "", more] = /^(\w+) ?\(\+([^)]*)\)$/.exec(name) ?? [];
  if (more !== undefined) return [base, ...more.split(/,\s*\+?/).map((suffix) => base + suffix)];
  const [, save = "", remove = "", check, rest = ""] = /^(\w+)\/(\w+)\/(Check)(\w+)$/.exec(name) ?? [];
  if (check !== undefined) return [save, remove, check].map((verb) => verb + rest);
  return [name];
}

/** Ansible's modules, each with its states. */
function readModules(section: string): Seed {
  const methods = [...section.matchAll(/^\| `(spotify_\w+)` \| (.*)$/gm)].flatMap(
    ([, module = "", options = ""]) => {
      const [, states] = /\*state \{([^}]*)\}/.exec(options) ?? [];
      return states?.split(/,\s*/).map((state) => `${module} state=${state}`) ?? [module];
    },
  );
  const roles = [...section.matchAll(/^- `(\w+)`: .*(?:`|,)$/gm)].map(([, role = ""]) => `role ${role}`);
  return {
    id: "ansible-spotify-client",
    count: methods.length + roles.length,
    methods: [...methods, ...roles],
  };
}
