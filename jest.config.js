import { bundlePackages } from "./packages/testing/src/jest/bundle-packages.js";

/** Tests run as native ES modules: `*.test.ts` is pure, `*.int.test.ts` uses real Postgres and Redis, `*.process.test.ts` starts processes. */
export default {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "<rootDir>/packages/testing/src/jest/transform.js",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "es6" }, sourceMaps: "inline" },
    ],
  },
  moduleNameMapper: await bundlePackages(import.meta.dirname),
  testMatch: ["<rootDir>/{apps,packages,scripts,bench}/**/*.test.ts"],
  modulePathIgnorePatterns: ["<rootDir>/.data/", "<rootDir>/.build/"],
  globalSetup: "<rootDir>/packages/testing/src/jest/global-setup.ts",
  globalTeardown: "<rootDir>/packages/testing/src/jest/global-teardown.ts",
  maxWorkers: 2,
  // What a test file loaded is never given back, and a worker of five gigabytes is slow at everything.
  workerIdleMemoryLimit: "1GB",
  testTimeout: 60_000,
};
