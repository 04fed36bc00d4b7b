import { z } from "zod";

import { applyTransitions } from "../states/index.ts";
import { defineCommand, requestOf } from "./command.ts";

export const transferInTransit = defineCommand({
  name: "TRANSFER_IN_TRANSIT",
  summary: "The goods of a transfer have left their source.",
  args: z.strictObject({}),
  run: (tx, request) =>
    applyTransitions(
      tx,
      [{ entity: "transfer_order", command: "TRANSFER_IN_TRANSIT", ...requestOf(request) }],
      request.at,
    ),
});
