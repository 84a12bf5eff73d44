import type { Tier } from "../../contract/life.js";
import type { Stage } from "../stage.js";
import { likeMarket } from "../world/markets.js";
import { createFace, type Face } from "./face.js";

/** The faces of a stage's catalogue, each made when it is first needed, and anew when the services have moved. */
export function createFaces(stage: Stage): (tier: Tier, market: string | undefined) => Face {
  // Three tiers and a dozen markets that are not like one another: there are never more.
  const faces = new Map<string, Face>();
  return (tier, asked) => {
    const { api, console } = stage.urls;
    const market = likeMarket(asked);
    const name = `${tier} ${market}`;
    const known = faces.get(name);
    if (known?.api === api) return known;
    const { world } = stage;
    const followersOf = (uri: string) => world.followersOf(uri);
    const made = createFace(world.catalogue, {
      tier,
      market,
      api,
      pictures: `${console}/image`,
      followersOf,
    });
    faces.set(name, made);
    return made;
  };
}
