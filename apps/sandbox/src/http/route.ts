import type { Reply } from "./reply.ts";

export interface Route {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** A part that starts with a colon is a parameter. */
  readonly path: string;
  readonly about: string;
  /** The word before the key in the Authorization header; null for open routes. */
  readonly auth: "Token" | "Bearer" | null;
  readonly handle: (request: RouteRequest) => Reply;
}

export interface RouteRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined where nothing was sent. */
  readonly body: unknown;
}
