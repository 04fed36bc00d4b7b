import { type ProblemRow, resolveProblem } from "@drumline/problems";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { clientAddressOf } from "../http/client-address.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { rowId } from "../http/wire.ts";
import { foundProblemDetailSchema, toProblemView } from "./problem-view.ts";

const LONGEST_NOTE = 1_000;

/** A person settles a problem: recorded with the name of the token, in the row and in the audit. */
export function addResolveProblemRoute(app: Api, { db, clock }: ApiParts): void {
  app.post(
    "/api/v1/problems/:id/resolve",
    {
      config: { access: "operator" },
      schema: {
        summary: "Close a problem, with a note",
        description:
          "It opens again, as another row, when it is found again; with `accepted` only for another reason, or once its cause was gone.",
        tags: ["problems"],
        params: z.strictObject({ id: rowId }),
        body: z.strictObject({
          note: z.string().trim().min(1).max(LONGEST_NOTE).describe("What was done about it."),
          accepted: z.boolean().default(false).describe("True where it may stay as it is."),
          version: z.int().min(1).optional().describe("The version that was looked at; another by now is a 409."),
        }),
        response: { 200: foundProblemDetailSchema, 404: problemSchema, 409: problemSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { outcome, problem } = await resolveProblem(db, {
        ...request.body,
        id,
        by: whoAsks(request),
        at: clock.now(),
        request: { remoteAddr: clientAddressOf(request), url: request.url },
      });
      if (problem === null) throw new HttpProblem(404, `There is no problem ${id}.`);
      if (outcome !== "RESOLVED")
        throw new HttpProblem(409, REFUSALS[outcome](problem), { code: outcome, currentVersion: problem.version });
      return toProblemView(problem);
    },
  );
}

const REFUSALS = {
  CLOSED: ({ closedAt, closedBy }: ProblemRow) =>
    `It was closed at ${closedAt?.toISOString()} ${closedBy === null ? "when its cause was gone" : `by ${closedBy}`}; there is nothing to resolve.`,
  CHANGED: ({ reason }: ProblemRow) =>
    `It says something else than when it was looked at: "${reason}". Read it again, then resolve it.`,
};
