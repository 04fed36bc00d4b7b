import { type IncomingSource, type OutgoingTarget, urlOf } from "./source.ts";

export interface GraphIncoming {
  readonly identifier: string;
  readonly source: IncomingSource;
}

export interface GraphRoute {
  readonly identifier: string;
  readonly incoming: string;
  readonly outgoing: {
    readonly identifier: string;
    readonly target: OutgoingTarget;
    /** The incoming whose webhooks' address it calls. */
    readonly hook: string | null;
  };
}

/**
 * The way by which records would come back to where they came from, as identifiers in turn; null where there is none. An
 * outgoing leads to an incoming that reads the same URL or folder, or is the webhook that it calls.
 */
export function findCycle(
  incomings: readonly GraphIncoming[],
  routes: readonly GraphRoute[],
): readonly string[] | null {
  const leadsTo = (outgoing: GraphRoute["outgoing"]) =>
    incomings.filter((incoming) => isSame(outgoing, incoming)).map(({ identifier }) => identifier);
  const ended = new Set<string>();

  function walk(incoming: string, way: readonly string[]): readonly string[] | null {
    const before = way.indexOf(incoming);
    if (before !== -1) return [...way.slice(before), incoming];
    if (ended.has(incoming)) return null;
    for (const route of routes.filter((one) => one.incoming === incoming))
      for (const next of leadsTo(route.outgoing)) {
        const found = walk(next, [...way, incoming, route.identifier, route.outgoing.identifier]);
        if (found !== null) return found;
      }
    ended.add(incoming);
    return null;
  }

  for (const { identifier } of incomings) {
    const found = walk(identifier, []);
    if (found !== null) return found;
  }
  return null;
}

function isSame({ target, hook }: GraphRoute["outgoing"], { identifier, source }: GraphIncoming): boolean {
  if (target.kind === "file") return source.kind === "file" && folderOf(source.folder) === folderOf(target.folder);
  if (source.kind === "webhook" && hook === identifier) return true;
  const url = urlOf(source);
  return url !== null && placeOf(url) === placeOf(target.url);
}

const folderOf = (folder: string): string =>
  folder
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");

function placeOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/\/+$/, "")}`;
}
