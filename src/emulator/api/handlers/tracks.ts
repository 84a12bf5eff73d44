import type { Call, Handlers } from "../handler.js";
import { trackObject } from "../objects/catalogue-objects.js";
import { notFound } from "../refusal.js";

/** As documented. */
export const trackHandlers = {
  "get-track": ({ args, world, view }: Call<"get-track">) => {
    const index = world.catalogue.find("track", args.id);
    if (index === null) throw notFound();
    return trackObject(world.catalogue, index, view);
  },

  "get-several-tracks": ({ args, world, view }: Call<"get-several-tracks">) =>
    args.ids.map((id) => {
      const index = world.catalogue.find("track", id);
      return index === null ? null : trackObject(world.catalogue, index, view);
    }),
} satisfies Partial<Handlers>;
