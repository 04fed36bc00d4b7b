import { type Database, Prisma, type Transaction } from "@drumline/db";
import { closeProblems, openProblems, type ProblemKind } from "@drumline/problems";

import type { ClientFlow } from "./endpoint.sql.ts";

const FLOW_PAUSED: ProblemKind = {
  context: "ecomnow",
  name: "FLOW_PAUSED",
  severity: "ERROR",
  cure: "Cure the cause (the client, its mapping, its secret), then resume the flow (the action): it goes on where it stopped.",
};

type Flow = Pick<ClientFlow, "id" | "partner" | "entity" | "direction">;

export const nameOf = ({ partner, entity, direction }: Flow): string => `${partner} ${entity} ${direction}`;
const toSubject = (flow: Flow) => ({ type: "client", key: nameOf(flow) });

/** Tells of a flow that waits for a person, and no longer of one that goes on. */
export async function noteFlow(
  db: Database,
  flow: Flow,
  pausedReason: string | null,
  error: string | null,
  at: Date,
): Promise<void> {
  const path = `/api/v1/client-flows/${flow.id}/resume`;
  const actions = [{ label: "Resume the flow", method: "POST", path } as const];
  const subject = toSubject(flow);
  if (pausedReason !== null)
    await openProblems(db, [{ kind: FLOW_PAUSED, subject, reason: pausedReason, actions }], at);
  else if (error === null)
    await closeProblems(db, { kind: FLOW_PAUSED, subjects: [subject], reason: "an exchange came to its end", at });
}

export type ResumeOutcome =
  | { readonly outcome: "RESUMED"; readonly flow: Flow }
  | { readonly outcome: "NOT_FOUND" }
  | { readonly outcome: "RUNNING" };

/** A person has a flow go on that was paused: due at once, where it stopped, with its failures counted anew. */
export async function resumeFlow(tx: Transaction, id: bigint, by: string, at: Date): Promise<ResumeOutcome> {
  const [flow] = await tx.$queryRaw<Flow[]>(Prisma.sql`
    UPDATE ecomnow_customer_integration_endpoint endpoint SET
      paused_at = NULL, paused_reason = NULL, consecutive_failures = 0, next_run_at = NULL
    FROM ecomnow_customer_integration integration
    WHERE endpoint.id = ${id} AND integration.id = endpoint.integration_id AND paused_at IS NOT NULL
    RETURNING endpoint.id, integration.code AS partner, entity::text, direction::text`);
  if (flow === undefined) {
    const known = await tx.ecomnowCustomerIntegrationEndpoint.count({ where: { id } });
    return { outcome: known === 0 ? "NOT_FOUND" : "RUNNING" };
  }
  await closeProblems(tx, { kind: FLOW_PAUSED, subjects: [toSubject(flow)], reason: `${by} has resumed it`, at });
  return { outcome: "RESUMED", flow };
}
