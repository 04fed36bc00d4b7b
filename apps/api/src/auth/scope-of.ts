import type { Scope } from "@drumline/engine";

interface ScopedRoutes {
  readonly scope: Scope;
  /** A route's path is one of these or lies beneath it. */
  readonly paths: readonly string[];
  /** Left out: all. */
  readonly methods?: readonly string[];
}

/** What a token that is held to a scope may call; whatever is not named here, no such token may. */
const SCOPED: readonly ScopedRoutes[] = [
  { scope: "ingest", paths: ["/api/v1/oms/orders", "/api/v1/oms/cancellation_plan"], methods: ["POST"] },
  { scope: "store", paths: ["/api/v1/oms/packages", "/api/v1/oms/transfers"] },
  { scope: "shop", paths: ["/api/v1/shop"] },
  { scope: "hooks", paths: ["/whisperer/hooks"] },
  { scope: "audit", paths: ["/api/v1/user-audits"] },
  { scope: "metrics", paths: ["/metrics"] },
  { scope: "schedules", paths: ["/api/v1/schedules"] },
  { scope: "runs", paths: ["/api/v1/runs"] },
];

/** Of a route; null where it has none. */
export function scopeOf(method: string, path: string): Scope | null {
  const found = SCOPED.find(
    ({ paths, methods }) =>
      (methods?.includes(method) ?? true) && paths.some((base) => path === base || path.startsWith(`${base}/`)),
  );
  return found?.scope ?? null;
}

/** Every token may ask whose it is. */
const ME = "/api/v1/me";

export const isInScope = (scopes: readonly Scope[], method: string, path: string): boolean =>
  scopes.length === 0 || path === ME || scopes.some((scope) => scope === scopeOf(method, path));
