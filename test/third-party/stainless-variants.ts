import type Spotify from "@stainless-commons/spotify";
import { expect } from "vitest";
import type { ClientVariants } from "./api-client.js";

/** It has one method for each operation, but two for the listener's top. */
export const stainlessVariants: ClientVariants<Spotify> = {
  "me.top.listTopArtists": async (client, { world }) => {
    const { items } = await client.me.top.listTopArtists({ limit: 7 });
    const unknown = items.filter(({ id = "" }) => world.catalogue.find("artist", id) === null);
    expect([items.length, unknown]).toEqual([7, []]);
  },
};
