import { randomUUID } from "node:crypto";

import { recordAuditEvents } from "@drumline/audit/audit-events";
import {
  abortBulkAction,
  type BulkAction,
  BULK_OUTCOMES,
  BULK_STATES,
  includesRole,
  insertBulkAction,
  loadBulkAction,
  loadBulkActions,
  loadBulkRows,
} from "@drumline/engine";
import type { FastifyRequest } from "fastify";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { auditOf } from "../auth/audit-of.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant } from "../http/wire.ts";
import type { BulkKind } from "./bulk-kind.ts";
import { contextKinds } from "./context-kinds.ts";
import { previewBulkAction, previewSchema } from "./preview.ts";
import { runKinds } from "./run-kinds.ts";
import { scheduleKinds } from "./schedule-kinds.ts";
import { workBulkActions } from "./work-bulk-actions.ts";

const MOST_IDS = 10_000;
const BODY_LIMIT_BYTES = 1024 * 1024;

const bulkActionSchema = z
  .object({
    id: z.string(),
    action: z.string(),
    filter: z.record(z.string(), z.unknown()).readonly().describe("With instants for times that were relative."),
    params: z.record(z.string(), z.unknown()).readonly(),
    requestedBy: z.string(),
    state: z.enum(BULK_STATES).describe("MATCHING finds the rows; RUNNING does it; the others are ends."),
    matched: z.int().describe("Rows that it is about; 0 while it finds them."),
    hasMore: z.boolean().describe("More than 100,000 rows matched: the rest is for another action."),
    done: z.int(),
    skipped: z.int().describe("Rows that had changed, or to which it cannot be done."),
    failed: z.int(),
    abortRequestedBy: z.string().nullable(),
    error: z.string().nullable().describe("What interrupted it; while it has not ended, it is tried again."),
    createdAt: instant,
    startedAt: instant.nullable(),
    finishedAt: instant.nullable(),
    undo: z
      .object({
        action: z.string(),
        of: z.string(),
        params: z.record(z.string(), z.unknown()).readonly(),
      })
      .nullable()
      .describe("The body of the POST that takes it back, once something was done; null where nothing can."),
  })
  .meta({ id: "BulkAction" });

const problems = { 404: problemSchema, 409: problemSchema };
const params = z.object({ id: z.uuid() });

/** One act on all that a filter has: previewed, stored, done in batches, aborted and accounted for row by row. */
export function addBulkActionRoutes(app: Api, parts: ApiParts): void {
  const { db, clock } = parts;
  const kinds: Readonly<Record<string, BulkKind>> = {
    ...runKinds(parts),
    ...scheduleKinds(parts),
    ...contextKinds(parts),
  };
  const names = Object.keys(kinds) as [string, ...string[]];
  const wake = workBulkActions(app, parts, kinds);
  const toView = (action: BulkAction): z.output<typeof bulkActionSchema> => {
    const undo = action.finishedAt === null || action.done === 0 ? undefined : kinds[action.action]?.undo;
    return { ...action, undo: undo === undefined ? null : { action: undo.action, of: action.id, params: undo.params } };
  };

  app.post(
    "/api/v1/bulk-actions",
    {
      config: { access: "operator" },
      bodyLimit: BODY_LIMIT_BYTES,
      schema: {
        summary: "Do one thing to everything that a filter has",
        description: [
          "Say which rows by `filter` (the filter of their list, by the same names; at least one field), by `ids`, or by `of`: those to which that bulk action was done.",
          "With `dryRun` it answers 200 and says to how many it could be done, and why not to the others; without, 202 and the action, which an api process does in batches. It survives the end of that process.",
          ...Object.entries(kinds).map(([name, { summary, access }]) => `- \`${name}\` (${access}): ${summary}.`),
        ].join("\n"),
        tags: ["bulk actions"],
        body: z.strictObject({
          action: z.enum(names),
          filter: z.record(z.string(), z.unknown()).optional(),
          ids: z.array(z.string().min(1).max(100)).min(1).max(MOST_IDS).optional(),
          of: z.uuid().optional(),
          params: z
            .record(z.string(), z.unknown())
            .default({})
            .describe("`schedules.pause`: reason, until; `user-audits.decide`: action."),
          dryRun: z.boolean().default(false),
        }),
        response: { 200: previewSchema, 202: bulkActionSchema },
      },
    },
    async (request, reply) => {
      const { action, dryRun, ids, of, filter } = request.body;
      const kind = kinds[action]!;
      requireRole(request, kind);
      if ([ids, of, filter].filter((one) => one !== undefined).length !== 1)
        throw wrongBody("body", "say which rows by one of filter, ids and of");
      const odd = ids?.find((id) => !kind.idForm.test(id));
      if (odd !== undefined) throw wrongBody("body.ids", `holds ${odd}, which is no id of what this is done to`);
      const now = clock.now();
      const which = filter === undefined ? { ...(ids && { ids }), ...(of && { of }) } : readFilter(kind, filter, now);
      const wanted = readPart(kind.params, request.body.params, "params");
      if (dryRun) return reply.status(200).send(await previewBulkAction(db, kind, which, now));
      const id = request.reservation?.id ?? randomUUID();
      await db.$transaction(async (tx) => {
        const asked = { id, action, filter: which, params: wanted, requestedBy: whoAsks(request) };
        if (!(await insertBulkAction(tx, asked))) return;
        const content = { action, filter: toAudited(which), params: wanted };
        await recordAuditEvents(tx, [auditOf(request, clock, "bulk_action", id, content)]);
      });
      wake();
      return reply
        .status(202)
        .header("location", `/api/v1/bulk-actions/${id}`)
        .send(toView((await loadBulkAction(db, id))!));
    },
  );

  app.get(
    "/api/v1/bulk-actions",
    {
      config: { keepsNoCopy: true },
      schema: {
        summary: "Bulk actions, newest first",
        tags: ["bulk actions"],
        querystring: z.strictObject({
          action: z.enum(names).optional(),
          state: z.enum(BULK_STATES).optional(),
          ...pageQuery({ limit: 50, most: 200 }),
        }),
        response: { 200: pageOf(bulkActionSchema) },
      },
    },
    async ({ query }) => {
      const page = await loadPage(
        query,
        z.object({ createdAt: instant, id: z.uuid() }),
        (filter, before, limit) => loadBulkActions(db, filter, before, limit),
        ({ createdAt, id }) => ({ createdAt, id }),
      );
      return { ...page, items: page.items.map(toView) };
    },
  );

  const require = async (id: string): Promise<BulkAction> => {
    const action = await loadBulkAction(db, id);
    if (action === null) throw new HttpProblem(404, `There is no bulk action ${id}.`);
    return action;
  };

  app.get(
    "/api/v1/bulk-actions/:id",
    {
      schema: {
        summary: "One bulk action and how far it is",
        tags: ["bulk actions"],
        params,
        response: { 200: bulkActionSchema, 404: problemSchema },
      },
    },
    async (request) => toView(await require(request.params.id)),
  );

  app.get(
    "/api/v1/bulk-actions/:id/rows",
    {
      schema: {
        summary: "What became of each row of a bulk action",
        tags: ["bulk actions"],
        params,
        querystring: z.strictObject({
          outcome: z.enum([...BULK_OUTCOMES, "WAITING"]).optional(),
          ...pageQuery({ limit: 100, most: 500 }),
        }),
        response: {
          200: pageOf(
            z.object({
              rowId: z.string(),
              outcome: z.enum(BULK_OUTCOMES).nullable().describe("Null while it waits, and for good after an abort."),
              reason: z.string().nullable(),
              result: z.string().nullable().describe("What came of it, such as the id of the run that was started."),
            }),
          ),
          404: problemSchema,
        },
      },
    },
    async (request) => {
      const { id } = await require(request.params.id);
      return loadPage(
        request.query,
        z.string(),
        (filter, after, limit) => loadBulkRows(db, id, filter, after, limit),
        ({ rowId }) => rowId,
      );
    },
  );

  app.post(
    "/api/v1/bulk-actions/:id/abort",
    {
      config: { access: "operator" },
      schema: {
        summary: "End a bulk action after the batch it is at",
        description: "What is done stays done; `undo` takes it back where something can.",
        tags: ["bulk actions"],
        params,
        response: { 202: bulkActionSchema, ...problems },
      },
    },
    async (request, reply) => {
      const { id, action, state } = await require(request.params.id);
      const kind = kinds[action];
      if (kind !== undefined) requireRole(request, kind);
      if (!(await abortBulkAction(db, id, whoAsks(request))))
        throw new HttpProblem(409, `The bulk action ${id} has ended already: ${state}.`, { code: "BULK_HAS_ENDED" });
      wake();
      return reply.status(202).send(toView(await require(id)));
    },
  );
}

function requireRole({ identity }: FastifyRequest, { access, isPersonal = false }: BulkKind): void {
  if (isPersonal && identity?.session === undefined)
    throw new HttpProblem(403, "A token may be anybody's; this is for somebody who is signed in.", {
      code: "NO_PERSON",
    });
  if (identity === null || !includesRole(identity.role, access))
    throw new HttpProblem(403, `This needs the role ${access}, and you have ${identity?.role ?? "none"}.`, {
      code: "FORBIDDEN",
    });
}

/** A filter that filters nothing is a mistake that nobody means. */
function readFilter(kind: BulkKind, given: Readonly<Record<string, unknown>>, now: Date) {
  const filter = readPart(kind.filter, given, "filter");
  const fields = Object.entries(filter).filter(([name, value]) => name !== "by" && value !== undefined);
  if (fields.length === 0)
    throw wrongBody(
      "body.filter",
      `is empty, which would be everything; say ${Object.keys(kind.filter.shape).join(", ")}`,
    );
  return kind.freeze?.(filter, now) ?? filter;
}

function readPart(schema: z.ZodObject, given: unknown, where: string): Readonly<Record<string, unknown>> {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  throw new HttpProblem(400, `The ${where} of this action has another form; every wrong field is listed in errors.`, {
    errors: read.error.issues.map(({ path, message }) => ({
      where: ["body", where, ...path].join("."),
      problem: message,
    })),
  });
}

const wrongBody = (where: string, problem: string): HttpProblem =>
  new HttpProblem(400, `${where} ${problem}.`, { errors: [{ where, problem }] });

/** The action has the ids; the audit says how many they are. */
const toAudited = ({ ids, ...filter }: Readonly<Record<string, unknown>>): object =>
  Array.isArray(ids) ? { ids: ids.length } : filter;
