import { packageCommands, runPackageCommand } from "@drumline/oms/commands";
import { loadPackage, loadPackages, packageSchema } from "@drumline/oms/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { rowId } from "../http/wire.ts";
import { commandBodySchema, commandProblems, commandRoute, idOrNumber, readCommandBody } from "./commands.ts";

export function addPackageRoutes(app: Api, { db, clock }: ApiParts): void {
  app.get(
    "/api/v1/oms/packages",
    {
      schema: {
        summary: "Packages, by id",
        tags: ["oms"],
        querystring: z.strictObject({
          state: packageSchema.shape.state.optional(),
          location: z.string().max(200).optional().describe("ERP code."),
          orderNumber: z.string().max(200).optional(),
          ...pageQuery({ limit: 100, most: 500 }),
        }),
        response: { 200: pageOf(packageSchema) },
      },
    },
    async ({ query }) =>
      loadPage(
        query,
        rowId,
        (filter, after, limit) => loadPackages(db, filter, after, limit),
        ({ id }) => BigInt(id),
      ),
  );

  app.get(
    "/api/v1/oms/packages/:id",
    {
      schema: {
        summary: "One package",
        tags: ["oms"],
        params: idOrNumber,
        response: { 200: packageSchema, 404: problemSchema },
      },
    },
    async ({ params: { id } }) => {
      const found = await loadPackage(db, id);
      if (found === null) throw new HttpProblem(404, `There is no package with the id or number ${id}.`);
      return found;
    },
  );

  app.post(
    "/api/v1/oms/packages/:id/command",
    {
      config: { access: "operator", wireContract: "Akinon OMS" },
      schema: {
        ...commandRoute,
        summary: "Runs a command on a package",
        body: commandBodySchema(packageCommands, "PackageCommand"),
        response: {
          200: packageSchema,
          ...commandProblems,
        },
      },
    },
    (request) =>
      runPackageCommand(
        db,
        { id: request.params.id, actor: whoAsks(request), ...readCommandBody(request.body, packageCommands) },
        clock,
      ),
  );
}
