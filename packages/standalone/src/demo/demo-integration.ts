import { type DemoSchedule, SANDBOX_SECRET_KEY } from "./demo-partners.ts";

const AUTH = { authKind: "BEARER" as const, authSecret: `env:${SANDBOX_SECRET_KEY}` };

/** Two shops of the sandbox, whose orders go to an ERP and a warehouse. */
export const demoIncomings = (sandboxUrl: string) => [
  {
    identifier: "amber-orders",
    name: "Orders of Amber",
    ...AUTH,
    source: {
      kind: "http",
      url: `${sandboxUrl}/sites/amber/orders`,
      records: "orders",
      entity: "id",
      changed: "updated_at",
      paging: { kind: "cursor" },
      pageSize: 50,
    },
  },
  {
    identifier: "cobalt-orders",
    name: "Orders of Cobalt",
    ...AUTH,
    source: {
      kind: "http",
      url: `${sandboxUrl}/sites/cobalt/orders`,
      records: "Orders.Order",
      entity: "@number",
      changed: "Modified",
      paging: { kind: "changed" },
      pageSize: 50,
    },
  },
];

export const demoOutgoings = (sandboxUrl: string) => [
  { identifier: "erp", name: "ERP", ...AUTH, target: { kind: "http", url: `${sandboxUrl}/erp/orders` } },
  {
    identifier: "warehouse",
    name: "Warehouse",
    ...AUTH,
    target: { kind: "http", url: `${sandboxUrl}/warehouse/pick-lists` },
  },
];

export const DEMO_TRANSFORMERS = [
  {
    identifier: "amber-to-erp",
    name: "Amber's order for the ERP",
    expression: `{
  "number": "A" & $string(id),
  "town": city,
  "currency": "EUR",
  "totalMinor": $round($number(total) * 100),
  "lines": [lines.{ "sku": sku, "quantity": quantity }]
}`,
  },
  {
    identifier: "amber-pick-list",
    name: "Amber's order for the warehouse",
    expression: `{ "order": "A" & $string(id), "picks": [lines.{ "sku": sku, "pieces": quantity }] }`,
  },
  {
    identifier: "cobalt-to-erp",
    name: "Cobalt's order for the ERP",
    expression: `{
  "number": \`@number\`,
  "town": Town,
  "currency": Total.\`@currency\`,
  "totalMinor": $round($number(Total.\`#text\`) * 100),
  "lines": [Lines.Line.{ "sku": \`@sku\`, "quantity": $number(Quantity) }]
}`,
  },
];

/** Amber's orders reach the ERP right after they were read; what the others send waits for its schedule. */
export const DEMO_ROUTES = [
  { identifier: "amber-to-erp", name: "Amber to ERP", incoming: "amber-orders", outgoing: "erp", isRealTime: true },
  {
    identifier: "amber-pick-lists",
    name: "Amber to warehouse",
    incoming: "amber-orders",
    outgoing: "warehouse",
    transformer: "amber-pick-list",
  },
  { identifier: "cobalt-to-erp", name: "Cobalt to ERP", incoming: "cobalt-orders", outgoing: "erp" },
];

const RUN_INCOMING = "integration.tasks.run_incoming";
const RUN_ROUTE = "integration.tasks.run_route";

export const DEMO_JOBS: readonly (DemoSchedule & { readonly name: string; readonly recordLimit?: number })[] = [
  {
    key: "orders-of-amber",
    name: "Orders of Amber",
    task: RUN_INCOMING,
    args: { incoming: "amber-orders" },
    everySeconds: 20,
  },
  {
    key: "orders-of-cobalt",
    name: "Orders of Cobalt",
    task: RUN_INCOMING,
    args: { incoming: "cobalt-orders" },
    everySeconds: 60,
  },
  // What an ERP refuses for a while is sent by the next of these.
  { key: "amber-to-erp", name: "Amber to ERP", task: RUN_ROUTE, args: { route: "amber-to-erp" }, everySeconds: 60 },
  {
    key: "amber-pick-lists",
    name: "Amber to warehouse",
    task: RUN_ROUTE,
    args: { route: "amber-pick-lists" },
    everySeconds: 30,
    recordLimit: 10,
  },
  {
    key: "cobalt-to-erp",
    name: "Cobalt to ERP",
    task: RUN_ROUTE,
    args: { route: "cobalt-to-erp" },
    everySeconds: 60,
    recordLimit: 100,
  },
];
