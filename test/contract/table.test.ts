import { describe, expect, it } from "vitest";
import {
  limitFor,
  missingScopes,
  removalFor,
  SCOPES,
  scopesOf,
  table,
  tracks,
  wireName,
} from "../../src/contract/index.js";

describe("the contract", () => {
  it.each(table().map((entry) => [`${entry.row.method} ${entry.row.path}`, entry.row] as const))(
    "describes %s without contradiction",
    (_name, row) => {
      const placeholders = [...row.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
      const inPath = Object.entries(row.parameters).filter(([, parameter]) => parameter.in === "path");
      expect(inPath.map(([name]) => wireName(name)).sort()).toEqual(placeholders);
      expect(scopesOf(row.scopes).every((scope) => SCOPES.includes(scope))).toBe(true);
      if (row.method === "GET") expect(row.repeatable).toBe(true);
      if (row.scopes.rule === "by-type") expect(row.parameters).toHaveProperty(row.scopes.parameter);
      if (row.result.kind === "json-by") expect(row.parameters).toHaveProperty(row.result.parameter);
      for (const parameter of Object.values(row.parameters)) {
        if (parameter.required) expect(parameter.default).toBeUndefined();
      }
    },
  );

  it("has every operation once", () => {
    const ids = table().map((entry) => entry.row.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("knows who has lost an operation and what replaces it", () => {
    expect(removalFor(tracks.several.life, "development")).toMatchObject({
      wave: "2026-02",
      replacement: "tracks.get",
    });
    expect(removalFor(tracks.several.life, "legacy")).toBeUndefined();
    expect(removalFor(tracks.get.life, "development")).toBeUndefined();
  });

  it("takes the widest limit where the tier is not known", () => {
    const limit = { development: 10, legacy: 50, extended: 50 };
    expect(limitFor(limit, undefined)).toBe(50);
    expect(limitFor(limit, "development")).toBe(10);
  });

  it("asks for the scopes of the types that a call names", () => {
    const rule = {
      rule: "by-type",
      parameter: "uris",
      types: { track: "user-library-modify", artist: "user-follow-modify" },
    } as const;
    expect(missingScopes(rule, ["user-library-modify"], ["track", "artist", "artist"])).toEqual([
      "user-follow-modify",
    ]);
    expect(missingScopes(rule, [], ["track"])).toEqual(["user-library-modify"]);
  });

  it("is content with either of two scopes where one is enough", () => {
    const rule = { rule: "any", scopes: ["playlist-modify-public", "playlist-modify-private"] } as const;
    expect(missingScopes(rule, ["playlist-modify-private"])).toEqual([]);
    expect(missingScopes(rule, [])).toEqual(["playlist-modify-public", "playlist-modify-private"]);
  });
});
