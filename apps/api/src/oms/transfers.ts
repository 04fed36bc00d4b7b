import { runTransferCommand, transferCommands } from "@drumline/oms/commands";
import { loadTransfer, loadTransfers, transferSchema } from "@drumline/oms/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { rowId } from "../http/wire.ts";
import { commandBodySchema, commandProblems, commandRoute, idOrNumber, readCommandBody } from "./commands.ts";

export function addTransferRoutes(app: Api, { db, clock }: ApiParts): void {
  app.get(
    "/api/v1/oms/transfers",
    {
      schema: {
        summary: "Transfer orders, by id",
        tags: ["oms"],
        querystring: z.strictObject({
          state: transferSchema.shape.state.optional(),
          orderNumber: z.string().max(200).optional(),
          packageNumber: z.string().max(200).optional(),
          source: z.string().max(200).optional().describe("ERP code."),
          destination: z.string().max(200).optional().describe("ERP code."),
          ...pageQuery({ limit: 100, most: 500 }),
        }),
        response: { 200: pageOf(transferSchema) },
      },
    },
    async ({ query }) =>
      loadPage(
        query,
        rowId,
        (filter, after, limit) => loadTransfers(db, filter, after, limit),
        ({ id }) => BigInt(id),
      ),
  );

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
