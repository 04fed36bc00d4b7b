import type { JsonObject } from "@drumline/core/task";

/** The worker's env key that holds the sandbox's key; tables refer to it. */
export const SANDBOX_SECRET_KEY = "ECOMNOW_SECRET_SANDBOX";
const SECRET = `env:${SANDBOX_SECRET_KEY}`;

export interface DemoSchedule {
  readonly key: string;
  readonly task: string;
  readonly args?: JsonObject;
  readonly everySeconds: number;
}

export const DEMO_SCHEDULES: readonly DemoSchedule[] = [
  { key: "vendor-feeds", task: "UpdateProductsInventoryAndCBPVendors", everySeconds: 60 },
  { key: "delete-inactive-products", task: "DeleteInactiveProducts", everySeconds: 3_600 },
  { key: "rebuild-categories", task: "RebuildCategoriesIfNeeded", everySeconds: 60 },
  { key: "client-integrations", task: "eComNowClientsApiIntegrations", everySeconds: 20 },
  { key: "boxout", task: "Boxout", everySeconds: 20 },
  { key: "refund-updates", task: "RefundUpdates", everySeconds: 30 },
  { key: "api-status", task: "ApiStatusCheck", everySeconds: 30 },
];

/** Vendors that the sandbox plays: one with product data, one with stock only. */
export const demoVendors = (sandboxUrl: string) => [
  {
    code: "north",
    name: "North Home & Garden",
    kind: "CBP" as const,
    feedUrl: `${sandboxUrl}/vendors/north/feed.csv`,
    categoryUrl: `${sandboxUrl}/vendors/north/categories`,
    authKind: "BEARER" as const,
    authSecret: SECRET,
  },
  {
    code: "south",
    name: "South Wholesale",
    feedUrl: `${sandboxUrl}/vendors/south/stock.jsonl`,
    feedFormat: "JSON_LINES" as const,
    authKind: "BEARER" as const,
    authSecret: SECRET,
  },
];

const ORDER = `{
  "external_id": $string(no),
  "currency": currency,
  "paid_minor": $round($number(total) * 100),
  "placed_at": at,
  "lines": [positions.{ "sku": art, "quantity": qty, "price_minor": $round($number(price) * 100) }]
}`;
const SHIPMENT = `{
  "external_id": id, "order": $string(order), "tracking_number": tracking, "carrier": carrier, "status": state
}`;
const REFUND = `{ "external_id": id, "order": $string(order), "amount_minor": $round($number(amount) * 100) }`;
const STOCK = `{ "article": sku, "available": quantity }`;
const PRODUCT = `{ "article": sku, "title": name, "cents": price_minor, "currency": currency }`;

const flow = (
  direction: "IN" | "OUT",
  entity: "ORDER" | "SHIPMENT" | "REFUND" | "STOCK" | "PRODUCT",
  path: string,
) => ({
  direction,
  entity,
  path,
  // Less than its schedule, so that every run finds it due.
  intervalSeconds: 15,
  mapping: { create: { expression: { ORDER, SHIPMENT, REFUND, STOCK, PRODUCT }[entity] } },
});
const FLOWS = [
  flow("IN", "ORDER", "/orders"),
  flow("IN", "SHIPMENT", "/shipments"),
  flow("IN", "REFUND", "/refunds"),
  flow("OUT", "STOCK", "/stock"),
];
const BOXOUT_FLOWS = [
  flow("IN", "ORDER", "/orders"),
  flow("OUT", "PRODUCT", "/products"),
  flow("OUT", "STOCK", "/stock"),
];

/** Clients that the sandbox plays: one for each way to prove who asks, and Boxout. */
export const demoClients = (sandboxUrl: string) => [
  { ...client("acme", "Acme", `${sandboxUrl}/clients/acme`), authKind: "BEARER" as const },
  { ...client("globex", "Globex", `${sandboxUrl}/clients/globex`), authKind: "BASIC" as const, authName: "drumline" },
  {
    ...client("initech", "Initech", `${sandboxUrl}/clients/initech`),
    authKind: "HEADER" as const,
    authName: "X-Api-Key",
  },
  {
    ...client("boxout", "Boxout", `${sandboxUrl}/boxout/v1`),
    authKind: "BEARER" as const,
    task: "Boxout",
    endpoints: { create: BOXOUT_FLOWS },
  },
];

const client = (code: string, name: string, baseUrl: string) => ({
  code,
  name,
  baseUrl,
  authSecret: SECRET,
  endpoints: { create: FLOWS },
});

/** APIs to watch: one that is up, one behind a key, one that is down for three of every ten minutes. */
export const demoApis = (sandboxUrl: string) => [
  { name: "sandbox", url: `${sandboxUrl}/health`, bodyMatch: '"ok"', recipients: ["ops@example.com"] },
  {
    name: "initech orders",
    url: `${sandboxUrl}/clients/initech/orders?limit=1`,
    headers: { "x-api-key": SECRET },
    recipients: ["ops@example.com"],
  },
  { name: "shaky", url: `${sandboxUrl}/shaky`, failuresToDown: 2, recipients: ["ops@example.com"] },
];
