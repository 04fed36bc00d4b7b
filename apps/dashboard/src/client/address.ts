/**
 * Where the dashboard lies, with a slash at its end: at the root of the host, or below a path that a proxy takes away. Known
 * from where its script was loaded, since the policy allows no <base> and the page may be any of its own.
 */
export const BASE: URL = import.meta.env.DEV
  ? new URL("/", location.href)
  : new URL(/* @vite-ignore */ "../", import.meta.url);

/** Leads to the server, such as `api/v1/runs` or `docs/`. */
export const addressOf = (path: string): string => new URL(path.replace(/^\//, ""), BASE).href;
