import { CHOICE_OUTCOMES, type ChoiceOutcome, chooseActions } from "@drumline/ecomnow/commands";
import { ACTIONS, loadFinding } from "@drumline/ecomnow/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { rowId } from "../http/wire.ts";
import { findingSchema, toFindingView } from "./findings.ts";

const action = z.enum(ACTIONS).describe("What PerformUserAudit is to do about the user; NONE is nothing.");

/** Choosing what is done about findings: recorded with the name of the token. */
export function addActionRoutes(app: Api, parts: ApiParts): void {
  const { db, clock } = parts;
  app.patch(
    "/api/v1/user-audits/:id",
    {
      config: { access: "operator" },
      schema: {
        summary: "Choose the action of a finding",
        description:
          "Choosing an action again that was performed, refused or failed is a new decision. One that is waiting already stays as it is.",
        tags: ["user audit"],
        params: z.strictObject({ id: rowId }),
        body: z.strictObject({
          action,
          version: z.int().min(1).optional().describe("The version that was looked at; another by now is a 409."),
        }),
        response: {
          200: findingSchema,
          404: problemSchema,
          409: problemSchema,
          422: problemSchema,
        },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { action: chosen, version } = request.body;
      const versions = version === undefined ? {} : { [String(id)]: version };
      const choice = { ids: [id], action: chosen, versions, by: whoAsks(request), at: clock.now() };
      const outcome = (await chooseActions(db, choice)).get(id)!;
      const finding = await loadFinding(db, id);
      if (finding === null) throw new HttpProblem(404, `There is no user audit ${id}.`);
      const refusal = REFUSALS[outcome];
      if (refusal !== undefined)
        throw new HttpProblem(refusal.status, refusal.detail, { code: outcome, currentVersion: finding.version });
      return toFindingView(finding, parts);
    },
  );

  app.patch(
    "/api/v1/user-audits",
    {
      config: { access: "operator" },
      schema: {
        summary: "Choose one action for many findings",
        description: "Each is set or refused for itself; the answer says which.",
        tags: ["user audit"],
        body: z.strictObject({
          ids: z.array(rowId).min(1).max(1_000),
          action,
          versions: z
            .record(z.string().regex(/^\d{1,18}$/), z.int().min(1))
            .optional()
            .describe("The versions that were looked at, by id; a finding that has another by now is CHANGED."),
        }),
        response: {
          200: z.object({
            set: z.int().describe("How many were set."),
            items: z.array(z.object({ id: rowId, outcome: z.enum(CHOICE_OUTCOMES), problem: z.string().nullable() })),
          }),
        },
      },
    },
    async (request) => {
      const outcomes = await chooseActions(db, { ...request.body, by: whoAsks(request), at: clock.now() });
      const items = [...outcomes].map(([id, outcome]) => ({
        id,
        outcome,
        problem: outcome === "NOT_FOUND" ? `There is no user audit ${id}.` : (REFUSALS[outcome]?.detail ?? null),
      }));
      return { set: items.filter(({ outcome }) => outcome === "SET").length, items };
    },
  );
}

const REFUSALS: Partial<Readonly<Record<ChoiceOutcome, { status: number; detail: string }>>> = {
  IN_PROGRESS: { status: 409, detail: "Its action is being performed. Wait for the result, then choose again." },
  CHANGED: { status: 409, detail: "It has changed since it was looked at. Read it again, then choose." },
  CLOSED: {
    status: 409,
    detail:
      "What it says no longer holds, so nothing may be taken from the user; only ENABLE_IN_AWS and NONE can be chosen.",
  },
  NOT_ABOUT_LOGIN: {
    status: 422,
    detail: "REMINDER_SENT reminds of a missing login, and only findings of UserNotLoggedInPlatform are about that.",
  },
};
