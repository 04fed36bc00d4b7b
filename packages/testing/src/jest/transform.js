import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { directImports } from "@drumline/core/direct-imports";
import swc from "@swc/jest";

const PACKAGES = resolve(import.meta.dirname, "../../..");

/**
 * Takes types from source by swc, after each import by an index of a package has become one of the file that declares what is
 * wanted: jest loads every file anew for each test file, and an index names hundreds that a test does not need.
 */
function createTransformer(options) {
  const toJavaScript = swc.createTransformer(options);
  const exported = listExports();
  const { rewrite, indexesFrom } = directImports((specifier, importer) => {
    const file = specifier.startsWith(".") ? join(dirname(importer), specifier) : exported.get(specifier);
    return indexes.has(file) ? file : undefined;
  });
  const indexes = indexesFrom(exported.values());
  const hash = createHash("sha1");
  for (const file of indexes) hash.update(readFileSync(file));
  const checksum = hash.digest("hex");
  return {
    process: (source, path, how) => toJavaScript.process(rewrite(path, source), path, how),
    processAsync: (source, path, how) => toJavaScript.processAsync(rewrite(path, source), path, how),
    getCacheKey: (source, path, how) => checksum + toJavaScript.getCacheKey(source, path, how),
  };
}

/** Files by the name they are imported by. */
function listExports() {
  return new Map(
    readdirSync(PACKAGES)
      .filter((name) => existsSync(join(PACKAGES, name, "package.json")))
      .flatMap((name) => {
        const { exports = {} } = JSON.parse(readFileSync(join(PACKAGES, name, "package.json"), "utf8"));
        return Object.entries(exports).map(([path, file]) => [
          `@drumline/${name}${path.slice(1)}`,
          join(PACKAGES, name, file),
        ]);
      }),
  );
}

// Jest takes nothing else.
export default { createTransformer };
