import { z } from "zod";

import { applyTransitions } from "../states/index.ts";
import { defineCommand, requestOf } from "./command.ts";

export const updateShipmentStatus = defineCommand({
  name: "UPDATE_SHIPMENT_STATUS",
  summary: "What the carrier did with a package that is on its way.",
  args: z.strictObject({ status: z.enum(["READY_FOR_PICKUP", "ATTEMPTED_DELIVERY", "DELIVERY_FAILED", "DELIVERED"]) }),
  run: (tx, request) =>
    applyTransitions(
      tx,
      [{ entity: "package", command: "UPDATE_SHIPMENT_STATUS", to: request.args.status, ...requestOf(request) }],
      request.at,
    ),
});
