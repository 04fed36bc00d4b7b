import { z } from "zod";

import type { VirtualClock } from "../clock/index.ts";
import { createIdempotentAnswers, HttpError, jsonReply, parseInput, type Route } from "../http/index.ts";
import type { CarrierService, ParcelView } from "./carrier-service.ts";
import type { LabelService } from "./label-service.ts";
import { SHIPMENT_TYPES } from "./tracking-number.ts";

const announcement = z.object({
  shipmentId: z.string().regex(/^[\w.-]{1,64}$/, { error: "expected 1 to 64 letters, digits, dots, - or _" }),
  orderNumber: z.string().min(1),
  type: z.enum(SHIPMENT_TYPES),
  originId: z.string().min(1),
  destination: z.record(z.string(), z.unknown()),
  products: z.array(z.object({ sku: z.string(), quantity: z.int().positive() })).min(1),
});

const PARCEL = "/api/v1/carriers/:code/shipments/:trackingNumber";

/** The shipment flow contract of every carrier; whatever the code, there is such a carrier. */
export function carrierRoutes(service: CarrierService, labels: LabelService, clock: VirtualClock): Route[] {
  const answers = createIdempotentAnswers();
  return [
    {
      method: "POST",
      path: "/api/v1/carriers/:code/shipments",
      about: "Carrier: announces a parcel; the same Idempotency-Key or shipmentId again is the same parcel",
      auth: "Basic",
      handle: (request) => {
        const carrier = request.params["code"]!;
        const { products, ...rest } = parseInput(announcement, request.body, "the body");
        const announce = () => {
          const units = products.reduce((sum, { quantity }) => sum + quantity, 0);
          const parcel = service.announce({ carrier, ...rest, units }, clock.nowMs());
          if (parcel === null) throw noSuch("ORDER", `no order has the number "${rest.orderNumber}"`);
          const { trackingNumber, status } = parcel;
          const labelUrl = `https://labels.example/${encodeURIComponent(trackingNumber)}.pdf`;
          return jsonReply({ trackingNumber, awbNumber: `AWB-${trackingNumber}`, labelUrl, status });
        };
        // Carriers that know no keys tell by the shipmentId.
        return request.headers["idempotency-key"] === undefined ? announce() : answers.once(carrier, request, announce);
      },
    },
    {
      method: "GET",
      path: PARCEL,
      about: "Carrier: where the parcel is, and every event so far",
      auth: "Basic",
      handle: ({ params }) => {
        const [code, number] = [params["code"]!, params["trackingNumber"]!];
        const parcel = labels.look(code, number, clock.nowMs()) ?? service.look(code, number, clock.nowMs());
        return jsonReply(toWire(found(parcel, params)));
      },
    },
    {
      method: "DELETE",
      path: PARCEL,
      about: "Carrier: calls a parcel back; 409 once it was taken over",
      auth: "Basic",
      handle: ({ params }) => {
        const { status } = found(service.callBack(params["code"]!, params["trackingNumber"]!, clock.nowMs()), params);
        return jsonReply({ status }, status === "DELETED" ? 200 : 409);
      },
    },
  ];
}

function found(parcel: ParcelView | null, params: Readonly<Record<string, string>>): ParcelView {
  if (parcel !== null) return parcel;
  throw noSuch("PARCEL", `carrier ${params["code"]} knows no parcel ${params["trackingNumber"]}`);
}

const noSuch = (what: string, message: string) => new HttpError(404, { code: `NO_SUCH_${what}`, message });

function toWire({ trackingNumber, status, events }: ParcelView): Record<string, unknown> {
  return {
    trackingNumber,
    status,
    events: events.map(({ atMs, ...event }) => ({ occurredAt: new Date(atMs).toISOString(), ...event })),
  };
}
