import { describe, expect, it } from "@jest/globals";

// @ts-expect-error: plain JavaScript, so that the check runs without a loader
import { findBannedWords } from "./banned-words.mjs";
// @ts-expect-error: plain JavaScript, so that the check runs without a loader
import { findFolderCircles } from "./folder-circles.mjs";

const imports = (source: string, ...targets: string[]) => ({
  source,
  dependencies: targets.map((resolved) => ({ resolved })),
});

describe("findFolderCircles", () => {
  it("names the folders that import each other, and an import for each arrow", () => {
    const found = findFolderCircles([
      imports("packages/a/src/x/one.ts", "packages/a/src/y/two.ts"),
      imports("packages/a/src/y/other.ts", "packages/a/src/x/more.ts"),
      imports("packages/a/src/z/three.ts", "packages/a/src/x/one.ts"),
    ]);
    expect(found).toEqual([
      {
        folder: "packages/a/src",
        members: ["x", "y"],
        because: [
          "packages/a/src/x/one.ts -> packages/a/src/y/two.ts",
          "packages/a/src/y/other.ts -> packages/a/src/x/more.ts",
        ],
      },
    ]);
  });

  it("sees a file in the circle: a hub that knows every folder and is known by it", () => {
    const [circle] = findFolderCircles([
      imports("packages/a/src/context.ts", "packages/a/src/x/settings.ts"),
      imports("packages/a/src/x/handler.ts", "packages/a/src/context.ts"),
    ]);
    expect(circle.members).toEqual(["context.ts", "x"]);
  });

  it("leaves other packages and folders that only follow each other alone", () => {
    expect(
      findFolderCircles([
        imports("packages/a/src/x/one.ts", "packages/b/src/x/one.ts", "packages/a/src/y/two.ts"),
        imports("packages/b/src/x/one.ts", "packages/a/src/x/one.ts"),
        imports("packages/a/src/y/two.ts", "packages/a/src/y/deep/three.ts"),
      ]),
    ).toEqual([]);
  });
});

describe("findBannedWords", () => {
  it.each([
    ["createCourier()", ["courier"]],
    ["// the deed is done\nconst fleet = 1", ["deed", "fleet"]],
    ["order-fate.ts", ["fate"]],
    ["indeed understanding standingOrder", ["standing"]],
    ["passedOver", ["passedover"]],
  ])("finds them in %j", (text, words) => {
    expect(findBannedWords(text).map(({ word }: { word: string }) => word)).toEqual(words);
  });
});
