import type { Endpoint, ExchangeCounts, NextRun } from "@drumline/connectors/exchange";
import { claimedFor, type Database, isClaimedBy, isFreeFor, Prisma, type Transaction, unclaimed } from "@drumline/db";
import type { StoredAuth } from "@drumline/outbound/secrets";

export type Entity = "PRODUCT" | "PRICE" | "STOCK" | "ORDER" | "SHIPMENT" | "REFUND";
export type IntegrationTask = "eComNowClientsApiIntegrations" | "Boxout";

/** One flow of one client; `partner` is the client's code. */
export interface ClientFlow extends Endpoint, StoredAuth {
  readonly id: bigint;
  readonly integrationId: bigint;
  /** Whose products go out; null for those of all vendors. */
  readonly vendorId: bigint | null;
  readonly entity: Entity;
  readonly intervalSeconds: number;
  /** A page that may or may not have reached the client. */
  readonly pendingPush: string | null;
  /** Of the exchanges that ended, and of those that were begun and did not. */
  readonly consecutiveFailures: number;
  /** Its last exchange was begun and never ended: the process died at it. Before it is claimed: or is still at it. */
  readonly wasLeft: boolean;
  /** JSONata; null for records as they are. */
  readonly mapping: string | null;
}

/** Flows of a task whose time has come: of active clients, and not paused. */
const dueFlows = (task: IntegrationTask, now: Date): Prisma.Sql => Prisma.sql`
  ecomnow_customer_integration integration
  JOIN ecomnow_customer_integration_endpoint endpoint ON endpoint.integration_id = integration.id
  LEFT JOIN ecomnow_customer_integration_mapping mapping ON mapping.endpoint_id = endpoint.id
  WHERE integration.is_active AND integration.task = ${task} AND endpoint.is_active AND endpoint.paused_at IS NULL
    AND (endpoint.next_run_at IS NULL OR endpoint.next_run_at <= ${now})`;

interface Due {
  readonly task: IntegrationTask;
  /** Clients' codes; null for all. */
  readonly clients: readonly string[] | null;
  readonly now: Date;
}

/** Flows whose time has come, of active clients, not paused: clients that answer before those that fail, what comes in before what goes out. */
export async function findDueEndpoints(db: Database, { task, clients, now }: Due): Promise<ClientFlow[]> {
  return await db.$queryRaw<ClientFlow[]>(Prisma.sql`
    SELECT endpoint.id, integration.id AS "integrationId", integration.code AS partner, integration.vendor_id AS "vendorId",
      rtrim(base_url, '/') || endpoint.path AS url, timeout_ms AS "timeoutMs", entity::text, direction::text,
      page_size AS "pageSize", interval_seconds AS "intervalSeconds", cursor, pending_push AS "pendingPush", consecutive_failures AS "consecutiveFailures",
      claimed_by IS NOT NULL AS "wasLeft", auth_kind::text AS "authKind", auth_name AS "authName", auth_secret AS "authSecret", mapping.expression AS mapping
    FROM ${dueFlows(task, now)}
      AND (${clients === null} OR integration.code = ANY(${[...(clients ?? [])]}::text[]))
    ORDER BY max(endpoint.consecutive_failures) OVER (PARTITION BY integration.id), integration.id,
      endpoint.direction, endpoint.entity`);
}

export async function findUnknownClients(
  db: Database,
  task: IntegrationTask,
  codes: readonly string[],
): Promise<string[]> {
  const rows = await db.$queryRaw<{ code: string }[]>(Prisma.sql`
    SELECT code FROM unnest(${[...codes]}::text[]) AS code
    WHERE NOT EXISTS (
      SELECT FROM ecomnow_customer_integration client WHERE client.code = code.code AND client.is_active AND client.task = ${task})`);
  return rows.map(({ code }) => code);
}

const CLAIM_SECONDS = 120;

/** Long enough for a page that is as slow as it may be. */
const claimSeconds = ({ timeoutMs }: ClientFlow): number => CLAIM_SECONDS + timeoutMs / 1_000;

/**
 * One exchange per endpoint at a time; a run that is tried again has its own claim back. The endpoint as it was left, with
 * the failures before this exchange; null where another run is at it. The claim counts as a failure until the exchange
 * has ended: a process that dies at it says nothing any more.
 */
export async function claimEndpoint(
  db: Database,
  endpoint: ClientFlow,
  runId: string,
  now: Date,
): Promise<ClientFlow | null> {
  const [left] = await db.$queryRaw<
    Pick<ClientFlow, "cursor" | "pendingPush" | "consecutiveFailures" | "wasLeft">[]
  >(Prisma.sql`
    WITH before AS MATERIALIZED (
      SELECT id, claimed_by FROM ecomnow_customer_integration_endpoint
      WHERE id = ${endpoint.id} AND ${isFreeFor(runId)}
        AND paused_at IS NULL AND (next_run_at IS NULL OR next_run_at <= ${now})
      FOR UPDATE
    )
    UPDATE ecomnow_customer_integration_endpoint endpoint SET ${claimedFor(runId, claimSeconds(endpoint))},
      consecutive_failures = consecutive_failures + 1
    FROM before WHERE endpoint.id = before.id
    RETURNING cursor, pending_push AS "pendingPush", consecutive_failures - 1 AS "consecutiveFailures",
      before.claimed_by IS NOT NULL AS "wasLeft"`);
  return left === undefined ? null : { ...endpoint, ...left };
}

/** Moves the cursor past the page on its way, and keeps the claim; false when another run has taken the endpoint over. */
export async function advanceCursor(
  db: Database | Transaction,
  endpoint: ClientFlow,
  runId: string,
  cursor: string | null,
): Promise<boolean> {
  const moved = await db.$executeRaw(Prisma.sql`
    UPDATE ecomnow_customer_integration_endpoint
    SET cursor = ${cursor}, pending_push = NULL, ${claimedFor(runId, claimSeconds(endpoint))}
    WHERE id = ${endpoint.id} AND ${isClaimedBy(runId)}`);
  return moved === 1;
}

/** False when another run has taken the endpoint over. */
export async function savePendingPush(
  db: Database,
  endpoint: ClientFlow,
  runId: string,
  push: string | null,
): Promise<boolean> {
  const saved = await db.$executeRaw(Prisma.sql`
    UPDATE ecomnow_customer_integration_endpoint SET pending_push = ${push}, ${claimedFor(runId, claimSeconds(endpoint))}
    WHERE id = ${endpoint.id} AND ${isClaimedBy(runId)}`);
  return saved === 1;
}

/** How an exchange ended, and what that means for the next one. */
export interface ExchangeEnding extends Omit<ExchangeCounts, "hasMore">, NextRun {
  readonly durationMs: number;
  /** Null where it came to its end. */
  readonly error: string | null;
  readonly at: Date;
}

export async function saveEnding(db: Database, id: bigint, runId: string, ending: ExchangeEnding): Promise<void> {
  const { error, at, pausedReason } = ending;
  const isOk = error === null;
  await db.$executeRaw(Prisma.sql`
    WITH log AS (
      INSERT INTO ecomnow_customer_integration_log (endpoint_id, run_id, at, is_ok, pages, records, failed, duration_ms, problems, error)
      VALUES (${id}, ${runId}::uuid, ${at}, ${isOk}, ${ending.pages}, ${ending.records}, ${ending.failed}, ${ending.durationMs},
        ${JSON.stringify(ending.problems)}::jsonb, ${error})
    )
    UPDATE ecomnow_customer_integration_endpoint SET
      ${unclaimed}, next_run_at = ${ending.nextRunAt}, last_error = ${error},
      consecutive_failures = ${ending.consecutiveFailures},
      last_success_at = CASE WHEN ${isOk} THEN ${at}::timestamptz ELSE last_success_at END,
      paused_at = CASE WHEN ${pausedReason}::text IS NULL THEN NULL ELSE ${at}::timestamptz END, paused_reason = ${pausedReason}
    WHERE id = ${id} AND ${isClaimedBy(runId)}`);
}

/** Gives the claim back, and with it the failure it stands for. */
export async function releaseEndpoint(db: Database, id: bigint, runId: string): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE ecomnow_customer_integration_endpoint SET ${unclaimed},
      consecutive_failures = greatest(0, consecutive_failures - 1)
    WHERE id = ${id} AND ${isClaimedBy(runId)}`);
}
