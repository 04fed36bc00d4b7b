import { createHash } from "node:crypto";

import type { JsonObject, JsonValue } from "@drumline/core/task";
import { createHttpClient, type HttpClient, type HttpClientOptions } from "@drumline/outbound/http";
import { z } from "zod";

import { isStorable } from "../wire-kinds.ts";
import { parseCancellationPlan } from "./parse-cancellation-plan.ts";
import { parseLocation } from "./parse-location.ts";
import { parseOrder } from "./parse-order.ts";
import type { OmnitronGateway, OrderPosition, Reading, UpdatesPage } from "./port.ts";

export interface OmnitronAccess {
  readonly url: string;
  readonly token: string;
}

const ORDERS = "/api/i1/orders/updates";
const CANCELLATIONS = "/api/i1/cancellation_plans/updates";
const LOCATIONS = "/api/i1/stock_locations";

export function createOmnitronGateway(
  { url, token }: OmnitronAccess,
  http: Partial<HttpClientOptions> = {},
): OmnitronGateway {
  const options = {
    name: "Omnitron",
    baseUrl: url,
    headers: { authorization: `Token ${token}` },
    credentialsCure:
      "Set OMNITRON_TOKEN to a key it accepts and restart the worker; nothing was read, nothing is lost.",
    timeoutMs: 30_000,
  };
  const client = createHttpClient({ ...options, ...http });

  // Of its own: what cannot be told must not keep orders from being read, nor the other way round.
  const teller = createHttpClient({ ...options, maxConcurrent: 16, ...http });

  const readUpdates =
    <Value>(path: string, parse: (raw: JsonObject) => Value) =>
    async (after: OrderPosition, limit: number, signal: AbortSignal): Promise<UpdatesPage<Value>> => {
      const query = { modified_after: after.modifiedDate, after_pk: String(after.pk), limit: String(limit) };
      const page = parsePage(await client.get(path, query, signal), client, path);
      const end = page.results.map(positionOf).findLast((position) => position !== null) ?? null;
      return { records: page.results.map((raw) => readRecord(raw, parse)), end, hasMore: page.has_more };
    };

  return {
    readOrders: readUpdates(ORDERS, parseOrder),
    readCancellationPlans: readUpdates(CANCELLATIONS, parseCancellationPlan),
    async tell(path, body, eventId, signal) {
      await teller.postOnce(path, body, eventId, signal);
    },
    async readStockLocations(afterPk, limit, signal) {
      const query = { after_pk: String(afterPk), limit: String(limit) };
      const page = parsePage(await client.get(LOCATIONS, query, signal), client, LOCATIONS);
      const endPk = page.results.map(pkOf).findLast((pk) => pk !== null) ?? null;
      return { records: page.results.map((raw) => readRecord(raw, parseLocation)), endPk, hasMore: page.has_more };
    },
  };
}

const envelope = z.object({ results: z.array(z.unknown()), has_more: z.boolean() });

/** The page as a whole, or `UnusableAnswer`: without the envelope nobody knows what is a record and whether more follow. */
function parsePage(body: unknown, client: HttpClient, path: string): { results: JsonValue[]; has_more: boolean } {
  const parsed = envelope.safeParse(body);
  if (!parsed.success)
    throw client.unusable(
      "GET",
      path,
      `answered JSON that is not { "results": [...], "has_more": true or false }: ${JSON.stringify(body).slice(0, 200)}. ` +
        "Check OMNITRON_URL; nothing was read, nothing is lost.",
    );
  return parsed.data as { results: JsonValue[]; has_more: boolean };
}

function readRecord<Value>(raw: JsonValue, parse: (raw: JsonObject) => Value): Reading<Value> {
  const remoteId = remoteIdOf(raw);
  if (!isStorable(raw)) {
    const error = "a text holds a NUL character or half of a surrogate pair, which the database cannot keep";
    return { ok: false, remoteId, error, payload: JSON.stringify(raw) };
  }
  if (!isObject(raw)) return { ok: false, remoteId, error: "expected an object", payload: raw };
  try {
    return { ok: true, remoteId, value: parse(raw), payload: raw };
  } catch (error) {
    return { ok: false, remoteId, error: (error as Error).message, payload: raw };
  }
}

function positionOf(raw: JsonValue): OrderPosition | null {
  const pk = pkOf(raw);
  if (pk === null || !isObject(raw) || typeof raw["modified_date"] !== "string") return null;
  return Number.isNaN(Date.parse(raw["modified_date"])) ? null : { modifiedDate: raw["modified_date"], pk };
}

function pkOf(raw: JsonValue): number | null {
  const pk = isObject(raw) ? raw["pk"] : null;
  return typeof pk === "number" && Number.isSafeInteger(pk) && pk > 0 ? pk : null;
}

/** The pk; for a record without one, a name made of its content, so that reading it again finds the same problem row. */
function remoteIdOf(raw: JsonValue): string {
  const pk = pkOf(raw);
  return pk === null
    ? `no-pk-${createHash("sha256").update(JSON.stringify(raw)).digest("hex").slice(0, 16)}`
    : String(pk);
}

function isObject(raw: JsonValue): raw is JsonObject {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}
