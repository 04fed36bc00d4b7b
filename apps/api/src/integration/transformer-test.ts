import { createTransformerTester } from "@drumline/integration/commands";
import type { JsonValue } from "@drumline/core/task";
import { z } from "zod";

import type { Api } from "../api.ts";

/** Tries an expression without keeping it, in a process that only tries. */
export function addTransformerTestRoute(app: Api): void {
  const tester = createTransformerTester();
  app.addHook("onClose", async () => tester.close());

  app.post(
    "/api/v1/integration/transformers/test",
    {
      config: { access: "operator" },
      schema: {
        summary: "What an expression makes of an input",
        description: "Nothing is kept. An expression that runs away is ended after a second.",
        tags: ["integration"],
        body: z.strictObject({
          expression: z.string().min(1).max(10_000).describe("JSONata."),
          input: z.unknown().describe("A record as it comes in; null where there is none."),
        }),
        response: {
          200: z.object({
            output: z.unknown().describe("Null: the record is left out."),
            error: z
              .object({ message: z.string(), position: z.int().nullable().describe("In the expression, from 1.") })
              .nullable(),
          }),
        },
      },
    },
    async ({ body }) => await tester.test(body.expression, (body.input ?? null) as JsonValue),
  );
}
