import { KIND } from "./identifier.js";
import { type Key, pick, pickFrom } from "./key.js";

// Who knows whom: an artist is bound to those who stand at certain distances, the same for all of one world. So it can be told from
// both ends, and nobody has to look through a million tracks for the ones on which an artist is a guest.
const BONDS = 10;
/** Guests come from the first of them. */
const GUEST_BONDS = 6;
const DRAW = { guest: 5, bond: 11 } as const;

/** How far apart the artists of a bond stand; 0 where there is only one artist. */
function distance(key: Key, bond: number, artists: number): number {
  return artists < 2 ? 0 : 1 + pick(key, KIND.artist, 2 ** 31 + bond, DRAW.bond, artists - 1);
}

/**
 * The guest on a track, if it has one.
 *
 * @param track the track's stem
 * @param artist whose album it is on
 */
export function guestOfArtist(key: Key, track: number, artist: number, artists: number): number | undefined {
  // One in six has one.
  const bond = pickFrom(key, track, DRAW.guest, GUEST_BONDS * 6);
  return artists < 2 || bond >= GUEST_BONDS ? undefined : (artist + distance(key, bond, artists)) % artists;
}

/** The artists on whose tracks an artist can be a guest. */
export function hostsOf(key: Key, artist: number, artists: number): readonly number[] {
  const hosts = new Set<number>();
  for (let bond = 0; bond < GUEST_BONDS; bond++)
    hosts.add((artist - distance(key, bond, artists) + artists) % artists);
  hosts.delete(artist);
  return [...hosts];
}

/** Up to twenty artists that the same people listen to; it goes both ways. */
export function relatedTo(key: Key, artist: number, artists: number): readonly number[] {
  const related = new Set<number>();
  for (let bond = 0; bond < BONDS; bond++) {
    const far = distance(key, bond, artists);
    related.add((artist + far) % artists).add((artist - far + artists) % artists);
  }
  related.delete(artist);
  return [...related];
}
