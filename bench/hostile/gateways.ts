/** The outside systems as this program tells them apart, and how the product calls them in what it says. */
export const GATEWAYS = {
  orders: /^\/api\/i1\/orders\/updates/,
  locations: /^\/api\/i1\/stock_locations/,
  cancellations: /^\/api\/i1\/cancellation_plans\/updates/,
  tell: /^\/api\/i1\//,
  inventory: /^\/api\/v1\/stock\//,
  labels: /^\/api\/v1\/carriers\/evil\/labels/,
  carrier: /^\/api\/v1\/carriers\/evil\//,
  webhook: /^\/hooks\/evil/,
  csv: /^\/vendors\/evil-csv\/feed/,
  jsonl: /^\/vendors\/evil-jsonl\/stock/,
  categories: /^\/vendors\/evil-csv\/categories/,
  client: /^\/clients\/acme\//,
  boxout: /^\/boxout\//,
  refunds: /^\/api\/v1\/refunds/,
  watched: /^\/shaky/,
  cognito: /^\/aws\/cognito/,
  ses: /^\/aws\/ses/,
  mollie: /^\/mollie\//,
  stripe: /^\/stripe\//,
} as const;

export type Gateway = keyof typeof GATEWAYS;

export const gatewayNames = Object.keys(GATEWAYS) as Gateway[];

/** Null for those that are always well: the partners who must not suffer for the others. */
export function gatewayOf(path: string): Gateway | null {
  return gatewayNames.find((name) => GATEWAYS[name].test(path)) ?? null;
}
