import type { Clock } from "@drumline/core/clock";
import { type AuditEvent } from "@drumline/audit/audit-events";
import type { FastifyRequest } from "fastify";

import { whoAsks } from "./access.ts";

/** What a request did to a row, for the audit log. */
export function auditOf(
  request: FastifyRequest,
  clock: Clock,
  entityType: string,
  id: bigint,
  content: object,
): AuditEvent {
  const { ip: remoteAddr, url } = request;
  return {
    timestamp: clock.now(),
    actor: whoAsks(request),
    remoteAddr,
    url,
    entityType,
    entityId: String(id),
    content,
  };
}
