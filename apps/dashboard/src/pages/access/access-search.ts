import { z } from "zod";

export const pageSearch = z.object({ cursor: z.string().optional() });

export const securityLogSearch = z.object({
  kind: z.string().optional(),
  actor: z.string().optional(),
  subject: z.string().optional(),
  since: z.string().optional(),
  until: z.string().optional(),
  cursor: z.string().optional(),
});

export const auditLogSearch = z.object({
  actor: z.string().optional(),
  entityType: z.string().optional(),
  entityId: z.string().optional(),
  since: z.string().optional(),
  until: z.string().optional(),
  cursor: z.string().optional(),
});
