import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";

import { build } from "esbuild";

import { directImports } from "./direct-imports.js";
import { BUILD_FOLDER, MANIFEST, PROJECT, toSha1 } from "./manifest.js";

/** @typedef {import("./manifest.js").Manifest} Manifest */

const ENTRIES = [
  ...["api", "beat", "cli", "sandbox", "worker"].map((app) => `apps/${app}/src/main.ts`),
  "apps/worker/src/node-flags.ts",
  "packages/standalone/src/process-group/databases-main.ts",
];
/**
 * Packages of hundreds of small files, each of which costs a start its share. Of the others some read files that lie beside
 * them, some must be one copy for packages that we do not build (pg), and the rest is small.
 */
const INLINED = new Set(["bullmq", "commander", "cronstrue", "ioredis", "pino", "zod"]);
/** What those load where it is there: it finds its binary beside itself. */
const NATIVE = ["msgpackr-extract"];
/** At the top of each built file: what packages in CommonJS have without asking, and where a source of it lies. */
const PRELUDE =
  'import { createRequire as __toRequire } from "node:module"; import { fileURLToPath as __toPath } from "node:url"; ' +
  "const require = __toRequire(import.meta.url), __source = (path) => __toPath(new URL(path, import.meta.url));";
/** A process may still load a part of an older build; none is expected to live this long beside changed source. */
const KEPT_MS = 3 * 24 * 60 * 60 * 1_000;

/**
 * Bundles every process of ours into BUILD_FOLDER; packages of others stay where they are. A file's name holds its content's
 * hash and each comes by a rename, the manifest last: who builds beside us, or runs what was built before, is not disturbed.
 *
 * @returns {Promise<Manifest>}
 */
export async function buildProcesses() {
  const workspaces = listWorkspaces();
  const exported = new Map(workspaces.flatMap((workspace) => workspace.exported));
  const resolve = (specifier, importer) =>
    specifier.startsWith(".") ? join(dirname(importer), specifier) : exported.get(specifier);
  /** @type {Map<string, import("./manifest.js").Input>} */
  const inputs = new Map();
  const read = (path) => {
    // Looked at before it is read, so that what is changed meanwhile is found to differ.
    const { size, mtimeMs } = statSync(path);
    const content = readFileSync(path);
    const name = relative(PROJECT, path);
    inputs.set(name, { path: name, size, mtimeMs, sha1: toSha1(content) });
    return content;
  };
  for (const { manifest } of workspaces) read(manifest);
  for (const name of ["build.js", "direct-imports.js", "manifest.js"]) read(join(import.meta.dirname, name));
  // Of every package that is built in, and of esbuild, it names the version.
  const lock = join(PROJECT, "package-lock.json");
  if (existsSync(lock)) read(lock);

  const { outputFiles, metafile } = await build({
    absWorkingDir: PROJECT,
    entryPoints: Object.fromEntries(ENTRIES.map((entry) => [toOutputName(entry), entry])),
    outdir: BUILD_FOLDER,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    tsconfigRaw: {},
    // Errors take their names from their classes.
    keepNames: true,
    // A process holds the text of what it runs; a quarter of it is the space before lines.
    minifyWhitespace: true,
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    external: [...workspaces.flatMap(({ external }) => external), ...NATIVE],
    banner: { js: PRELUDE },
    plugins: [readSources(read, directImports(resolve).rewrite)],
    metafile: true,
    write: false,
    logLevel: "silent",
  });

  mkdirSync(BUILD_FOLDER, { recursive: true });
  const now = new Date();
  for (const { path, contents } of outputFiles)
    // One that is there is kept for as long as one that is new.
    if (statSync(path, { throwIfNoEntry: false })?.size === contents.length) utimesSync(path, now, now);
    else put(path, contents);
  const entries = Object.fromEntries(
    Object.entries(metafile.outputs).flatMap(([path, { entryPoint }]) =>
      entryPoint !== undefined && ENTRIES.includes(entryPoint) ? [[entryPoint, basename(path)]] : [],
    ),
  );
  const manifest = { entries, inputs: [...inputs.values()] };
  put(MANIFEST, JSON.stringify(manifest));
  removeOld(new Set([MANIFEST, ...outputFiles.map(({ path }) => path)]));
  return manifest;
}

/** apps/worker/src/main.ts is worker, packages/standalone/src/…/databases-main.ts is databases-main. */
function toOutputName(entry) {
  const name = basename(entry, ".ts");
  return name === "main" ? entry.split("/")[1] : name;
}

function listWorkspaces() {
  return ["apps", "packages"]
    .flatMap((kind) => readdirSync(join(PROJECT, kind)).map((name) => join(PROJECT, kind, name)))
    .filter((folder) => existsSync(join(folder, "package.json")))
    .map((folder) => {
      const manifest = join(folder, "package.json");
      const {
        name: own,
        exports = {},
        dependencies = {},
        devDependencies = {},
      } = JSON.parse(readFileSync(manifest, "utf8"));
      const external = Object.keys({ ...dependencies, ...devDependencies }).filter(
        // Built files lie at the top: what a workspace has in a version of its own is not found from there.
        (name) =>
          !name.startsWith("@drumline/") && !INLINED.has(name) && !existsSync(join(folder, "node_modules", name)),
      );
      const exported = Object.entries(exports).map(([name, file]) => [own + name.slice(1), join(folder, file)]);
      return { manifest, external, exported };
    });
}

/** Reads sources, and lets each know where it lies: what is found beside a source file is not beside the built one. */
function readSources(read, withDirectImports) {
  return {
    name: "sources",
    setup(esbuild) {
      esbuild.onLoad({ filter: /\.([cm]?js|ts|json)$/ }, ({ path }) => {
        const place = JSON.stringify(relative(BUILD_FOLDER, path));
        if (path.includes("/node_modules/")) {
          const contents = readFileSync(path, "utf8");
          if (!/\b__(dirname|filename)\b/.test(contents)) return { contents, loader: "default" };
          const folder = JSON.stringify(relative(BUILD_FOLDER, dirname(path)));
          return {
            contents: contents
              .replaceAll(/\b__dirname\b/g, `__source(${folder})`)
              .replaceAll(/\b__filename\b/g, `__source(${place})`),
            loader: "default",
          };
        }
        const contents = withDirectImports(path, read(path).toString("utf8")).replaceAll(
          "import.meta.url",
          `new URL(${place}, import.meta.url).href`,
        );
        return { contents, loader: "default" };
      });
    },
  };
}

function put(path, content) {
  const unfinished = `${path}.${process.pid}.tmp`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, path);
}

function removeOld(kept) {
  const oldest = Date.now() - KEPT_MS;
  for (const name of readdirSync(BUILD_FOLDER)) {
    const path = join(BUILD_FOLDER, name);
    // What others keep beside our files is theirs.
    if (!/\.(js|map|json|tmp)$/.test(name)) continue;
    if (!kept.has(path) && (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < oldest)
      rmSync(path, { force: true });
  }
}
