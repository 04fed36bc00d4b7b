import { loadFindings } from "@drumline/ecomnow/queries";
import { startRuns } from "@drumline/engine";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { HttpProblem } from "../http/problem.ts";
import { rowId } from "../http/wire.ts";
import { startedResponse } from "../runs/started-run.ts";
import { toFindingView } from "./findings.ts";
import { requireSecondPerson } from "./second-person.ts";

const PERFORM = "PerformUserAudit";
const MOST_APPLIED = 10_000;

/** Has what was decided about findings done: the last look of a person, and of a second one where there is to be one. */
export function addApplyRoute(app: Api, parts: ApiParts): void {
  const { db, queues: backend, deduplicate, tasks, secondPerson } = parts;

  app.post(
    "/api/v1/user-audits/apply",
    {
      config: { access: "operator" },
      schema: {
        summary: "Apply what was decided",
        description:
          "Starts PerformUserAudit, which performs all decisions that wait. With USER_AUDIT_SECOND_PERSON, what disables or deletes a user is confirmed by that in the name of whoever is signed in: all of `ids`, or all that wait, or none of them where one is their own decision (403, `OWN_DECISION`, with the names of who else may).",
        tags: ["user audit"],
        body: z.strictObject({
          ids: z
            .array(rowId)
            .min(1)
            .max(MOST_APPLIED)
            .optional()
            .describe("The decisions that were looked at; left out, all that wait."),
          versions: z
            .record(z.string().regex(/^\d{1,18}$/), z.int().min(1))
            .optional()
            .describe("The versions that were looked at, by id; another by now is a 409."),
        }),
        response: startedResponse,
      },
    },
    async (request, reply) => {
      const { ids, versions } = request.body;
      if (secondPerson) {
        const waiting = await loadWaiting(ids);
        if (waiting.length > 0) await requireSecondPerson(parts, request, { ids: waiting, versions });
      }
      const definition = tasks.find(({ name }) => name === PERFORM);
      if (definition?.built !== true)
        throw new HttpProblem(422, `${PERFORM} cannot be run here.`, { code: "UNKNOWN_TASK" });
      const wanted = { id: request.reservation?.id, definition, args: {}, requestedBy: whoAsks(request) };
      const [answer] = await startRuns({ db, backend, deduplicate }, [wanted]);
      const { kind, runId } = answer!;
      const started = kind === "started";
      return reply
        .status(started ? 202 : 200)
        .header("location", `/api/v1/runs/${runId}`)
        .send({ runId, started });
    },
  );

  /** What asks for a second person, of all or of these. */
  async function loadWaiting(ids: readonly bigint[] | undefined): Promise<bigint[]> {
    const pending = await loadFindings(db, { actionStatus: "PENDING", ids }, null, MOST_APPLIED);
    return pending.filter((row) => toFindingView(row, parts).awaitsConfirmation).map(({ id }) => id);
  }
}
