import { z } from "zod";

import { applyTransitions } from "../states/index.ts";
import { defineCommand, requestOf } from "./command.ts";
import { savePackageShipment } from "./shipment.sql.ts";

const word = z.string().min(1).max(200);

export const shipThePackage = defineCommand({
  name: "SHIP_THE_PACKAGE",
  summary: "The package has left. The carrier is not called: a carrier and tracking number given here are kept.",
  args: z.strictObject({ carrier: word.optional(), tracking_number: word.optional() }),
  async run(tx, request) {
    const { args, id, at } = request;
    const outcome = await applyTransitions(
      tx,
      [{ entity: "package", command: "SHIP_THE_PACKAGE", ...requestOf(request) }],
      at,
    );
    if (outcome.applied.length > 0 && (args.carrier ?? args.tracking_number) !== undefined)
      await savePackageShipment(tx, id, args, at);
    return outcome;
  },
});
