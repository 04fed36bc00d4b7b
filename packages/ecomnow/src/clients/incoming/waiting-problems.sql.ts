import { HOUR_MS } from "@drumline/core/clock";
import { type Database, Prisma, type Transaction } from "@drumline/db";
import { closeProblems, openProblems, type ProblemKind } from "@drumline/problems";

import type { ClientFlow } from "../endpoint.sql.ts";
import { loadOverdueWaiting } from "./waiting-record.sql.ts";

type Flow = Pick<ClientFlow, "id" | "partner" | "entity">;

const RECORD_WAITS: ProblemKind = {
  context: "ecomnow",
  name: "RECORD_WAITS",
  severity: "WARNING",
  cure:
    "It is tried again by itself. Ask the client for what is missing, or put its mapping right; or give the record up " +
    "(the action).",
};

/** Most records come in with the next pages; a person hears of those that do not. */
const PATIENCE_MS = HOUR_MS;
const MOST_OPENED = 500;

const toSubject = ({ partner, entity }: Flow, name: string) => ({
  type: "client record",
  key: `${partner} ${entity} ${name}`,
});

/** Tells of records of the flow that wait too long. */
export async function openWaitingProblems(
  db: Database,
  flow: Flow,
  hide: (text: string) => string,
  at: Date,
): Promise<void> {
  const overdue = await loadOverdueWaiting(db, flow.id, new Date(at.getTime() - PATIENCE_MS), MOST_OPENED);
  const problems = overdue.map(({ id, name, reason, why, since, attempts, page }) => ({
    kind: RECORD_WAITS,
    subject: toSubject(flow, name),
    reason: hide(`cannot be taken in: ${why}`),
    detail: {
      client: flow.partner,
      entity: flow.entity,
      waitsFor: reason,
      since: since.toISOString(),
      attempts,
      page: { cursor: page.cursor, record: page.no },
    },
    actions: [{ label: "Give the record up", method: "POST", path: `/api/v1/client-records/${id}/drop` } as const],
  }));
  await openProblems(db, problems, at);
}

export async function closeWaitingProblems(
  tx: Transaction | Database,
  flow: Flow,
  names: readonly string[],
  at: Date,
): Promise<void> {
  const subjects = names.map((name) => toSubject(flow, name));
  await closeProblems(tx, { kind: RECORD_WAITS, subjects, reason: "the record was taken in", at });
}

export interface DroppedRecord {
  readonly id: bigint;
  readonly client: string;
  readonly entity: Flow["entity"];
  readonly name: string;
}

/** A person gives a record up that cannot be taken in; null where none waits under the id. */
export async function dropRecord(tx: Transaction, id: bigint, by: string, at: Date): Promise<DroppedRecord | null> {
  const [dropped] = await tx.$queryRaw<DroppedRecord[]>(Prisma.sql`
    DELETE FROM ecomnow_waiting_record waiting
    USING ecomnow_customer_integration_endpoint endpoint, ecomnow_customer_integration integration
    WHERE waiting.id = ${id} AND endpoint.id = waiting.endpoint_id AND integration.id = endpoint.integration_id
    RETURNING waiting.id, integration.code AS client, entity::text, waiting.name`);
  if (dropped === undefined) return null;
  const subject = toSubject({ id, partner: dropped.client, entity: dropped.entity }, dropped.name);
  await closeProblems(tx, { kind: RECORD_WAITS, subjects: [subject], reason: `${by} gives it up`, at });
  return dropped;
}
