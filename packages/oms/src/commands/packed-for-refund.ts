import { z } from "zod";

import { applyTransitions } from "../states/index.ts";
import { defineCommand, requestOf } from "./command.ts";
import { releaseDiscrepancies } from "./failed-items.sql.ts";

export const packedForRefund = defineCommand({
  name: "PACKED_FOR_REFUND",
  summary: "The package goes no further and is refunded; what blocked its products here is lifted.",
  args: z.strictObject({}),
  async run(tx, request) {
    const outcome = await applyTransitions(
      tx,
      [{ entity: "package", command: "PACKED_FOR_REFUND", ...requestOf(request) }],
      request.at,
    );
    if (outcome.applied.length > 0) await releaseDiscrepancies(tx, request.id, request.at);
    return outcome;
  },
});
