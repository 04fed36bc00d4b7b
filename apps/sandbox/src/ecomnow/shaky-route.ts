import { jsonReply, type Route } from "../http/index.ts";

const PERIOD_MS = 10 * 60_000;
const DOWN_MS = 3 * 60_000;

/** Something to watch: down for the first three of every ten minutes. */
export function shakyRoute(nowMs: () => number): Route {
  return {
    method: "GET",
    path: "/shaky",
    about: "Is down for three of every ten minutes, for ApiStatusCheck to notice",
    auth: null,
    handle: () =>
      nowMs() % PERIOD_MS < DOWN_MS ? jsonReply({ status: "maintenance" }, 503) : jsonReply({ status: "ok" }),
  };
}
