import type { Reply } from "./reply.ts";

export interface Route {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** A part that starts with a colon is a parameter. */
  readonly path: string;
  readonly about: string;
  /** How the key comes in the Authorization header: after that word, or as any user's Basic password; null for open routes. */
  readonly auth: "Token" | "Bearer" | "Basic" | null;
  readonly handle: (request: RouteRequest) => Reply;
}

export interface RouteRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined where nothing was sent. */
  readonly body: unknown;
  /** As sent, byte for byte, for those who check a signature. */
  readonly rawBody: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}
