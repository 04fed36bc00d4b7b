import type { LivingSession, Role, Scope } from "@drumline/engine";
import type { FastifyRequest } from "fastify";

/** Who asks. */
export interface Identity {
  /** The user's or the token's name: stands in the audit, and beside the runs it starts. */
  readonly name: string;
  readonly role: Role;
  readonly via: "session" | "token";
  /** Of a token of the table. */
  readonly token?: {
    readonly id: string;
    /** Empty: whatever the role may do. */
    readonly scopes: readonly Scope[];
    readonly expiresAt: Date | null;
  };
  /** Of a request that a browser's cookie vouches for. */
  readonly session?: LivingSession;
}

/** Who may call a route: anyone, or whoever holds the role or a higher one. */
export type Access = Role | "public";

declare module "fastify" {
  interface FastifyContextConfig {
    /** `config: { access: "operator" }`. Left out: viewer for GET and HEAD, admin for everything else. */
    access?: Access;
    /** Whose names and forms the route keeps, where they are not ours to choose. */
    wireContract?: string;
    /** An open page asks it by itself: nobody is seen by it, and a session idles on. */
    isUnattended?: true;
    /** Its path holds a secret, which no log may have. */
    hasSecretPath?: true;
  }
  interface FastifyInstance {
    /** Who asks, by what it still says: for answers that go on. @throws {HttpProblem} once that is nobody any more */
    identifyAgain(request: FastifyRequest): Promise<Identity>;
  }
  interface FastifyRequest {
    /** Set by the guard on every route that is not public. */
    identity: Identity | null;
  }
}

export function accessOf(config: { access?: Access | undefined }, method: string): Access {
  return config.access ?? (method === "GET" || method === "HEAD" ? "viewer" : "admin");
}

/** The name for the audit. Throws on a public route, where nobody was asked. */
export function whoAsks(request: FastifyRequest): string {
  if (request.identity === null) throw new Error(`nobody was asked who they are at ${request.url}`);
  return request.identity.name;
}
