import { randomUUID } from "node:crypto";

import { createHttpClient, type HttpClient, type HttpClientOptions, UnusableAnswer } from "@drumline/outbound/http";
import { z } from "zod";

import { instant, issuesOf, text, wordOrNull } from "../wire-kinds.ts";
import { type CarrierAccess, toCarrierCode } from "./carrier-directory.ts";
import type { CarrierGateway, CarrierStatus } from "./port.ts";

export interface CarrierOptions {
  readonly accessOf: (carrierCode: string) => CarrierAccess;
  /** Per carrier. */
  readonly maxConcurrent: number;
  /** Per carrier. */
  readonly perSecond: number;
}

const API_VERSION = "1";
const WORST_ANSWER_BYTES = 1024 * 1024;

/** The shipment flow contract (oms-domain 5) over HTTP: a client per carrier, each with limits and a breaker of its own. */
export function createCarrierGateway(
  { accessOf, maxConcurrent, perSecond }: CarrierOptions,
  http: Partial<HttpClientOptions> = {},
): CarrierGateway {
  const clients = new Map<string, HttpClient>();
  const clientOf = (carrier: string): HttpClient => {
    const carrierCode = codeOf(carrier);
    const known = clients.get(carrierCode);
    if (known !== undefined) return known;
    const { url, user, password } = accessOf(carrierCode);
    const client = createHttpClient({
      name: `Carrier ${carrierCode}`,
      baseUrl: url,
      headers: {
        authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
        "x-akinon-api-version": API_VERSION,
      },
      attemptHeaders: () => ({ "x-akinon-request-id": randomUUID() }),
      credentialsCure: `Put ${carrierCode}=https://user:password@… into CARRIERS, or set CARRIER_PASSWORD, and restart.`,
      maxConcurrent,
      perSecond,
      retries: 1,
      maxResponseBytes: WORST_ANSWER_BYTES,
      ...http,
    });
    clients.set(carrierCode, client);
    return client;
  };

  const read = <Schema extends z.ZodType>(
    schema: Schema,
    answer: unknown,
    call: { readonly carrierCode: string; readonly method: "GET" | "POST" | "DELETE"; readonly path: string },
  ): z.output<Schema> => {
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    const problem = `answered JSON that cannot be used: ${issuesOf(parsed.error)}. Nothing of it was taken over.`;
    throw clientOf(call.carrierCode).unusable(call.method, call.path, problem);
  };

  async function track(carrierCode: string, trackingNumber: string, signal: AbortSignal) {
    const path = parcelPath(carrierCode, trackingNumber);
    const answer = await clientOf(carrierCode).get(path, {}, signal);
    return read(trackingSchema, answer, { carrierCode, method: "GET", path });
  }

  return {
    announce: async ({ carrierCode, ...parcel }, signal) => {
      const path = `/api/v1/carriers/${codeOf(carrierCode)}/shipments`;
      const answer = await clientOf(carrierCode).query(path, parcel, signal);
      return read(announcedSchema, answer, { carrierCode, method: "POST", path });
    },
    track,
    callBack: async (carrierCode, trackingNumber, signal) => {
      const path = parcelPath(carrierCode, trackingNumber);
      try {
        const answer = await clientOf(carrierCode).delete(path, signal);
        return read(calledBackSchema, answer, { carrierCode, method: "DELETE", path }).status;
      } catch (error) {
        if (!(error instanceof UnusableAnswer) || error.status !== 409) throw error;
        return (await track(carrierCode, trackingNumber, signal)).status;
      }
    },
  };
}

/** Orders name their carrier as people do. */
const codeOf = (carrier: string): string => toCarrierCode(carrier) ?? encodeURIComponent(carrier);

const parcelPath = (carrierCode: string, trackingNumber: string): string =>
  `/api/v1/carriers/${codeOf(carrierCode)}/shipments/${encodeURIComponent(trackingNumber)}`;

const CARRIER_STATUSES = [
  "CREATED",
  "DELETED",
  "SHIPPING",
  "READY_FOR_PICKUP",
  "ATTEMPTED_DELIVERY",
  "DELIVERY_FAILED",
  "DELIVERED",
] as const satisfies readonly CarrierStatus[];

const status = z.enum(CARRIER_STATUSES);

const announcedSchema = z
  .object({ trackingNumber: text, awbNumber: wordOrNull, labelUrl: wordOrNull })
  .transform(({ trackingNumber, awbNumber, labelUrl }) => ({ trackingNumber, awbNumber, labelUrl }));

const calledBackSchema = z.object({ status });

const trackingSchema = z.object({
  status,
  events: z.array(z.object({ occurredAt: instant, status, location: wordOrNull, description: wordOrNull })).max(1_000),
});
