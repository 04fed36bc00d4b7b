import { z } from "zod";

import { applyTransitions } from "../states/index.ts";
import { defineCommand, requestOf } from "./command.ts";
import { saveTransferShipment } from "./shipment.sql.ts";

const word = z.string().min(1).max(200);

export const transferReadyToShipment = defineCommand({
  name: "TRANSFER_READY_TO_SHIPMENT",
  summary: "The goods of a transfer are ready for the carrier; it can no longer be said that they were not found.",
  args: z.strictObject({ carrier: word.optional(), tracking_number: word.optional() }),
  async run(tx, request) {
    const outcome = await applyTransitions(
      tx,
      [{ entity: "transfer_order", command: "TRANSFER_READY_TO_SHIPMENT", ...requestOf(request) }],
      request.at,
    );
    if (outcome.applied.length > 0) await saveTransferShipment(tx, request.id, request.args, request.at);
    return outcome;
  },
});
