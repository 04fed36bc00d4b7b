import { describe, expect, it } from "@jest/globals";

import { foldName, isSamePlatform, toPlatformWord } from "./fold-name.ts";

describe("two names", () => {
  it.each([
    ["Ann@Example.com", " ann@example.com\t"],
    ["ÄNNE", "änne"],
    ["A\u0308nne", "änne"],
    ["ＡＮＮ", "ann"],
    ["STRASSE", "straße"],
    ["İSMAİL", "ismail"],
    ["ISMAIL", "ısmaıl"],
    ["ΣΟΦΟΣ", "σοφος"],
    ["\u212Aelvin", "kelvin"],
    ["ﬁnn", "FINN"],
  ])("that could be the same are compared as one: %j and %j", (one, other) => {
    expect(foldName(one)).toBe(foldName(other));
  });

  it.each([
    ["ann", "anne"],
    ["a nn", "ann"],
    ["änne", "anne"],
  ])("that differ stay two: %j and %j", (one, other) => expect(foldName(one)).not.toBe(foldName(other)));
});

it("a platform is known by its word, however it is written", () => {
  expect(["eu", " EU ", "Ｅu"].map(toPlatformWord)).toEqual(["EU", "EU", "EU"]);
  expect(isSamePlatform("eu", "US")).toBe(false);
});
