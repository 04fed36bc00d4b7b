import { HttpError } from "./http-error.ts";
import type { Route } from "./route.ts";

/** Throws a 404 that lists the routes, or a 405 that names the methods. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; params: Record<string, string> } {
  const matches = routes.flatMap((route) => {
    const params = matchPath(route.path, path);
    return params === null ? [] : [{ route, params }];
  });
  const found = matches.find(({ route }) => route.method === method);
  if (found !== undefined) return found;
  if (matches.length > 0) {
    const allowed = matches.map(({ route }) => route.method).join(", ");
    const message = `${path} does not take ${method}; it takes ${allowed}`;
    throw new HttpError(405, { code: "METHOD_NOT_ALLOWED", message, headers: { allow: allowed } });
  }
  const known = routes.map((route) => `${route.method} ${route.path}`).join(", ");
  throw new HttpError(404, { code: "NO_SUCH_ROUTE", message: `nothing at ${method} ${path}; the routes are ${known}` });
}

function matchPath(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const parts = path.split("/");
  if (wanted.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    if (part.startsWith(":") && parts[index] !== "") params[part.slice(1)] = parts[index]!;
    else if (part !== parts[index]) return null;
  }
  return params;
}
