import type { Clock } from "@drumline/core/clock";
import type { AuditEvent } from "@drumline/oms/commands";
import type { FastifyRequest } from "fastify";

/** Whoever calls is one owner, until requests carry tokens (issue 4): then it is the token's. */
export const OWNER = "api";

/** What a request did to a row, for the audit log. */
export function auditOf(
  request: Pick<FastifyRequest, "ip" | "url">,
  clock: Clock,
  entityType: string,
  id: bigint,
  content: object,
): AuditEvent {
  const { ip: remoteAddr, url } = request;
  return { timestamp: clock.now(), actor: OWNER, remoteAddr, url, entityType, entityId: String(id), content };
}
