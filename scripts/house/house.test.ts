import { describe, expect, it } from "@jest/globals";

// @ts-expect-error: plain JavaScript, so that the check runs without a loader
import { findBannedWords } from "./banned-words.mjs";
// @ts-expect-error: plain JavaScript, so that the check runs without a loader
import { findBrokenLinks } from "./broken-links.mjs";
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

describe("findBrokenLinks", () => {
  const files: Readonly<Record<string, string>> = {
    "docs/other.md": "# Other\n\n## What is kept, and `how long`\n\n```\n# no heading\n```\n",
    "docs/adr": "",
  };
  const find = (text: string) => findBrokenLinks("docs/one.md", text, (path: string) => files[path] ?? null);

  it.each([
    ["a file, a heading in it, a folder", "[a](other.md) [b](other.md#what-is-kept-and-how-long) [c](adr)"],
    ["a heading of its own", "# Add a task\n[here](#add-a-task)"],
    ["another host", "[x](https://example.com/nothing#here) [y](mailto:a@b.c)"],
    ["what is only shown", "```\n[a](nowhere.md)\n```"],
  ])("takes %s", (_what, text) => expect(find(text)).toEqual([]));

  it("names what leads to no file and to no heading, with its line", () => {
    expect(find("# One\n```\ncode\n```\n[a](nowhere.md) [b](other.md#no-heading)\n[c](#two) [d](../other.md)")).toEqual(
      [
        { line: 5, link: "nowhere.md", lacks: "file" },
        { line: 5, link: "other.md#no-heading", lacks: "heading" },
        { line: 6, link: "#two", lacks: "heading" },
        { line: 6, link: "../other.md", lacks: "file" },
      ],
    );
  });
});
