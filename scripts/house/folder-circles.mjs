/**
 * Circles among the folders (and files) that stand side by side in one folder of one package. A circle of folders reads
 * as a web: no part of it can be understood, moved or tested without the others.
 *
 * @param {readonly { source: string, dependencies: readonly { resolved: string }[] }[]} modules
 * @returns {{ folder: string, members: string[], because: string[] }[]} `because` names an import for each arrow
 */
export function findFolderCircles(modules) {
  const arrowsByFolder = new Map();
  for (const { source, dependencies } of modules) {
    for (const { resolved } of dependencies) {
      const arrow = toSiblings(source, resolved);
      if (arrow === null) continue;
      const arrows = arrowsByFolder.get(arrow.folder) ?? new Map();
      arrowsByFolder.set(arrow.folder, arrows);
      const targets = arrows.get(arrow.from) ?? new Map();
      arrows.set(arrow.from, targets);
      if (!targets.has(arrow.to)) targets.set(arrow.to, `${source} -> ${resolved}`);
    }
  }
  return [...arrowsByFolder].flatMap(([folder, arrows]) =>
    findCircles(arrows).map((members) => ({ folder, members, because: reasonsOf(members, arrows) })),
  );
}

/** Where the paths of two files part: the folder they share, and the two that stand side by side in it. */
function toSiblings(source, target) {
  const [left, right] = [source.split("/"), target.split("/")];
  const unit = left.slice(0, 2).join("/");
  if (unit !== right.slice(0, 2).join("/")) return null;
  let shared = 2;
  while (left[shared] === right[shared] && shared < left.length) shared += 1;
  if (left[shared] === undefined || right[shared] === undefined) return null;
  return { folder: left.slice(0, shared).join("/"), from: left[shared], to: right[shared] };
}

/** Tarjan's strongly connected components with more than one member. */
function findCircles(arrows) {
  const state = new Map();
  const stack = [];
  const circles = [];
  let next = 0;

  const visit = (node) => {
    const own = { index: next, low: next, onStack: true };
    next += 1;
    state.set(node, own);
    stack.push(node);
    for (const target of arrows.get(node)?.keys() ?? []) {
      if (!state.has(target)) own.low = Math.min(own.low, visit(target).low);
      else if (state.get(target).onStack) own.low = Math.min(own.low, state.get(target).index);
    }
    if (own.low === own.index) {
      const members = [];
      for (;;) {
        const member = stack.pop();
        state.get(member).onStack = false;
        members.push(member);
        if (member === node) break;
      }
      if (members.length > 1) circles.push(members.toSorted((left, right) => left.localeCompare(right)));
    }
    return own;
  };

  for (const node of arrows.keys()) if (!state.has(node)) visit(node);
  return circles;
}

function reasonsOf(members, arrows) {
  const within = new Set(members);
  return members.flatMap((from) =>
    [...(arrows.get(from) ?? [])].filter(([to]) => within.has(to)).map(([, reason]) => reason),
  );
}
