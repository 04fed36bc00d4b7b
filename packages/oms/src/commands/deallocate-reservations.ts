import { z } from "zod";

import { applyTransitions } from "../states/index.ts";
import { defineCommand, requestOf } from "./command.ts";

export const deallocateReservations = defineCommand({
  name: "PKG_DEALLOCATE_RESERVATIONS",
  summary: "Begins to pick a waiting package and frees what was reserved for it.",
  args: z.strictObject({}),
  run: (tx, request) =>
    applyTransitions(
      tx,
      [{ entity: "package", command: "PKG_DEALLOCATE_RESERVATIONS", ...requestOf(request) }],
      request.at,
    ),
});
