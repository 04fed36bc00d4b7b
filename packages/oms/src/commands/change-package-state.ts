import { z } from "zod";

import { applyTransitions } from "../states/index.ts";
import { defineCommand, requestOf } from "./command.ts";

export const changePackageState = defineCommand({
  name: "PKG_STATE_TRANSITION",
  summary: "A remote action is done (WAITING), or a picked package is ready to be packed (READY_FOR_PACKAGING).",
  args: z.strictObject({ state: z.enum(["WAITING", "READY_FOR_PACKAGING"]) }),
  run: (tx, request) => {
    const { state } = request.args;
    const from = state === "WAITING" ? ["WAITING_REMOTE_ACTION"] : ["PREPARING"];
    return applyTransitions(
      tx,
      [{ entity: "package", command: "PKG_STATE_TRANSITION", to: state, from, ...requestOf(request) }],
      request.at,
    );
  },
});
