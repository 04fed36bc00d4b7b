import { z } from "zod";

import { applyTransitions } from "../states/index.ts";
import { defineCommand, requestOf } from "./command.ts";
import { excludeLocation, saveDenialReason } from "./failed-items.sql.ts";

export const refuse = defineCommand({
  name: "REFUSE",
  summary: "The store will not prepare the package: it is planned again, elsewhere.",
  args: z.strictObject({
    reason: z.strictObject({
      title: z.string().min(1).max(500),
      remote_id: z.string().max(200).optional(),
      priority: z.int().optional(),
    }),
  }),
  async run(tx, request) {
    const { args, id, at } = request;
    const { title, remote_id = null, priority = null } = args.reason;
    const attributes = { reason: title, denial_reason: { title, remote_id, priority } };
    const outcome = await applyTransitions(
      tx,
      [{ entity: "package", command: "REFUSE", attributes, ...requestOf(request) }],
      at,
    );
    if (outcome.applied.length === 0) return outcome;
    await saveDenialReason(tx, id, title);
    await excludeLocation(tx, id, null);
    return outcome;
  },
});
