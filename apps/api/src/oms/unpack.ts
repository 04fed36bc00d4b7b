import { runPackageCommand, unpackPackage } from "@drumline/oms/commands";
import { packageSchema } from "@drumline/oms/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { commandProblems, idOrNumber } from "./commands.ts";

/** What a person can do about a packed package that cannot follow Omnitron; ours, none of the stores' commands. */
export function addUnpackRoute(app: Api, { db, clock }: ApiParts): void {
  app.post(
    "/api/v1/oms/packages/:id/unpack",
    {
      config: { access: "operator" },
      schema: {
        summary: "Open a packed package again",
        description:
          "It is cancelled, its parcel is called back, and what is still wanted of it is planned anew. Cancellations that were rejected since it was packed are decided again. 422 where its carrier has it already.",
        tags: ["oms"],
        params: idOrNumber,
        querystring: z.strictObject({
          version: z.coerce.number().int().min(1).optional().describe("The version that was looked at."),
        }),
        response: { 200: packageSchema, ...commandProblems },
      },
    },
    (request) =>
      runPackageCommand(
        db,
        {
          id: request.params.id,
          command: unpackPackage,
          args: {},
          version: request.query.version,
          actor: whoAsks(request),
        },
        clock,
      ),
  );
}
