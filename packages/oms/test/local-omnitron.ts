import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { readSettings } from "@drumline/core/config";
import { createWebhookClient } from "@drumline/events/webhooks";
import { createSecretBox } from "@drumline/outbound/secrets";

import { createCarrierGateway } from "@drumline/outbound/carriers";
import type { OmsGateways } from "../src/gateways/create-gateways.ts";
import { createInventoryGateway } from "../src/gateways/inventory/http.ts";
import { createOmnitronGateway } from "../src/gateways/omnitron/http.ts";
import { omsSettings, type OmsSettings } from "../src/settings.ts";

export type Raw = Record<string, unknown>;

const defaults = readSettings(omsSettings, {});

/** Omnitron and the inventory engine on a local port, with whatever a test puts into them. */
export interface Outside {
  /** Served in the order of (modified_date, pk). */
  readonly orders: Raw[];
  readonly locations: Raw[];
  /** Cancellation plans, served like orders. */
  readonly cancellations: Raw[];
  /** What Omnitron was told: idempotency keys and bodies, by path, in order. */
  readonly told: { readonly path: string; readonly key: string; readonly body: Raw }[];
  /** Answers of the inventory engine, such as `{ "sku-1": { A: 5 } }`; a SKU that is absent is unknown to it. */
  stock: Record<string, Record<string, unknown>>;
  asOf: string;
  /** Takes the next requests before the usual answer does; false passes the request on. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>) | null;
  /** Paths asked for, with their query. */
  readonly requests: string[];
  /** Over the local port, with the settings' fallbacks unless they are overridden. */
  gateways(overrides?: Partial<OmsSettings>): OmsGateways<OmsSettings>;
  close(): Promise<void>;
}

export async function startOutside(): Promise<Outside> {
  const server = createServer((request, response) => void answer(outside, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const patience = { wait: async () => {}, retries: 1, timeoutMs: 5_000 };
  const outside: Outside = {
    orders: [],
    locations: [],
    cancellations: [],
    told: [],
    stock: {},
    asOf: "2026-11-20T12:00:00Z",
    intercept: null,
    requests: [],
    gateways: (overrides = {}) => ({
      omnitron: createOmnitronGateway({ url, token: "key" }, patience),
      inventory: createInventoryGateway({ url, token: "key" }, patience),
      carriers: createCarrierGateway(
        { accessOf: (user) => ({ url, user, password: "key" }), maxConcurrent: 50, perSecond: 10_000 },
        patience,
      ),
      secrets: createSecretBox({ current: null }, {}),
      webhooks: createWebhookClient({ allowPrivate: true, timeoutMs: 20_000, maxPerHost: 10 }),
      settings: { ...defaults, ...overrides },
    }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return outside;
}

async function answer(outside: Outside, request: IncomingMessage, response: ServerResponse): Promise<void> {
  outside.requests.push(request.url!);
  if (outside.intercept !== null && (await outside.intercept(request, response))) return;
  const { pathname, searchParams } = new URL(request.url!, "http://localhost");
  const limit = Number(searchParams.get("limit"));
  const afterPk = Number(searchParams.get("after_pk"));
  if (pathname === "/api/i1/orders/updates" || pathname === "/api/i1/cancellation_plans/updates") {
    const after = [Date.parse(searchParams.get("modified_after")!), afterPk] as const;
    const records = pathname.includes("cancellation") ? outside.cancellations : outside.orders;
    const ordered = [...records].sort((left, right) => compare(positionOf(left), positionOf(right)));
    reply(
      response,
      pageOf(
        ordered.filter((order) => compare(positionOf(order), after) > 0),
        limit,
      ),
    );
  } else if (pathname === "/api/i1/stock_locations") {
    reply(
      response,
      pageOf(
        outside.locations.filter(({ pk }) => Number(pk) > afterPk),
        limit,
      ),
    );
  } else {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Raw;
    if (pathname.startsWith("/api/i1/")) {
      outside.told.push({ path: pathname, key: String(request.headers["idempotency-key"]), body });
      reply(response, {});
    } else reply(response, stockAnswer(outside, (body as unknown as { skus: string[] }).skus));
  }
}

const pageOf = (rows: readonly Raw[], limit: number) => ({
  results: rows.slice(0, limit),
  has_more: rows.length > limit,
});

function stockAnswer({ stock, asOf }: Outside, skus: readonly string[]) {
  const known = skus.filter((sku) => stock[sku] !== undefined);
  return {
    as_of: asOf,
    stock: known.flatMap((sku) =>
      Object.entries(stock[sku]!).map(([erpCode, quantity]) => ({ sku, erp_code: erpCode, quantity })),
    ),
    unknown_skus: skus.filter((sku) => stock[sku] === undefined),
  };
}

type Position = readonly [modifiedMs: number, pk: number];
const positionOf = (order: Raw): Position => [Date.parse(String(order["modified_date"])), Number(order["pk"])];
const compare = (left: Position, right: Position): number => left[0] - right[0] || left[1] - right[1];

export const reply = (response: ServerResponse, body: unknown, status = 200, headers = {}): true => {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  return true;
};

/** An order as Omnitron sends it, with one item of product `pk` unless told otherwise. */
export function rawOrder(pk: number, overrides: Raw = {}): Raw {
  return {
    pk,
    number: `R${pk}`,
    status: "400",
    channel: { pk: 1, name: "olist" },
    currency: "BRL",
    amount: "29.90",
    date_placed: "2026-11-20T09:00:00Z",
    modified_date: `2026-11-20T10:00:${String(pk % 60).padStart(2, "0")}.000Z`,
    payment_type: "credit_card",
    cargo_company: null,
    shipping_option_slug: null,
    customer: { pk: 1, type: "registered" },
    shipping_address: { country: "BR", state: "SP", city: "campinas", district: null, postcode: "13000" },
    orderitem_set: [rawItem(pk)],
    ...overrides,
  };
}

export function rawItem(pk: number, overrides: Raw = {}): Raw {
  return {
    pk,
    status: "400",
    quantity: 1,
    price: "29.90",
    product: { pk, sku: `sku-${pk}`, name: `Product ${pk}`, barcode: null },
    attributes_kwargs: {},
    ...overrides,
  };
}

export function rawLocation(pk: number, erpCode: string, overrides: Raw = {}): Raw {
  return {
    pk,
    erp_code: erpCode,
    name: `Location ${erpCode}`,
    stock_location_type: "WAREHOUSE",
    priority: 100,
    max_quota: null,
    is_active: true,
    is_fulfillment_center: true,
    address: { country: "BR", state: "SP", city: "campinas", district: null, latitude: null, longitude: null },
    ...overrides,
  };
}

/** A wish to cancel, as Omnitron sends it. */
export function rawCancellation(
  pk: number,
  orderNumber: string,
  items: readonly (readonly [itemPk: number, quantity: number])[],
  overrides: Raw = {},
): Raw {
  return {
    pk,
    order: { number: orderNumber },
    plan_type: "cancel",
    status: "waiting",
    modified_date: "2026-11-20T11:00:00.000Z",
    items: items.map(([itemPk, quantity]) => ({ order_item_pk: itemPk, quantity })),
    ...overrides,
  };
}
