import { z } from "zod";

import { applyTransitions } from "../states/index.ts";
import { defineCommand, requestOf } from "./command.ts";

export const blockThePackage = defineCommand({
  name: "BLOCK_THE_PACKAGE",
  summary: "Stops work on a package; what is reserved for it stays reserved.",
  args: z.strictObject({ reason: z.string().min(1).max(500).optional() }),
  run: (tx, request) => {
    const { reason } = request.args;
    const attributes = reason === undefined ? {} : { reason };
    return applyTransitions(
      tx,
      [{ entity: "package", command: "BLOCK_THE_PACKAGE", attributes, ...requestOf(request) }],
      request.at,
    );
  },
});

export const unblockThePackage = defineCommand({
  name: "UNBLOCK_THE_PACKAGE",
  summary: "Takes a blocked package back to the state it was blocked in.",
  args: z.strictObject({}),
  run: (tx, request) =>
    applyTransitions(tx, [{ entity: "package", command: "UNBLOCK_THE_PACKAGE", ...requestOf(request) }], request.at),
});
