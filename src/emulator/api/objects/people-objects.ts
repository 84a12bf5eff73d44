import { toUri } from "../../../contract/ids.js";
import type { Followers, PrivateUser, PublicUser, SimplifiedUser } from "../../../contract/models/index.js";
import { type Person, SPOTIFY_ACCOUNT } from "../../world/people.js";
import type { World } from "../../world/world.js";
import type { View } from "../handler.js";
import { imagesAt, linksTo } from "./links.js";

export function publicUser(
  world: World,
  id: string,
  view: View,
): SimplifiedUser & { display_name: string | null } {
  const name = id === SPOTIFY_ACCOUNT.id ? SPOTIFY_ACCOUNT.displayName : world.people.get(id)?.displayName;
  return { display_name: name ?? null, ...linksTo("user", id, view.face.api) };
}

/** The page that everybody may see. */
export function publicProfile(world: World, id: string, view: View): PublicUser {
  const person = world.people.get(id);
  return {
    ...publicUser(world, id, view),
    images: person === undefined ? [] : imagesAt(view.face.pictures, person.accountId),
    followers: followers(world, id),
  };
}

/** The profile as its owner's app sees it: five members are gone for development apps, others need a scope. As documented. */
export function privateUser(world: World, person: Person, view: View): PrivateUser {
  const keeps = view.face.keepsMembers;
  return {
    ...publicUser(world, person.id, view),
    account_id: person.accountId,
    images: imagesAt(view.face.pictures, person.accountId),
    ...(keeps && { followers: followers(world, person.id) }),
    ...(keeps &&
      view.scopes.includes("user-read-private") && {
        country: person.country,
        explicit_content: { filter_enabled: false, filter_locked: false },
        product: person.product,
      }),
    ...(keeps && view.scopes.includes("user-read-email") && { email: person.email }),
  };
}

/** Those of this world, and those whom it does not have. */
function followers(world: World, id: string): Followers {
  const distant = world.people.get(id)?.distantFollowers ?? 0;
  return { href: null, total: distant + world.followersOf(toUri({ type: "user", id })) };
}
