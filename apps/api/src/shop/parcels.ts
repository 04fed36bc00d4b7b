import { cancelParcel, NoSuchParcel, packParcel, ParcelRefused, relabelParcel } from "@drumline/shop/commands";
import { LABEL_STATUSES, loadLabelPdf, loadParcel, loadParcels, PARCEL_STATUSES } from "@drumline/shop/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import type { ToProblem } from "../http/answer-problems.ts";
import { refuseIfHidden } from "../auth/hide-people.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant, rowId } from "../http/wire.ts";

const parcelSchema = z
  .object({
    id: rowId,
    reference: z.string(),
    orderReference: z.string(),
    status: z.enum(PARCEL_STATUSES),
    carrier: z.string(),
    weightGrams: z.int().nullable(),
    trackingNumber: z.string().nullable(),
    trackingUrl: z.string().nullable(),
    packedAt: instant,
    shippedAt: instant.nullable(),
    deliveredAt: instant.nullable(),
    nextCheckAt: instant.nullable().describe("When the carrier is asked again; null: never."),
    lastCheckError: z.string().nullable(),
    labelStatus: z.enum(LABEL_STATUSES).nullable().describe("Of the label that counts."),
    labelError: z.string().nullable(),
  })
  .meta({ id: "ShopParcel" });

const parcelBody = z.strictObject({
  reference: z.string().trim().min(1).max(200).describe("Yours; the same again is the same parcel."),
  orderReference: z.string().trim().min(1).max(200),
  carrier: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, { error: "expected a carrier's code, such as postnl" })
    .describe("As in CARRIERS."),
  weightGrams: z.int().min(1).max(1_000_000).nullable().default(null),
});

const byId = z.strictObject({ id: rowId });
const refusals = { 404: problemSchema, 409: problemSchema };

export const toParcelProblem: ToProblem = (error) => {
  if (error instanceof NoSuchParcel) return new HttpProblem(404, `${capitalised(error.message)}.`);
  return error instanceof ParcelRefused ? new HttpProblem(409, `${capitalised(error.message)}.`) : null;
};

const capitalised = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** Parcels of the shop: packing, their labels, taking them back. */
export function addShopParcelRoutes(app: Api, { db, clock }: ApiParts): void {
  const view = async (id: bigint) => {
    const found = await loadParcel(db, id);
    if (found === null) throw new HttpProblem(404, `There is no parcel ${id}.`);
    return found;
  };

  app.get(
    "/api/v1/shop/parcels",
    {
      schema: {
        summary: "Parcels of the shop, by id",
        tags: ["shop"],
        querystring: z.strictObject({
          status: z.enum(PARCEL_STATUSES).optional(),
          orderReference: z.string().max(200).optional(),
          carrier: z.string().max(200).optional(),
          ...pageQuery({ limit: 100, most: 500 }),
        }),
        response: { 200: pageOf(parcelSchema) },
      },
    },
    ({ query }) =>
      loadPage(
        query,
        rowId,
        (filter, after, limit) => loadParcels(db, filter, after, limit),
        ({ id }) => id,
      ),
  );

  app.get(
    "/api/v1/shop/parcels/:id",
    {
      schema: {
        summary: "One parcel of the shop",
        tags: ["shop"],
        params: byId,
        response: { 200: parcelSchema, 404: problemSchema },
      },
    },
    ({ params }) => view(params.id),
  );

  app.get(
    "/api/v1/shop/parcels/:id/label.pdf",
    {
      schema: {
        summary: "The label of a parcel, 4 by 6 inches",
        tags: ["shop"],
        params: byId,
        produces: ["application/pdf"],
        response: { 200: z.any().describe("A PDF of one page."), 404: problemSchema },
      },
    },
    async (request, reply) => {
      refuseIfHidden(request, "The address on a label");
      const { params } = request;
      const pdf = await loadLabelPdf(db, params.id);
      if (pdf === null) throw new HttpProblem(404, `Parcel ${params.id} has no label; GET the parcel to see why.`);
      return reply.type("application/pdf").serializer(String).send(Buffer.from(pdf));
    },
  );

  app.post(
    "/api/v1/shop/parcels",
    {
      config: { access: "operator" },
      schema: {
        summary: "Say that a parcel of an order is packed",
        description: "Its label is bought by create_shipping_labels, and the customer is told.",
        tags: ["shop"],
        body: parcelBody,
        response: { 200: parcelSchema, ...refusals },
      },
    },
    async ({ body }) => view(await packParcel(db, body, clock.now())),
  );

  app.post(
    "/api/v1/shop/parcels/:id/label",
    {
      config: { access: "operator" },
      schema: {
        summary: "Ask for a label again, after what stood in its way was mended",
        tags: ["shop"],
        params: byId,
        response: { 200: parcelSchema, ...refusals },
      },
    },
    async ({ params }) => {
      await relabelParcel(db, params.id, clock.now());
      return view(params.id);
    },
  );

  app.post(
    "/api/v1/shop/parcels/:id/cancel",
    {
      config: { access: "operator" },
      schema: {
        summary: "Take a parcel back that has not left; its label goes back to the carrier",
        tags: ["shop"],
        params: byId,
        response: { 200: parcelSchema, ...refusals },
      },
    },
    async ({ params }) => {
      await cancelParcel(db, params.id, clock.now());
      return view(params.id);
    },
  );
}
