/**
 * Imports of packages that the importer's own package.json does not list under dependencies: npm's flat node_modules
 * finds them all the same, until `npm run trim` takes them or another package stops bringing them along.
 *
 * @param {readonly { source: string, dependencies: readonly { module: string, dependencyTypes?: string[] }[] }[]} modules
 * @param {(folder: string) => { name: string, dependencies?: object }} readManifest package.json of apps/… or packages/…
 * @returns {{ source: string, name: string, manifest: string }[]}
 */
export function findUnlistedImports(modules, readManifest) {
  const listedBy = new Map();
  const listedOf = (folder) => {
    if (!listedBy.has(folder)) {
      const { name, dependencies = {} } = readManifest(folder);
      listedBy.set(folder, new Set([name, ...Object.keys(dependencies)]));
    }
    return listedBy.get(folder);
  };
  return modules.flatMap(({ source, dependencies }) => {
    const folder = source.split("/").slice(0, 2).join("/");
    const names = dependencies.filter(isOfPackage).map(({ module }) => toPackageName(module));
    return [...new Set(names)]
      .filter((name) => !listedOf(folder).has(name))
      .map((name) => ({ source, name, manifest: `${folder}/package.json` }));
  });
}

function isOfPackage({ module, dependencyTypes = [] }) {
  return !/^[./]|^node:/.test(module) && !dependencyTypes.includes("core");
}

function toPackageName(module) {
  return module
    .split("/")
    .slice(0, module.startsWith("@") ? 2 : 1)
    .join("/");
}
