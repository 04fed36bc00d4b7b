import { z } from "zod";

import { applyTransitions } from "../states/index.ts";
import { defineCommand, requestOf } from "./command.ts";

export const transferTransferred = defineCommand({
  name: "TRANSFER_TRANSFERRED",
  summary: "The goods of a transfer have arrived; with the last one, the package waits to be prepared.",
  args: z.strictObject({}),
  run: (tx, request) =>
    applyTransitions(
      tx,
      [{ entity: "transfer_order", command: "TRANSFER_TRANSFERRED", ...requestOf(request) }],
      request.at,
    ),
});
