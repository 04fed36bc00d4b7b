import { loadProblem, loadProblems } from "@drumline/problems";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { rowId } from "../http/wire.ts";
import { foundProblemDetailSchema, foundProblemSchema, severity, toProblemView } from "./problem-view.ts";

const LONGEST_NAME = 300;

/** What a person must see; settling it stands in resolve-problem.ts. */
export function addProblemRoutes(app: Api, { db }: ApiParts): void {
  app.get(
    "/api/v1/problems",
    {
      schema: {
        summary: "What a person must see, newest first",
        tags: ["problems"],
        querystring: z.strictObject({
          open: z.stringbool().optional().describe("All when left out."),
          context: z.string().max(LONGEST_NAME).optional(),
          kind: z.string().max(LONGEST_NAME).optional(),
          severity: severity.optional(),
          subjectKey: z.string().max(LONGEST_NAME).optional().describe("The whole of it."),
          q: z
            .string()
            .min(1)
            .max(LONGEST_NAME)
            .optional()
            .describe("The beginning of subjectKey, in any case; or the problem's own id."),
          ...pageQuery({ limit: 50, most: 500 }),
        }),
        response: { 200: pageOf(foundProblemSchema) },
      },
    },
    async ({ query, hidesPeople }) => {
      const page = await loadPage(
        query,
        rowId,
        (filter, after, limit) => loadProblems(db, { ...filter, hidesAddresses: hidesPeople }, after, limit),
        ({ id }) => id,
      );
      return { ...page, items: page.items.map(toProblemView) };
    },
  );

  app.get(
    "/api/v1/problems/:id",
    {
      schema: {
        summary: "A problem, with what was found",
        tags: ["problems"],
        params: z.strictObject({ id: rowId }),
        response: { 200: foundProblemDetailSchema, 404: problemSchema },
      },
    },
    async ({ params: { id } }) => {
      const problem = await loadProblem(db, id);
      if (problem === null) throw new HttpProblem(404, `There is no problem ${id}.`);
      return toProblemView(problem);
    },
  );
}
