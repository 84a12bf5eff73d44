import type { Call, Handlers } from "../handler.js";
import { notFound } from "../refusal.js";

/** As documented. */
export const trackHandlers = {
  "get-track": ({ args, world, view }: Call<"get-track">) => {
    const index = world.catalogue.find("track", args.id);
    if (index === null) throw notFound();
    return view.face.track(index);
  },

  "get-several-tracks": ({ args, world, view }: Call<"get-several-tracks">) =>
    args.ids.map((id) => {
      const index = world.catalogue.find("track", id);
      return index === null ? null : view.face.track(index);
    }),
} satisfies Partial<Handlers>;
