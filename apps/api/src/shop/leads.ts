import { endLeadByHand } from "@drumline/shop/commands";
import { LEAD_STATUSES, loadLead, loadLeads } from "@drumline/shop/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant, rowId } from "../http/wire.ts";

const leadSchema = z
  .object({
    id: rowId,
    status: z
      .enum(LEAD_STATUSES)
      .describe("OPEN: a reminder may follow. BOUGHT: the same person bought some of it, from whichever cart."),
    endReason: z
      .string()
      .nullable()
      .describe("Of ENDED: REMINDED, UNSUBSCRIBED, SOLD_OUT, TOO_LATE, RESTORED, BY_PERSON."),
    cartReference: z.string(),
    email: z.string().nullable(),
    name: z.string().nullable(),
    locale: z.string(),
    currency: z.string(),
    lines: z
      .array(
        z.object({ sku: z.string(), title: z.string(), quantity: z.int(), priceMinor: z.string().describe("Digits.") }),
      )
      .readonly(),
    abandonedAt: instant,
    createdAt: instant,
    endedAt: instant.nullable(),
    restoredAt: instant.nullable().describe("When its person brought the cart back by a link."),
  })
  .meta({ id: "ShopLead" });

/** They name people: a viewer does not see them. */
const config = { access: "operator" } as const;
const params = z.strictObject({ id: rowId });

export function addLeadRoutes(app: Api, { db, clock }: ApiParts): void {
  app.get(
    "/api/v1/shop/leads",
    {
      config: { ...config, keepsNoCopy: true },
      schema: {
        summary: "Carts that were left behind by somebody who agreed to be reminded, newest first",
        tags: ["shop"],
        querystring: z.strictObject({
          status: z.enum(LEAD_STATUSES).optional(),
          ...pageQuery({ limit: 50, most: 200 }),
        }),
        response: { 200: pageOf(leadSchema) },
      },
    },
    async ({ query }) =>
      loadPage(
        query,
        rowId,
        (filter, after, limit) => loadLeads(db, filter, after, limit),
        ({ id }) => id,
      ),
  );

  app.get(
    "/api/v1/shop/leads/:id",
    {
      config: { ...config, keepsNoCopy: true },
      schema: { summary: "One lead", tags: ["shop"], params, response: { 200: leadSchema, 404: problemSchema } },
    },
    async ({ params: { id } }) => (await loadLead(db, id)) ?? notThere(id),
  );

  app.post(
    "/api/v1/shop/leads/:id/end",
    {
      config,
      schema: {
        summary: "End a lead: nobody is reminded any more",
        tags: ["shop"],
        params,
        response: { 200: leadSchema, 404: problemSchema, 409: problemSchema },
      },
    },
    async ({ params: { id } }) => {
      const isEnded = await endLeadByHand(db, id, clock.now());
      const lead = (await loadLead(db, id)) ?? notThere(id);
      if (isEnded) return lead;
      throw new HttpProblem(409, `The lead is ${lead.status} already.`, { code: lead.status });
    },
  );
}

function notThere(id: bigint): never {
  throw new HttpProblem(404, `There is no lead ${id}; it may have been deleted after SHOP_CHECKOUT_DAYS.`);
}
