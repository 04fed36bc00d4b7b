/**
 * What a token may be held to beside its role: it then calls only routes that declare one of its scopes. Each is the work of
 * one kind of program.
 */
export const SCOPES = ["ingest", "store", "shop", "hooks", "audit", "metrics", "schedules", "runs"] as const;
export type Scope = (typeof SCOPES)[number];

export const SCOPE_MEANINGS: Readonly<Record<Scope, string>> = {
  ingest: "Omnitron's push: orders and cancellation plans",
  store: "stores' commands: packages and transfers",
  shop: "the webshop: customers, carts, checkouts, orders, parcels and stock",
  hooks: "subscriptions to events",
  audit: "the user audit",
  metrics: "Prometheus",
  schedules: "looking at schedules, pausing and running them",
  runs: "looking at runs, and cancelling them",
};
