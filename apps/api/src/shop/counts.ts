import { movementInputSchema, recordMovements } from "@drumline/shop/commands";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { recordedSchema, sourceSchema, toMovements } from "./movements.ts";

const { sku, pieces, occurredAt, sourceRef, reason } = movementInputSchema.shape;

const countSchema = z.strictObject({
  sku,
  counted: pieces.describe("Pieces that lay there."),
  countedAt: occurredAt.describe("When they were counted: what happened later stays."),
  sourceRef,
  reason,
});

export function addShopCountRoute(app: Api, { db, clock }: ApiParts): void {
  app.post(
    "/api/v1/shop/counts",
    {
      config: { access: "operator" },
      schema: {
        summary: "Tell what was counted",
        description:
          "Each count corrects the level to the ledger of its moment, by the next run of update_products_inventory; GET /api/v1/shop/movements?kind=COUNTED shows by how much.",
        tags: ["shop"],
        body: z.strictObject({ source: sourceSchema, items: z.array(countSchema).min(1).max(1_000) }),
        response: { 200: recordedSchema },
      },
    },
    async (request) => {
      const { source, items } = request.body;
      const counts = items.map(({ counted, countedAt, ...count }) => ({
        ...count,
        kind: "COUNTED" as const,
        pieces: counted,
        occurredAt: countedAt,
      }));
      const movements = toMovements(counts, { actor: whoAsks(request), source }, clock.now(), "countedAt");
      const recorded = await recordMovements(db, movements, clock.now());
      return { recorded, known: movements.length - recorded };
    },
  );
}
