import { createLongStepYielder } from "@drumline/core/process";
import type { JsonObject, JsonValue } from "@drumline/core/task";
import { createHttpClient, type HttpClient, type HttpClientOptions } from "@drumline/outbound/http";
import { z } from "zod";

import { excerptOfJson, instantText } from "@drumline/outbound/records";
import { parseCancellationPlan } from "./parse-cancellation-plan.ts";
import { parseLocation } from "./parse-location.ts";
import { parseOrder } from "./parse-order.ts";
import type { OmnitronGateway, OrderPosition, Reading, UpdatesPage } from "./port.ts";
import { isObject, pkOf, readRecord } from "./read-record.ts";

/** Where Omnitron is and how to log in. */
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
    // Ten milliseconds a megabyte is what parsing holds up the process; pages are as long as OMNITRON_PAGE_SIZE says.
    maxResponseBytes: 4 * 1024 * 1024,
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
      return { records: await readRecords(page.results, parse), end, hasMore: page.has_more };
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
      return { records: await readRecords(page.results, parseLocation), endPk, hasMore: page.has_more };
    },
  };
}

/** A page may be megabytes of records: others get their turn between them. */
async function readRecords<Value>(
  results: readonly JsonValue[],
  parse: (raw: JsonObject) => Value,
): Promise<Reading<Value>[]> {
  const pause = createLongStepYielder();
  const records: Reading<Value>[] = [];
  for (const raw of results) {
    records.push(readRecord(raw, parse));
    await pause();
  }
  return records;
}

const envelope = z.object({ results: z.array(z.unknown()), has_more: z.boolean() });

/** The page as a whole, or `UnusableAnswer`: without the envelope nobody knows what is a record and whether more follow. */
function parsePage(body: unknown, client: HttpClient, path: string): { results: JsonValue[]; has_more: boolean } {
  const parsed = envelope.safeParse(body);
  if (!parsed.success)
    throw client.unusable(
      "GET",
      path,
      `answered JSON that is not { "results": [...], "has_more": true or false }: ${excerptOfJson(body)}. ` +
        "Check OMNITRON_URL; nothing was read, nothing is lost.",
    );
  return parsed.data as { results: JsonValue[]; has_more: boolean };
}

/** Also of a record with a year that cannot be kept, which is bad but says where the page ends. */
function positionOf(raw: JsonValue): OrderPosition | null {
  const pk = pkOf(raw);
  if (pk === null || !isObject(raw)) return null;
  const { data: modifiedDate } = instantText.safeParse(raw["modified_date"]);
  return modifiedDate === undefined ? null : { modifiedDate, pk };
}
