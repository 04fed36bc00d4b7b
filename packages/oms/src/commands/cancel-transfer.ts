import { z } from "zod";

import { applyTransitions } from "../states/index.ts";
import { defineCommand, requestOf } from "./command.ts";
import { findPackageOfTransfer } from "./transfer.sql.ts";

export const transferCancel = defineCommand({
  name: "TRANSFER_CANCEL",
  summary:
    "A transfer that has not left is cancelled, the others of its package with it; the package is planned again.",
  args: z.strictObject({}),
  async run(tx, request) {
    const { id, actor, at } = request;
    const { packageId, siblings } = await findPackageOfTransfer(tx, id);
    const first = { entity: "transfer_order", command: "TRANSFER_CANCEL", ...requestOf(request) } as const;
    return await applyTransitions(
      tx,
      [
        first,
        ...siblings.map(
          (sibling) => ({ entity: "transfer_order", id: sibling, command: "TRANSFER_CANCEL", actor }) as const,
        ),
        { entity: "package", id: packageId, command: "TRANSFER_CANCELLED", actor },
      ],
      at,
    );
  },
});
