import type { Clock } from "@drumline/core/clock";
import { type AuditEvent } from "@drumline/audit/audit-events";
import type { FastifyRequest } from "fastify";

import { clientAddressOf } from "../http/client-address.ts";
import { whoAsks } from "./access.ts";

/** What a request did to a row, for the audit log. */
export function auditOf(
  request: FastifyRequest,
  clock: Clock,
  entityType: string,
  id: bigint | string,
  content: object,
): AuditEvent {
  return {
    timestamp: clock.now(),
    actor: whoAsks(request),
    remoteAddr: clientAddressOf(request),
    url: request.url,
    entityType,
    entityId: String(id),
    content,
  };
}
