import { packageCommands, runPackageCommand } from "@drumline/oms/commands";
import { loadPackage, loadPackages } from "@drumline/oms/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { commandBodySchema, readCommandBody } from "./command-body.ts";
import { answerRefusals } from "./refusals.ts";
import { packageSchema } from "./views.ts";

const idSchema = z.object({ id: z.string().min(1).max(200).describe("Id, or number.") });

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
          order: z.string().max(200).optional().describe("Order number."),
          after: z
            .string()
            .regex(/^\d{1,18}$/)
            .default("0")
            .describe("Id of the last package of the page before."),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: { 200: z.object({ items: z.array(packageSchema) }), 400: problemSchema },
      },
    },
    async ({ query }) => ({ items: await loadPackages(db, query) }),
  );

  app.get(
    "/api/v1/oms/packages/:id",
    {
      schema: {
        summary: "One package",
        tags: ["oms"],
        params: idSchema,
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
      config: { access: "operator" },
      schema: {
        summary: "Runs a command on a package",
        description:
          "All or nothing. A command that may not run from the package's state answers 409 and changes nothing.",
        tags: ["oms"],
        params: idSchema,
        body: commandBodySchema(packageCommands, "PackageCommand"),
        response: {
          200: packageSchema,
          400: problemSchema,
          404: problemSchema,
          409: problemSchema,
          422: problemSchema,
        },
      },
    },
    (request) =>
      answerRefusals(
        runPackageCommand(
          db,
          { id: request.params.id, actor: whoAsks(request), ...readCommandBody(request.body, packageCommands) },
          clock,
        ),
      ),
  );
}
