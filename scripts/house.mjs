// `npm run house`: how the house is cut, as figures and lists; a report to read before a large merge, not a limit.
import { readFileSync } from "node:fs";
import { dirname } from "node:path";

import { findFolderCircles } from "./house/folder-circles.mjs";
import { isProduction, loadModules } from "./house/load-modules.mjs";

const SMALL_LINES = 40;
const MOST_LISTED = 30;

const { modules: all } = await loadModules(process.cwd());
const modules = all.filter(isProduction);
const known = new Set(modules.map(({ source }) => source));
const linesOf = new Map(modules.map(({ source }) => [source, readFileSync(source, "utf8").split("\n").length - 1]));
const importsOf = new Map(
  modules.map(({ source, dependencies }) => [
    source,
    [...new Set(dependencies.map(({ resolved }) => resolved).filter((path) => known.has(path)))],
  ]),
);
const readersOf = new Map();
for (const { source, dependencies } of all)
  for (const { resolved } of dependencies) readersOf.set(resolved, [...(readersOf.get(resolved) ?? []), source]);

const lines = [...linesOf.values()].sort((left, right) => left - right);
console.log(
  `${lines.length} production files, ${lines.reduce((sum, count) => sum + count, 0)} lines; ` +
    `median ${lines[lines.length >> 1]}, p90 ${lines[Math.floor(lines.length * 0.9)]}, longest ${lines.at(-1)}`,
);

list(
  `files under ${SMALL_LINES} lines whose one reader is beside them (a function of that reader?)`,
  modules
    .filter(({ source }) => linesOf.get(source) < SMALL_LINES && !/(index|main|config)\.ts$/.test(source))
    // SQL stands beside its caller by rule.
    .filter(({ source }) => !source.endsWith(".sql.ts"))
    .filter(({ source }) => {
      const readers = [...new Set(readersOf.get(source) ?? [])];
      // An index hands on what others read.
      const reader = readers.find((path) => !path.endsWith("/index.ts"));
      return readers.length === 1 && reader !== undefined && dirname(reader) === dirname(source) && known.has(reader);
    })
    .map(({ source }) => `${String(linesOf.get(source)).padStart(3)}  ${source}`)
    .sort(),
);

const folders = Map.groupBy ? Map.groupBy(modules, toFolder) : groupBy(modules, toFolder);
list(
  "concepts (folders) by number of files",
  [...folders]
    .map(([folder, members]) => `${String(members.length).padStart(3)}  ${folder}`)
    .sort()
    .toReversed(),
);

const walks = new Map();
list(
  "longest walks inside one package (files on the longest chain of imports)",
  modules
    .map(({ source }) => walkOf(source))
    .sort((left, right) => right.length - left.length)
    .filter((walk, at, sorted) => sorted.findIndex(([, ...rest]) => rest.includes(walk[0])) === -1 || at === 0)
    .slice(0, 10)
    .map((walk) => `${String(walk.length).padStart(3)}  ${walk.map(nameInPackage).join(" > ")}`),
);

list("tests away from what they test", all.flatMap(toMisplacedTest));

const circles = findFolderCircles(modules);
list(
  "circles of folders",
  circles.map(({ folder, members }) => `${folder}: ${members.join(", ")}`),
);

function walkOf(source) {
  if (walks.has(source)) return walks.get(source);
  walks.set(source, [source]);
  const unit = source.split("/").slice(0, 2).join("/");
  const longest = importsOf
    .get(source)
    .filter((path) => path.startsWith(`${unit}/`))
    .map(walkOf)
    .sort((left, right) => right.length - left.length)[0];
  const walk = [source, ...(longest ?? [])];
  walks.set(source, walk);
  return walk;
}

function list(title, rows) {
  console.log(`\n${title}: ${rows.length}`);
  for (const row of rows.slice(0, MOST_LISTED)) console.log(`  ${row}`);
  if (rows.length > MOST_LISTED) console.log(`  … and ${rows.length - MOST_LISTED} more`);
}

/** A test that reads one folder of its package lies in it, and one in a folder reads something of that. */
function toMisplacedTest({ source, dependencies }) {
  if (!/^(apps|packages)\/.*\.test\.ts$/.test(source)) return [];
  const sources = `${source.split("/").slice(0, 2).join("/")}/src`;
  const own = dependencies
    .map(({ resolved }) => dirname(resolved))
    .filter((path) => `${path}/`.startsWith(`${sources}/`));
  const read = [...new Set(own)];
  const folder = dirname(source);
  const isAway = source.startsWith(`${sources}/`)
    ? read.length > 0 && !read.some((path) => `${path}/`.startsWith(`${folder}/`))
    : read.length === 1 && read[0] !== sources;
  return isAway ? [`${source}: ${read.join(", ")}`] : [];
}

function toFolder({ source }) {
  return dirname(source);
}

function nameInPackage(path, at) {
  return at === 0 ? path : path.split("/").slice(3).join("/");
}

function groupBy(items, toKey) {
  const groups = new Map();
  for (const item of items) groups.set(toKey(item), [...(groups.get(toKey(item)) ?? []), item]);
  return groups;
}
