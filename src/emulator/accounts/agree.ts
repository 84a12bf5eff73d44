import { StagedoorError } from "../../base/errors.js";
import { readPerson } from "../arguments.js";
import type { Answer, Inquiry } from "../exchange.js";
import type { World } from "../world/world.js";

/**
 * Has a person agree at the page behind an authorize URL, without the page: for this one request, whatever the world's `consent` says.
 *
 * @returns the address that the browser is sent back to
 */
export async function agree(
  world: World,
  answer: (inquiry: Inquiry) => Answer | Promise<Answer>,
  url: URL,
  person: string,
): Promise<string> {
  readPerson("person", person, world.people);
  const { headers, body } = await answer({
    service: "accounts",
    method: "GET",
    path: url.pathname,
    query: url.search.slice(1),
    header: () => null,
    text: async () => "",
    agreedBy: person,
  });
  const { location } = headers;
  if (typeof location === "string") return location;
  const words = typeof body === "string" ? /<h1\b[^>]*>([^<]*)/.exec(body)?.[1] : undefined;
  throw new StagedoorError(
    "authorization-failed",
    `The authorize page refused${words === undefined ? "" : `: ${words}`}.`,
    {
      hint: "Check the client id, the redirect URI and the scopes; emulator.registerApp makes other apps known.",
    },
  );
}
