import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const IMPORT = /^import \{([^}]*)\} from "((?:@drumline\/|\.{1,2}\/)[^"]+)";$/gm;
const REEXPORT = /^export \{([^}]*)\} from "(\.{1,2}\/[^"]+)";$/gm;
const REEXPORT_ALL = /^export \* as (\w+) from "(\.{1,2}\/[^"]+)";$/gm;

/**
 * Lets a source import each name from the file that declares it instead of from an index that passes it on. Whoever loads by
 * whole files, as a bundler and a test runner do, would load all that an index names.
 *
 * @param {(specifier: string, importer: string) => string | undefined} resolve the file, where it is one of ours
 */
export function directImports(resolve) {
  /** @type {Map<string, Map<string, { file: string, name: string }>>} */
  const known = new Map();

  return { rewrite, indexesFrom };

  /** Keeps the number of lines. */
  function rewrite(path, source) {
    return source.replaceAll(IMPORT, (statement, names, specifier) => {
      const file = resolve(specifier, path);
      if (file === undefined) return statement;
      const direct = splitNames(names).map(([name, local]) => toStatement(path, find(file, name), local));
      return `${direct.join(" ")}${"\n".repeat(statement.split("\n").length - 1)}`;
    });
  }

  /** Every file that passes names on, from these and by them: what a rewritten source depends on. */
  function indexesFrom(files, found = new Set()) {
    for (const file of files) {
      const reexports = reexportsOf(file);
      if (reexports.size === 0 || found.has(file)) continue;
      found.add(file);
      indexesFrom(new Set([...reexports.values()].map((next) => next.file)), found);
    }
    return found;
  }

  function find(file, name) {
    const next = reexportsOf(file).get(name);
    return next === undefined || next.name === "*" ? (next ?? { file, name }) : find(next.file, next.name);
  }

  function reexportsOf(file) {
    const before = known.get(file);
    if (before !== undefined) return before;
    const reexports = new Map();
    const source = readFileSync(file, "utf8");
    for (const [, names, from] of source.matchAll(REEXPORT))
      for (const [name, local] of splitNames(names)) reexports.set(local, { file: join(dirname(file), from), name });
    for (const [, local, from] of source.matchAll(REEXPORT_ALL))
      reexports.set(local, { file: join(dirname(file), from), name: "*" });
    known.set(file, reexports);
    return reexports;
  }
}

/** Without types, which nothing loads. */
const splitNames = (names) =>
  names
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && !name.startsWith("type "))
    .map((name) => name.split(" as "))
    .map(([name, local = name]) => [name, local]);

function toStatement(importer, { file, name }, local) {
  const path = relative(dirname(importer), file);
  const from = JSON.stringify(path.startsWith(".") ? path : `./${path}`);
  return name === "*" ? `import * as ${local} from ${from};` : `import { ${name} as ${local} } from ${from};`;
}
