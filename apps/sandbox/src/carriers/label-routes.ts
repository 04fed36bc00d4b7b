import { z } from "zod";

import type { VirtualClock } from "../clock/index.ts";
import { HttpError, jsonReply, parseInput, type Route } from "../http/index.ts";
import type { LabelService, SoldLabel } from "./label-service.ts";

const address = z.record(z.string(), z.string().nullable());

const order = z.object({
  reference: z.string().regex(/^[\w.-]{1,64}$/, { error: "expected 1 to 64 letters, digits, dots, - or _" }),
  weightGrams: z.int().positive().nullable(),
  from: address,
  to: address,
});

const LABELS = "/api/v1/carriers/:code/labels";

/** Every carrier sells labels; a repetition is a second sale, whatever its key. */
export function labelRoutes(service: LabelService, clock: VirtualClock): Route[] {
  return [
    {
      method: "POST",
      path: LABELS,
      about: "Carrier: sells a label, and a second one to whoever asks twice",
      auth: "Basic",
      handle: ({ params, body }) => {
        const { reference } = parseInput(order, body, "the body");
        return jsonReply(toWire(service.sell(params["code"]!, reference, clock.nowMs())), 201);
      },
    },
    {
      method: "GET",
      path: LABELS,
      about: "Carrier: the labels sold under ?reference=, without those given back",
      auth: "Basic",
      handle: ({ params, query }) =>
        jsonReply({ labels: service.find(params["code"]!, query["reference"] ?? "").map(toWire) }),
    },
    {
      method: "DELETE",
      path: `${LABELS}/:labelId`,
      about: "Carrier: takes a label back; 409 once its parcel is under way",
      auth: "Basic",
      handle: ({ params }) => {
        const isBack = service.giveBack(params["code"]!, params["labelId"]!, clock.nowMs());
        if (isBack === null)
          throw new HttpError(404, { code: "NO_SUCH_LABEL", message: `no label "${params["labelId"]}" was sold` });
        return jsonReply({ status: isBack ? "VOIDED" : "IN_TRANSIT" }, isBack ? 200 : 409);
      },
    },
    {
      method: "GET",
      path: "/_sandbox/labels",
      about: "Labels sold and given back, and references that have more than one",
      auth: null,
      handle: () => jsonReply(service.counts()),
    },
  ];
}

function toWire({ labelId, carrier, trackingNumber }: SoldLabel): Record<string, unknown> {
  const trackingUrl = `https://track.example/${encodeURIComponent(carrier)}/${trackingNumber}`;
  return { labelId, trackingNumber, sscc: null, trackingUrl };
}
