import { randomUUID } from "node:crypto";

import { createHttpClient, type HttpClient, type HttpClientOptions, UnusableAnswer } from "../http/index.ts";

import { type CarrierAccess, toCarrierCode } from "./carrier-directory.ts";
import { parseAnnounced, parseCalledBack, parseLabel, parseLabels, parseTracking } from "./parse-tracking.ts";
import { parsePostnlStatus } from "./parse-postnl-status.ts";
import type { CarrierGateway, CarrierLabels } from "./port.ts";
import type { CarrierSettings } from "./settings.ts";

/** Where carriers are, and each one's limits. */
export interface CarrierOptions {
  readonly accessOf: (carrierCode: string) => CarrierAccess;
  /** Per carrier. */
  readonly maxConcurrent: number;
  /** Per carrier. */
  readonly perSecond: number;
}

const API_VERSION = "1";
const WORST_ANSWER_BYTES = 1024 * 1024;

/** Carriers as CARRIERS and its neighbours name them. */
export function createCarriers(
  settings: CarrierSettings,
  http: Partial<HttpClientOptions>,
): CarrierGateway & CarrierLabels {
  const elsewhere = { url: settings.carrierUrl, password: settings.carrierPassword };
  return createCarrierGateway(
    {
      accessOf: (code) => settings.carriers.get(code) ?? { ...elsewhere, user: code },
      maxConcurrent: settings.carrierConcurrency,
      perSecond: settings.carrierPerSecond,
    },
    http,
  );
}

/** The shipment flow contract (oms-domain 5) over HTTP: a client per carrier, each with limits and a breaker of its own. */
export function createCarrierGateway(
  { accessOf, maxConcurrent, perSecond }: CarrierOptions,
  http: Partial<HttpClientOptions> = {},
): CarrierGateway & CarrierLabels {
  const clients = new Map<string, HttpClient>();
  // What is bought is asked for once: a client of its own that repeats nothing.
  const clientOf = (carrier: string, use: "parcels" | "labels" = "parcels"): HttpClient => {
    const carrierCode = codeOf(carrier);
    const known = clients.get(`${use} ${carrierCode}`);
    if (known !== undefined) return known;
    const { url, user, password, speaks } = accessOf(carrierCode);
    const client = createHttpClient({
      name: `Carrier ${carrierCode}`,
      baseUrl: url,
      headers:
        speaks === "postnl"
          ? { apikey: password }
          : {
              authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
              "x-akinon-api-version": API_VERSION,
            },
      attemptHeaders: () => ({ "x-akinon-request-id": randomUUID() }),
      credentialsCure: `Put ${carrierCode}=https://user:password@… into CARRIERS, or set CARRIER_PASSWORD, and restart.`,
      maxConcurrent,
      perSecond,
      retries: use === "labels" ? 0 : 1,
      maxResponseBytes: WORST_ANSWER_BYTES,
      ...http,
    });
    clients.set(`${use} ${carrierCode}`, client);
    return client;
  };

  const read = <Value>(
    parse: (answer: unknown) => Value,
    answer: unknown,
    call: { readonly carrierCode: string; readonly method: "GET" | "POST" | "DELETE"; readonly path: string },
  ): Value => {
    try {
      return parse(answer);
    } catch (error) {
      const problem = `answered JSON that cannot be used: ${(error as Error).message}. Nothing of it was taken over.`;
      throw clientOf(call.carrierCode).unusable(call.method, call.path, problem);
    }
  };

  const isPostnl = (carrierCode: string): boolean => accessOf(codeOf(carrierCode)).speaks === "postnl";

  /** PostNL is asked where parcels are; whatever else there is to be done there, somebody else does. */
  const refuseAtPostnl = (carrierCode: string, method: "GET" | "POST" | "DELETE", path: string): void => {
    if (!isPostnl(carrierCode)) return;
    const problem = "is not called: by its status API PostNL says where parcels are, and announces and sells nothing.";
    throw clientOf(carrierCode).unusable(method, path, problem);
  };

  async function track(carrierCode: string, trackingNumber: string, signal: AbortSignal) {
    if (isPostnl(carrierCode)) {
      const path = `/shipment/v2/status/barcode/${encodeURIComponent(trackingNumber)}`;
      const answer = await clientOf(carrierCode).get(path, { detail: "true" }, signal);
      const parse = (body: unknown) => parsePostnlStatus(body, trackingNumber);
      return read(parse, answer, { carrierCode, method: "GET", path });
    }
    const path = parcelPath(carrierCode, trackingNumber);
    const answer = await clientOf(carrierCode).get(path, {}, signal);
    return read(parseTracking, answer, { carrierCode, method: "GET", path });
  }

  return {
    announce: async ({ carrierCode, ...parcel }, signal) => {
      const path = `/api/v1/carriers/${codeOf(carrierCode)}/shipments`;
      refuseAtPostnl(carrierCode, "POST", path);
      const answer = await clientOf(carrierCode).postOnce(path, parcel, parcel.shipmentId, signal);
      return read(parseAnnounced, answer, { carrierCode, method: "POST", path });
    },
    track,
    callBack: async (carrierCode, trackingNumber, signal) => {
      const path = parcelPath(carrierCode, trackingNumber);
      refuseAtPostnl(carrierCode, "DELETE", path);
      try {
        const answer = await clientOf(carrierCode).delete(path, signal);
        return read(parseCalledBack, answer, { carrierCode, method: "DELETE", path });
      } catch (error) {
        if (!(error instanceof UnusableAnswer) || error.status !== 409) throw error;
        return (await track(carrierCode, trackingNumber, signal)).status;
      }
    },
    buyLabel: async ({ carrierCode, ...order }, signal) => {
      const path = labelsPath(carrierCode);
      refuseAtPostnl(carrierCode, "POST", path);
      const answer = await clientOf(carrierCode, "labels").postOnce(path, order, order.reference, signal);
      return read(parseLabel, answer, { carrierCode, method: "POST", path });
    },
    findLabels: async (carrierCode, reference, signal) => {
      const path = labelsPath(carrierCode);
      refuseAtPostnl(carrierCode, "GET", path);
      const answer = await clientOf(carrierCode).get(path, { reference }, signal);
      return read(parseLabels, answer, { carrierCode, method: "GET", path });
    },
    voidLabel: async (carrierCode, labelId, signal) => {
      const path = `${labelsPath(carrierCode)}/${encodeURIComponent(labelId)}`;
      refuseAtPostnl(carrierCode, "DELETE", path);
      try {
        await clientOf(carrierCode).delete(path, signal);
        return true;
      } catch (error) {
        if (!(error instanceof UnusableAnswer) || error.status !== 409) throw error;
        return false;
      }
    },
  };
}

/** Orders name their carrier as people do. */
const codeOf = (carrier: string): string => toCarrierCode(carrier) ?? encodeURIComponent(carrier);

const labelsPath = (carrierCode: string): string => `/api/v1/carriers/${codeOf(carrierCode)}/labels`;

const parcelPath = (carrierCode: string, trackingNumber: string): string =>
  `/api/v1/carriers/${codeOf(carrierCode)}/shipments/${encodeURIComponent(trackingNumber)}`;
