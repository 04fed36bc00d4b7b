import { runTransferCommand, transferCommands } from "@drumline/oms/commands";
import { loadTransfer, transferSchema } from "@drumline/oms/queries";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { commandBodySchema, commandProblems, commandRoute, idOrNumber, readCommandBody } from "./commands.ts";

export function addTransferRoutes(app: Api, { db, clock }: ApiParts): void {
  app.get(
    "/api/v1/oms/transfers/:id",
    {
      schema: {
        summary: "One transfer order",
        tags: ["oms"],
        params: idOrNumber,
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
      config: { access: "operator", wireContract: "Akinon OMS" },
      schema: {
        ...commandRoute,
        summary: "Runs a command on a transfer order",
        body: commandBodySchema(transferCommands, "TransferCommand"),
        response: {
          200: transferSchema,
          ...commandProblems,
        },
      },
    },
    (request) =>
      runTransferCommand(
        db,
        { id: request.params.id, actor: whoAsks(request), ...readCommandBody(request.body, transferCommands) },
        clock,
      ),
  );
}
