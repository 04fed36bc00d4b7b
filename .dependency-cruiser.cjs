/**
 * Which part may import which (docs/architecture.md, "Arrows"). `scripts/check-arrows.process.test.ts` injects a violation of
 * every rule below and of every arrow that is not in this table.
 */
const contexts = ["packages/oms", "packages/ecomnow", "packages/shop", "packages/integration"];
const contextArrows = [
  "packages/tasks",
  "packages/connectors",
  "packages/events",
  "packages/audit",
  "packages/problems",
  "packages/outbound",
  "packages/db",
  "packages/core",
];
const composition = ["packages/engine", "packages/tasks", "packages/db", "packages/core"];

const arrows = {
  "packages/core": [],
  "packages/db": ["packages/core"],
  "packages/tasks": ["packages/core"],
  // What is sent is on record first: mail is a table, as are the secrets that are sealed.
  "packages/outbound": ["packages/problems", "packages/db", "packages/core"],
  "packages/audit": ["packages/db", "packages/core"],
  "packages/problems": ["packages/audit", "packages/db", "packages/core"],
  "packages/events": ["packages/outbound", "packages/audit", "packages/problems", "packages/db", "packages/core"],
  "packages/connectors": ["packages/outbound", "packages/audit", "packages/db", "packages/core"],
  "packages/engine": ["packages/tasks", "packages/db", "packages/core"],
  ...Object.fromEntries(contexts.map((context) => [context, contextArrows])),
  // Everything on one machine; it starts the apps as processes, by their path.
  "packages/standalone": [...composition, ...contexts],
  // A dataset through the running system: it plays the stores by the OMS's commands and checks its invariants.
  "packages/replay": ["packages/standalone", "packages/events", ...composition, ...contexts],
  "packages/testing": ["packages/standalone", "packages/db", "packages/core"],
  "apps/beat": composition,
  "apps/worker": [
    ...composition,
    "packages/connectors",
    "packages/events",
    "packages/audit",
    "packages/problems",
    "packages/outbound",
    ...contexts,
  ],
  "apps/api": [...composition, "packages/events", "packages/audit", "packages/problems", ...contexts],
  // `drumline secret` seals the secrets of eComNow's clients and vendors.
  "apps/cli": [
    "packages/standalone",
    "packages/replay",
    "packages/events",
    "packages/audit",
    "packages/problems",
    ...composition,
    ...contexts,
  ],
  "apps/sandbox": ["packages/core"],
  "apps/dashboard": [],
};

const TEST_FILES = "\\.test\\.ts$|^(apps|packages)/[^/]+/test/";
const TESTS = `${TEST_FILES}|^packages/testing/`;
/** What compares schemas: scripts/db-new and db-drift call it, no process does. */
const FOR_DEVELOPERS = "^packages/db/src/schema-diff/";
/** Built into files of its own, so that what it is made of is gone after the build. */
const BUNDLED = "^apps/dashboard/";
/** The two readers of every process's settings: `drumline check` and, below apps/, nothing else. */
const CONFIG_READER = "^apps/cli/src/";
const CONFIG = "^apps/[^/]+/src/config\\.ts$";

const pathOf = (unit) => `^${unit}/`;

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(arrows).map(([unit, allowed]) => ({
      name: `arrows-of-${unit.replace("/", "-")}`,
      comment: `${unit} may import ${allowed.length === 0 ? "nothing of ours" : allowed.join(", ")}`,
      severity: "error",
      from: { path: pathOf(unit), pathNot: TEST_FILES },
      to: {
        path: "^(apps|packages)/",
        pathNot: [pathOf(unit), ...allowed.map(pathOf), ...(unit === "apps/cli" ? [CONFIG] : [])],
      },
    })),
    {
      name: "unknown-part",
      comment: "a new folder under apps/ or packages/ needs its line in the arrows table of .dependency-cruiser.cjs",
      severity: "error",
      from: { path: "^(apps|packages)/", pathNot: Object.keys(arrows).map(pathOf) },
      to: {},
    },
    {
      name: "packages-never-import-apps",
      comment: "packages are what apps are made of; tests included",
      severity: "error",
      from: { path: "^packages/" },
      to: { path: "^apps/" },
    },
    {
      name: "tests-keep-out-of-other-apps",
      comment: "a test that needs another process starts it by path, or uses packages/testing",
      severity: "error",
      from: { path: "^(apps/[^/]+)/.*\\.test\\.ts$" },
      to: { path: "^apps/", pathNot: ["^$1/", CONFIG] },
    },
    {
      name: "api-uses-commands-and-queries",
      comment: "api may use a context's commands and queries, never its handlers or rules",
      severity: "error",
      from: { path: "^apps/api/" },
      to: {
        path: `^(${contexts.join("|")})/`,
        pathNot: ["/src/(commands|queries)/", "/(commands|queries)[.]ts$"],
      },
    },
    {
      name: "standalone-uses-queries",
      comment: "standalone counts what a context did; it runs none of it",
      severity: "error",
      from: { path: "^packages/standalone/", pathNot: TEST_FILES },
      to: { path: `^(${contexts.join("|")})/`, pathNot: ["/src/queries/", "/queries[.]ts$"] },
    },
    {
      name: "not-past-exports",
      comment: 'import another part by its package name and one of its "exports", not by a relative path into it',
      severity: "error",
      from: { path: "^((?:apps|packages)/[^/]+)/" },
      to: {
        path: "^(apps|packages|scripts|bench)/",
        pathNot: ["^$1/", CONFIG],
        dependencyTypes: ["local"],
        dependencyTypesNot: ["aliased-workspace"],
      },
    },
    {
      name: "config-is-for-the-cli",
      comment: "only drumline check reads another process's config.ts",
      severity: "error",
      from: { path: "^(apps/[^/]+)/", pathNot: [CONFIG_READER, TESTS] },
      to: { path: CONFIG, pathNot: "^$1/" },
    },
    {
      name: "resolvable",
      comment:
        'cannot be found: a typing slip, a missing dependency, or a path that is not in the package\'s "exports"',
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "no-cycles",
      comment: "a cycle means that two files are one idea, or that one of them is in the wrong place",
      severity: "error",
      from: { pathNot: "^packages/db/src/generated/" },
      to: { circular: true },
    },
    {
      name: "no-test-code-in-production",
      comment: "packages/testing and *.test.ts are for tests",
      severity: "error",
      from: { path: "^(apps|packages)/", pathNot: TESTS },
      to: { path: TESTS },
    },
    {
      name: "no-dev-dependency-in-production",
      comment:
        "npm run trim takes it from a production install: list it under dependencies of the package that imports it",
      severity: "error",
      from: { path: "^(apps|packages)/", pathNot: [TESTS, FOR_DEVELOPERS, BUNDLED] },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["npm"] },
    },
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    exclude: { path: "^apps/dashboard/dist" },
    doNotFollow: { path: "node_modules|^packages/db/src/generated/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".js", ".mjs", ".json"],
    },
  },
};
