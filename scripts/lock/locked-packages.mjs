/**
 * Looks a package up as Node does: beside the package that asks, then in each folder above it.
 * @param {Record<string, { link?: boolean, resolved?: string }>} packages of package-lock.json
 * @param {string} of the folder of the package that asks, such as node_modules/tsx; "" is the root
 * @returns {string | null} the key in `packages`; null where the lock does not have it
 */
export function findLocked(packages, of, name) {
  for (let folder = of; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    const path = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (path in packages) return path;
    if (folder === "") return null;
  }
}

/**
 * What runs in production: the workspaces, and all that their dependencies ask for. Unlike `npm ci --omit=dev` it
 * leaves out optional peers, which @prisma/client names its command line and the TypeScript compiler as.
 * @returns {Set<string>} keys of `packages`
 */
export function findProduction(packages) {
  const found = new Set(Object.keys(packages).filter((path) => path !== "" && !path.includes("node_modules/")));
  for (const path of found) {
    const { dependencies, optionalDependencies, peerDependencies = {}, peerDependenciesMeta = {} } = packages[path];
    const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
    for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]) {
      const asked = findLocked(packages, path, name);
      if (asked === null) continue;
      found.add(asked);
      if (packages[asked].link) found.add(packages[asked].resolved);
    }
  }
  return found;
}
