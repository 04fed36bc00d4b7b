import {
  attemptDetailSchema,
  countOrders,
  loadAttempt,
  loadChannels,
  loadOrder,
  loadOrderEvents,
  loadOrders,
  MOST_EVENTS,
  orderDetailSchema,
  orderEventSchema,
  orderSummarySchema,
} from "@drumline/oms/queries";
import { loadProblems } from "@drumline/problems";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { rowId } from "../http/wire.ts";
import { foundProblemSchema, toProblemView } from "../problems/problem-view.ts";
import { idOrNumber } from "./commands.ts";

const text = z.string().min(1).max(200);

const filter = {
  find: text.optional().describe("A number or its beginning; or the whole number of a package, a transfer, a parcel."),
  number: text.optional(),
  package: text.optional().describe("Number of a package."),
  tracking: text.optional().describe("Tracking number of a parcel."),
  channel: text.optional().describe("Its name."),
  state: orderSummarySchema.shape.state.optional(),
  plan: orderSummarySchema.shape.plan.unwrap().optional(),
  short: z.stringbool().optional().describe("Whether a package waits for stock or a decision."),
  problem: z.stringbool().optional().describe("Whether a problem of it is open."),
};

const MOST_PROBLEMS = 50;

/** Orders, what happened to them, and why they were planned as they were. */
export function addOrderRoutes(app: Api, { db }: ApiParts): void {
  app.get(
    "/api/v1/oms/orders",
    {
      schema: {
        summary: "Orders, newest first",
        tags: ["oms"],
        querystring: z.strictObject({ ...filter, ...pageQuery({ limit: 50, most: 500 }) }),
        response: { 200: pageOf(orderSummarySchema) },
      },
    },
    async ({ query }) =>
      loadPage(
        query,
        rowId,
        (asked, before, limit) => loadOrders(db, asked, before, limit),
        ({ id }) => BigInt(id),
      ),
  );

  app.get(
    "/api/v1/oms/orders/count",
    {
      schema: {
        summary: "How many orders a filter matches",
        tags: ["oms"],
        querystring: z.strictObject(filter),
        response: { 200: z.object({ count: z.int(), exact: z.boolean().describe("False: that many and more.") }) },
      },
    },
    ({ query }) => countOrders(db, query),
  );

  app.get(
    "/api/v1/oms/channels",
    {
      schema: {
        summary: "Channels that orders come from",
        tags: ["oms"],
        response: { 200: z.object({ items: z.array(z.object({ name: z.string() })) }) },
      },
    },
    async () => ({ items: await loadChannels(db) }),
  );

  app.get(
    "/api/v1/oms/orders/:id",
    {
      schema: {
        summary: "One order: its parts, what happened to it, and what is wrong with it",
        tags: ["oms"],
        params: idOrNumber,
        response: {
          200: z.object({
            order: orderDetailSchema,
            events: z
              .array(orderEventSchema)
              .readonly()
              .describe(`In the order they happened; the last ${MOST_EVENTS} of more.`),
            problems: z.array(foundProblemSchema).describe("Those that are open."),
          }),
          404: problemSchema,
        },
      },
    },
    async ({ params: { id } }) => {
      const order = await loadOrder(db, id);
      if (order === null) throw new HttpProblem(404, `There is no order with the id or number ${id}.`);
      const events = await loadOrderEvents(db, order.id);
      const subjects = [...new Set(events.flatMap((event) => (event.lane === "problem" ? [event.subject] : [])))];
      const problems = await Promise.all(
        subjects
          .slice(0, MOST_PROBLEMS)
          .map((subjectKey) => loadProblems(db, { open: true, context: "oms", subjectKey }, null, MOST_PROBLEMS)),
      );
      return { order, events, problems: problems.flat().map(toProblemView) };
    },
  );

  app.get(
    "/api/v1/oms/orders/:id/attempts/:no",
    {
      schema: {
        summary: "Why an attempt planned an order as it did, and what would have changed it",
        tags: ["oms"],
        params: idOrNumber.extend({ no: z.coerce.number().int().min(1).max(1_000_000) }),
        response: { 200: attemptDetailSchema, 404: problemSchema },
      },
    },
    async ({ params: { id, no } }) => {
      const attempt = await loadAttempt(db, id, no);
      if (attempt === null)
        throw new HttpProblem(404, `No attempt ${no} of an order with the id or number ${id} is on record.`);
      return attempt;
    },
  );
}
