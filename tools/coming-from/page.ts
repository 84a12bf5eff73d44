import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { aiospotify } from "./aiospotify.js";
import { ansibleSpotifyClient } from "./ansible-spotify-client.js";
import { asyncSpotify } from "./async-spotify.js";
import { type Names, ROOT } from "./names.js";
import { officialSdk } from "./official-sdk.js";
import { spotifyWebApiNode } from "./spotify-web-api-node.js";
import { spotifyWebApiPython } from "./spotify-web-api-python.js";
import { spotipie } from "./spotipie.js";
import { type Answer, namesOf, noteOf, type OurName, type System } from "./system.js";

/** The libraries of the page, in its order. */
export const SYSTEMS: readonly System[] = [
  officialSdk,
  spotifyWebApiNode,
  spotifyWebApiPython,
  aiospotify,
  asyncSpotify,
  spotipie,
  ansibleSpotifyClient,
];

const HEAD = `<!-- Written from tools/coming-from by: npx vitest run test/coming-from.test.ts -u -->

# Coming from another library

What the names of other Spotify libraries are called here. \`albums.get\` is a method of a client, \`spotify.albums.get({ id })\`, made by
\`createSpotify\`; arguments have names, and an id may also be given as a URI or a web address. \`Session.refresh\` is a method of a session, such as
\`spotify.session\`. Methods such as \`albums.several\`, \`library.save\` and \`playlists.add\` take any number of things at once. What has no method can be
sent with \`spotify.request\`.

Spotify took many operations away: some in November 2024 from Development Mode apps, others in February 2026 from those made since (\`development\`
here; the older ones are \`legacy\`). A note such as "for development apps by \`library.save\`" means that the method calls its successor there, by
itself; "not for" that nothing does the same. The client learns which kind of app it speaks for, or is told with \`tier\`.
`;

const TAIL = `## What has no counterpart

Some of these libraries go beyond the Web API, and stagedoor does not follow: Spotify's own desktop client id, the tokens of the web player,
discovery and control through Spotify Connect, Chromecast and Sonos, and the colours of images. They lie outside the Web API or outside the
developer terms, and they break whenever Spotify changes its own programs.
`;

/** The whole of `docs/coming-from.md`. */
export function writePage(names: Names): string {
  const contents = SYSTEMS.map(({ id, title }) => `- [${title}](#${id})`).join("\n");
  const sections = SYSTEMS.map((system) => writeSystem(system, names));
  return [HEAD, `${contents}\n`, ...sections, writeSources(names), TAIL].join("\n");
}

/** All answers of a system by their names, the way in first. */
export function answersOf(system: System): readonly (readonly [string, Answer])[] {
  return Object.entries({ ...system.around, ...system.endpoints });
}

function writeSystem(system: System, names: Names): string {
  const rows = answersOf(system).map(([theirs, answer]) => writeRow(theirs, answer, names));
  return [
    `<a id="${system.id}"></a>\n\n## ${system.title}\n`,
    `${system.about}\n`,
    ...writeComparison(system),
    "| theirs | stagedoor | note |\n| --- | --- | --- |",
    `${rows.join("\n")}\n`,
  ].join("\n");
}

function writeRow(theirs: string, answer: Answer, names: Names): string {
  const ours = namesOf(answer);
  const notes = [noteOf(answer), ...lifeNotes(ours, names)].filter((note) => note !== undefined);
  return `| \`${theirs}\` | ${ours.map(code).join(", ") || "–"} | ${notes.join("; ")} |`;
}

function writeComparison({ comparison }: System): readonly string[] {
  if (comparison === undefined) return [];
  const { before, after, note } = comparison;
  return [`Before:\n\n${example(before)}`, `After:\n\n${example(after)}`, `${note}\n`];
}

function example(file: string): string {
  const text = readFileSync(resolve(ROOT, "examples/coming-from", file), "utf8");
  return `\`\`\`${file.endsWith(".js") ? "js" : "ts"}\n${text}\`\`\`\n`;
}

/** Which apps have lost one of these methods, and what does its work for them; from the contract. */
function lifeNotes(ours: readonly OurName[], names: Names): readonly string[] {
  const lost = ours.flatMap((name) => {
    const removed = names.row(name)?.row.life.removed;
    return removed === undefined ? [] : [{ name, removed }];
  });
  const isWhole = lost.length === ours.length;
  const notes = lost.flatMap(({ name, removed: { tiers, replacement } }) => {
    const apps = `${tiers.join(" and ")} apps`;
    if (replacement === null) return [isWhole ? `not for ${apps}` : `${code(name)} not for ${apps}`];
    return ours.includes(replacement) ? [] : [`for ${apps} by ${code(replacement)}`];
  });
  return [...new Set(notes)];
}

/** Where the names that are no methods of a client are imported from. */
function writeSources(names: Names): string {
  const all = SYSTEMS.flatMap((system) => answersOf(system).flatMap(([, answer]) => namesOf(answer)));
  const found = new Map<string, Set<string>>();
  for (const name of all) {
    const source = names.source(name);
    if (source === undefined) continue;
    found.set(source.from, (found.get(source.from) ?? new Set()).add(source.imported));
  }
  const rows = [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([from, imported]) => `| \`${from}\` | ${[...imported].sort().map(code).join(", ")} |`);
  return `## Where names come from\n\n| import from | names |\n| --- | --- |\n${rows.join("\n")}\n`;
}

function code(name: OurName): string {
  return `\`${name}\``;
}
