import type { IncomingHttpHeaders } from "node:http";

import type { Reply } from "./reply.ts";

export interface Route {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  /** A part that starts with a colon is a parameter. */
  readonly path: string;
  readonly about: string;
  /** How the key comes in the Authorization header: after that word, or as any user's Basic password; null for open routes. */
  readonly auth: "Token" | "Bearer" | "Basic" | null;
  /** How the body is read: `json` unless said otherwise. */
  readonly reads?: "json" | "text";
  readonly handle: (request: RouteRequest) => Reply | Promise<Reply>;
}

export interface RouteRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON, or the text as it came; undefined where nothing was sent. */
  readonly body: unknown;
  /** As sent, byte for byte, for those who check a signature. */
  readonly rawBody: string;
  /** Aborted when the caller has gone. */
  readonly gone: AbortSignal;
}
