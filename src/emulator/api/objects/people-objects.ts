import type { PrivateUser, SimplifiedUser } from "../../../contract/models/index.js";
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

/** The profile as its owner's app sees it: five members are gone for development apps, others need a scope. As documented. */
export function privateUser(world: World, person: Person, view: View): PrivateUser {
  const keeps = view.face.keepsMembers;
  return {
    ...publicUser(world, person.id, view),
    account_id: person.accountId,
    images: imagesAt(view.face.pictures, person.accountId),
    ...(keeps && { followers: { href: null, total: person.followers } }),
    ...(keeps &&
      view.scopes.includes("user-read-private") && {
        country: person.country,
        explicit_content: { filter_enabled: false, filter_locked: false },
        product: person.product,
      }),
    ...(keeps && view.scopes.includes("user-read-email") && { email: person.email }),
  };
}
