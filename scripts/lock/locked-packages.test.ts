import { describe, expect, it } from "@jest/globals";

// @ts-expect-error: plain JavaScript, so that it runs where nothing is installed
import { findLocked, findProduction } from "./locked-packages.mjs";

describe("findLocked", () => {
  const packages = {
    "node_modules/a": {},
    "node_modules/a/node_modules/b": {},
    "node_modules/b": {},
    "apps/api": {},
    "apps/api/node_modules/c": {},
  };

  it.each([
    ["beside the one that asks", "node_modules/a", "b", "node_modules/a/node_modules/b"],
    ["in the folder above", "node_modules/a/node_modules/b", "a", "node_modules/a"],
    ["in a workspace", "apps/api", "c", "apps/api/node_modules/c"],
    ["at the root, for a workspace", "apps/api", "b", "node_modules/b"],
    ["nowhere", "node_modules/a", "c", null],
  ])("finds a package %s", (_where, of, name, path) => {
    expect(findLocked(packages, of, name)).toBe(path);
  });
});

describe("findProduction", () => {
  it("follows dependencies, optional ones and peers, but neither optional peers nor what is for development", () => {
    const packages = {
      "": { devDependencies: { tester: "1" } },
      "packages/db": { dependencies: { client: "1" }, devDependencies: { cli: "1" } },
      "node_modules/@ours/db": { link: true, resolved: "packages/db" },
      "node_modules/client": {
        dependencies: { "@ours/db": "1" },
        optionalDependencies: { native: "1", "other-platform": "1" },
        peerDependencies: { driver: "1", cli: "1" },
        peerDependenciesMeta: { cli: { optional: true } },
      },
      "node_modules/native": {},
      "node_modules/driver": {},
      "node_modules/cli": { dependencies: { studio: "1" } },
      "node_modules/studio": {},
      "node_modules/tester": {},
    };
    expect(findProduction(packages)).toEqual(
      new Set([
        "packages/db",
        "node_modules/@ours/db",
        "node_modules/client",
        "node_modules/driver",
        "node_modules/native",
      ]),
    );
  });
});
