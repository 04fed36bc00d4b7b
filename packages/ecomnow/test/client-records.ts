import type { Respond } from "./local-server.ts";

export const order = (id: string, more: object = {}) => ({
  external_id: id,
  currency: "EUR",
  paid_minor: 5_000,
  placed_at: "2026-11-20T10:00:00Z",
  lines: [{ sku: "S1", quantity: 2, price_minor: 750 }],
  ...more,
});
/** Of fifteen euros, with the offset of its client's zone. */
export const smallOrder = (id: string, more: object = {}) =>
  order(id, { paid_minor: 1_500, placed_at: "2026-11-20T10:00:00+01:00", ...more });
export const refund = (id: string, of: string, more: object = {}) => ({
  external_id: id,
  order: of,
  amount_minor: 1_500,
  ...more,
});
export const shipment = (id: string, of: string) => ({
  external_id: id,
  order: of,
  tracking_number: `T${id}`,
  carrier: "ups",
  status: "sent",
});

type Page = { records: readonly unknown[]; next_cursor?: string } | number | string;

/** Serves each list page by page, by the cursor the client gave; a number is the status of a failure. */
export const serve =
  (lists: Readonly<Record<string, (cursor: string | null) => Page>>): Respond =>
  (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, "http://client");
    const page = lists[pathname.split("/").at(-1)!]?.(searchParams.get("cursor")) ?? { records: [] };
    if (typeof page === "number") response.writeHead(page).end();
    else response.end(typeof page === "string" ? page : JSON.stringify({ has_more: false, ...page }));
  };
