import { runTransferCommand, transferCommands } from "@drumline/oms/commands";
import { loadTransfer } from "@drumline/oms/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { commandBodySchema, readCommandBody } from "./command-body.ts";
import { answerRefusals } from "./refusals.ts";
import { transferSchema } from "./views.ts";

const idSchema = z.object({ id: z.string().min(1).max(200).describe("Id, or number.") });

export function addTransferRoutes(app: Api, { db, clock }: ApiParts): void {
  app.get(
    "/api/v1/oms/transfers/:id",
    {
      schema: {
        summary: "One transfer order",
        tags: ["oms"],
        params: idSchema,
        response: { 200: transferSchema, 404: problemSchema },
      },
    },
    async ({ params: { id } }) => {
      const found = await loadTransfer(db, id);
      if (found === null) throw new HttpProblem(404, `There is no transfer with the id or number ${id}.`);
      return found;
    },
  );

  app.post(
    "/api/v1/oms/transfers/:id/command",
    {
      config: { access: "operator" },
      schema: {
        summary: "Runs a command on a transfer order",
        description:
          "All or nothing. A command that may not run from the transfer's state answers 409 and changes nothing.",
        tags: ["oms"],
        params: idSchema,
        body: commandBodySchema(transferCommands, "TransferCommand"),
        response: {
          200: transferSchema,
          400: problemSchema,
          404: problemSchema,
          409: problemSchema,
          422: problemSchema,
        },
      },
    },
    (request) =>
      answerRefusals(
        runTransferCommand(
          db,
          { id: request.params.id, actor: whoAsks(request), ...readCommandBody(request.body, transferCommands) },
          clock,
        ),
      ),
  );
}
