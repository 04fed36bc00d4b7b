import { z } from "zod";

import { applyTransitions } from "../states/index.ts";
import { defineCommand, requestOf } from "./command.ts";

export const preparePackage = defineCommand({
  name: "PREPARE_PACKAGE_COMMAND",
  summary: "The store begins to pick a waiting package.",
  args: z.strictObject({}),
  run: (tx, request) =>
    applyTransitions(
      tx,
      [{ entity: "package", command: "PREPARE_PACKAGE_COMMAND", ...requestOf(request) }],
      request.at,
    ),
});
