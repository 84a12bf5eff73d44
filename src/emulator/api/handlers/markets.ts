import { MARKETS } from "../../world/markets.js";
import type { Handlers } from "../handler.js";

export const marketHandlers = {
  "get-available-markets": () => MARKETS,
} satisfies Partial<Handlers>;
