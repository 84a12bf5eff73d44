import type { Tier } from "../../contract/life.js";
import type { Stage } from "../stage.js";
import { createFace, type Face } from "./face.js";

/** There are nine markets and three tiers; requests may name more markets. */
const MAX_FACES = 64;

/** The faces of a stage's catalogue, each made when it is first needed, and anew when the services have moved. */
export function createFaces(stage: Stage): (tier: Tier, market: string | undefined) => Face {
  const faces = new Map<string, Face>();
  return (tier, market) => {
    const { api, console } = stage.urls;
    const name = `${tier} ${market}`;
    const known = faces.get(name);
    if (known?.api === api) return known;
    if (faces.size >= MAX_FACES) faces.clear();
    const made = createFace(stage.world.catalogue, { tier, market, api, pictures: `${console}/image` });
    faces.set(name, made);
    return made;
  };
}
