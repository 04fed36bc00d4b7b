import { Prisma } from "@drumline/db";

import { anonymise, erase, type ErasureRule, keep, redact, whereIs, whereMentioned } from "./erasure-rule.ts";

import { is, mentions, mentionsIn, type Person } from "./person.sql.ts";
import { INVOICES, isYoung, shopRules } from "./shop-tables.ts";

const isOpenRun = Prisma.sql`record.status IN ('SCHEDULED', 'PROCESSING')`;
const RUN_COLUMNS = {
  args: "jsonb",
  progress: "jsonb",
  result: "jsonb",
  problems: "jsonb",
  error: "text",
  reason: "text",
} as const;

const isOpenEvent = Prisma.sql`(record.processed_at IS NULL OR EXISTS (
  SELECT FROM webhook_delivery delivery WHERE delivery.event_id = record.id AND delivery.status IN ('PENDING', 'PENDING_RETRY')))`;

/** Its bytes as they came: what is no ASCII is written in octal, which no address is. */
const mentionsInWebhook = (person: Person): Prisma.Sql =>
  Prisma.sql`(${mentions(["headers", "body", "error"], person)} OR ${mentionsIn(Prisma.sql`encode(record.raw, 'escape')`, person)})`;

/** Of the OMS, which knows its shoppers by what Omnitron sent of their orders alone. */
const omsRules: readonly ErasureRule[] = [
  keep(
    "orders",
    ["address", "payload"],
    whereMentioned(["address", "payload"], (person) => isYoung("record.placed_at", person)),
    INVOICES,
  ),
  anonymise(
    "orders",
    ["address", "payload"],
    whereMentioned(["address", "payload"], (person) => Prisma.sql`NOT ${isYoung("record.placed_at", person)}`),
    () => Prisma.sql`address = '{}', payload = '{}'`,
  ),
  redact("order_item", { attributes: "jsonb" }),
  redact("order_execution_plan", { context: "jsonb" }),
  redact("cancellation_plan", { payload: "jsonb", last_error: "text" }),
  redact("omnitron_message", { body: "jsonb", last_error: "text" }),
  redact("shipment", { poll_error: "text" }),
];

const ecomnowRules: readonly ErasureRule[] = [
  redact("ecomnow_customer_record", { data: "jsonb" }),
  redact("ecomnow_waiting_record", { data: "jsonb" }),
  redact("ecomnow_customer_integration_log", { problems: "jsonb", error: "text" }),
  keep(
    "platform_user",
    ["username", "email"],
    (person) => Prisma.sql`(${whereIs("record.email")(person)} OR ${whereIs("record.username")(person)})`,
    "the account itself: the user audit deletes it with its user in AWS (DELETE_FROM_AWS_AND_DB)",
  ),
  erase(
    "user_audit_candidate",
    ["username", "email"],
    (person) => Prisma.sql`(${whereIs("record.email")(person)} OR ${whereIs("record.username")(person)})`,
  ),
  keep(
    "user_audit",
    ["username", "email"],
    (person) =>
      Prisma.sql`record.closed_at IS NULL AND (${whereIs("record.email")(person)} OR ${whereIs("record.username")(person)})`,
    "an open finding of the user audit: choose an action, and erase once more when it is closed",
  ),
  anonymise(
    "user_audit",
    ["username", "email"],
    (person) =>
      Prisma.sql`record.closed_at IS NOT NULL AND (${whereIs("record.email")(person)} OR ${whereIs("record.username")(person)})`,
    () => Prisma.sql`username = 'erased/' || id, email = NULL`,
  ),
  keep(
    "api_status",
    ["recipients"],
    (person) => Prisma.sql`EXISTS (
    SELECT FROM unnest(record.recipients) recipient WHERE lower(btrim(recipient)) = ${person.emailKey})`,
    "gets mail about a watched API: take the address out of its recipients",
  ),
];

const isOpenTask = Prisma.sql`record.status IN ('NEW', 'RETRY', 'PROCESSING')`;
const TASK_COLUMNS = { payload: "jsonb", import_log: "jsonb", export_log: "jsonb", reason: "text" } as const;

/** Records of other systems, of which nobody here knows what they hold. */
const integrationRules: readonly ErasureRule[] = [
  keep(
    "integration_task",
    Object.keys(TASK_COLUMNS),
    whereMentioned(Object.keys(TASK_COLUMNS), () => isOpenTask),
    "a record on its way from one system to another; erase once more when it has ended",
  ),
  redact("integration_task", TASK_COLUMNS, () => Prisma.sql`NOT ${isOpenTask}`),
  anonymise(
    "integration_entity",
    ["entity_key"],
    whereMentioned(
      ["entity_key"],
      () => Prisma.sql`NOT EXISTS (
        SELECT FROM integration_task task WHERE task.entity_id = record.id AND task.status IN ('NEW', 'RETRY', 'PROCESSING'))`,
    ),
    () => Prisma.sql`entity_key = 'erased/' || id`,
  ),
];

/** What all contexts share: news, mail, problems, the ledger. */
const sharedRules: readonly ErasureRule[] = [
  keep(
    "mail",
    ["recipient", "subject", "text_body", "html_body"],
    whereIs("record.recipient", Prisma.sql`record.status = 'SENDING'`),
    "is being sent; erase once more in some minutes",
  ),
  erase(
    "mail",
    ["recipient", "subject", "text_body", "html_body", "unsubscribe_url"],
    whereIs("record.recipient", Prisma.sql`record.status = 'QUEUED'`),
  ),
  anonymise(
    "mail",
    ["recipient", "subject", "text_body", "html_body", "unsubscribe_url", "error", "key"],
    whereIs("record.recipient", Prisma.sql`record.status NOT IN ('QUEUED', 'SENDING')`),
    () => Prisma.sql`recipient = 'erased', subject = '', text_body = '', html_body = NULL, unsubscribe_url = NULL, error = NULL,
      key = CASE WHEN position('@' IN key) > 0 THEN 'erased/' || id ELSE key END`,
  ),
  redact(
    "mail",
    { subject: "text", text_body: "text", html_body: "text" },
    (person) => Prisma.sql`record.status NOT IN ('QUEUED', 'SENDING') AND NOT ${is("record.recipient", person)}`,
  ),
  keep(
    "event_queue",
    ["payload"],
    whereMentioned(["payload"], () => isOpenEvent),
    "news that are not delivered yet; erase once more when they are",
  ),
  redact("event_queue", { payload: "jsonb" }, () => Prisma.sql`NOT ${isOpenEvent}`),
  redact("webhook_delivery", { last_error: "text" }),
  redact("webhook_attempt", { response_excerpt: "text", error: "text" }),
  keep(
    "webhook_request",
    ["headers", "body", "raw"],
    (person) => Prisma.sql`record.status = 'RECEIVED' AND ${mentionsInWebhook(person)}`,
    "a webhook that is not worked on yet; erase once more when it is",
  ),
  anonymise(
    "webhook_request",
    ["headers", "body", "raw", "error"],
    (person) => Prisma.sql`record.status <> 'RECEIVED' AND ${mentionsInWebhook(person)}`,
    () => Prisma.sql`headers = '{}', body = '{}', raw = NULL, error = NULL`,
  ),
  keep(
    "run",
    Object.keys(RUN_COLUMNS),
    whereMentioned(Object.keys(RUN_COLUMNS), () => isOpenRun),
    "a run that is not over; erase once more when it is",
  ),
  redact("run", RUN_COLUMNS, () => Prisma.sql`NOT ${isOpenRun}`),
  redact("run_log", { message: "text", fields: "jsonb" }),
  keep("schedule", ["args"], whereMentioned(["args"]), "a schedule is made for it: change its arguments or delete it"),
  redact("schedule_change", { before: "jsonb", after: "jsonb" }),
  redact("maintenance_change", { before: "jsonb", after: "jsonb" }),
  redact("idempotency_key", { answer_body: "text", answer_headers: "jsonb" }),
  redact("problem", { subject_key: "text", reason: "text", actions: "jsonb", detail: "jsonb", note: "text" }),
  redact("state_transition_log", { attributes: "jsonb" }),
  redact("audit_event", { entity_id: "text", url: "text", content: "jsonb" }),
  redact("archived_audit_event", { entity_id: "text", url: "text", content: "jsonb" }),
];

const isDisabledUser = (person: Person): Prisma.Sql =>
  Prisma.sql`record.disabled_at IS NOT NULL AND ${is("record.email", person)}`;

const isOfDisabledUser = (person: Person): Prisma.Sql => Prisma.sql`record.user_id IN (
  SELECT account.id FROM api_user account WHERE account.disabled_at IS NOT NULL AND ${is("account.email", person)})`;

/** Of those who work with Drumline; what they did stays theirs by the name they signed in with. */
const accessRules: readonly ErasureRule[] = [
  keep(
    "api_user",
    ["name", "email", "password_hash", "subject"],
    whereIs("record.email", Prisma.sql`record.disabled_at IS NULL`),
    "works with Drumline: disable the user, and erase once more",
  ),
  erase("api_session", ["user_id", "remote_addr", "user_agent"], isOfDisabledUser),
  erase("sign_in_link", ["user_id", "created_by"], isOfDisabledUser),
  anonymise(
    "api_user",
    ["email", "password_hash", "issuer", "subject"],
    isDisabledUser,
    () => Prisma.sql`email = NULL, password_hash = NULL, issuer = NULL, subject = NULL`,
  ),
  redact("security_event", { detail: "jsonb" }),
];

/**
 * Every table that may hold something of a person, in the order in which an erasure walks them: who may still be written to
 * first, what was written about it last, so that mail recorded meanwhile is found. `erasure-list.int.test.ts` looks into the
 * database for columns that stand neither here nor among the exceptions.
 */
export const erasureList: readonly ErasureRule[] = [
  ...shopRules,
  ...omsRules,
  ...ecomnowRules,
  ...integrationRules,
  ...accessRules,
  ...sharedRules,
];

/** Columns whose name sounds like a person, and why they are none. `*` is every table. */
export const exceptions: Readonly<Record<string, string>> = {
  "*.claimed_by": "a run",
  "security_event.actor": "whoever works with Drumline, kept as long as the log itself",
  "security_event.remote_addr": "as its actor",
  "*.name": "of a thing, but where a rule names it",
  "ecomnow_vendor.feed_columns": "which column of a feed is which",
  "ecomnow_vendor.auth_name": "how we log in at a vendor",
  "ecomnow_feed_import.counts": "numbers",
  "ecomnow_category_build.problems": "categories of products",
  "ecomnow_customer_integration.auth_name": "how we log in at a client",
  "api_status.body": "what we send to a watched API",
  "api_status.body_match": "what its answer must hold",
  "idempotency_key.body_hash": "a hash",
  "stock_location.city": "of a warehouse or shop",
  "user_audit_change.user_audit_id": "the number of a finding",
  "api_status.headers": "what we send to a watched API",
  "webhook.owner": "a system that is told of news",
  "webhook.headers": "what we send to it",
  "webhook.filter": "which news it wants",
  "webhook.retry_config": "numbers",
  "order_execution_plan_item.failures": "locations, by number",
  "distribution_scenario.conditions": "rules of planning",
  "scenario_rule.product_condition": "rules of planning",
  "scenario_rule.location_filter": "rules of planning",
  "scenario_rule.sort": "rules of planning",
  "process_heartbeat.info": "numbers of a process",
  "bulk_action.filter": "as in a link; kept as long as the ledger, since it says what was done",
  "bulk_action.params": "a reason, an instant or a choice",
  "audit_event.remote_addr": "of whoever works with Drumline, kept as long as the audit itself",
  "archived_audit_event.remote_addr": "as in audit_event",
  "audit_event.actor": "whoever works with Drumline",
  "archived_audit_event.actor": "as in audit_event",
  "state_transition_log.actor": "whoever works with Drumline",
  "idempotency_key.actor": "the name of a token",
  "orders.customer_type": "a kind",
  "user_audit.user_created_at": "an instant, without its user",
  "user_audit_candidate.user_created_at": "goes with its row",
  "shop_movement.actor": "whoever counts stock",
  "shop_order.customer_id": "a row of shop_customer, which is anonymised",
  "shop_lead.lines": "products",
  "shop_dispute.reason": "a code of the provider",
  "integration_cursor.position": "where a source is read on; the next page replaces it",
  "integration_incoming.auth_name": "how we log in at a system",
  "integration_incoming.source": "where records come from",
  "integration_outgoing.auth_name": "how we log in at a system",
  "integration_outgoing.target": "where records go",
  "integration_task.payload_bytes": "a number",
  "integration_task.payload_hash": "a hash",
};
