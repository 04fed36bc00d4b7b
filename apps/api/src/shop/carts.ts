import { MINUTE_MS } from "@drumline/core/clock";
import { isTimezone } from "@drumline/core/config";
import { CHECKOUT_STEPS, NoSuchShopRow, saveCart, saveCheckout, saveCustomer } from "@drumline/shop/commands";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant } from "../http/wire.ts";
import { currencyCode } from "./order-fields.ts";

const reference = z.string().min(1).max(200).describe("The shop's own name of it.");
const params = z.strictObject({ reference });

const timeZone = z
  .string()
  .refine(isTimezone, { error: "expected an IANA name such as Europe/Amsterdam" })
  .nullable()
  .default(null)
  .describe("IANA. Null: the shop's.");

/** Who it is about. An address may be anything with an @: whether mail arrives is for the mail to find out. */
const person = {
  email: z
    .string()
    .max(320)
    .regex(/^[^@\s]+@[^@\s]+$/, { error: "expected an address such as ada@example.com" })
    .nullable()
    .default(null),
  name: z.string().max(200).nullable().default(null),
  phone: z.string().max(50).nullable().default(null),
  locale: z.string().min(2).max(20).default("en").describe("en, nl or tr; others are written to in English."),
  timeZone,
};

const customerBody = z
  .strictObject({ ...person, updatedAt: instant.describe("Later news win over earlier ones.") })
  .meta({ id: "ShopCustomerNews" });

const MOST_LINES = 500;
const lastActivityAt = instant.describe("When the shopper did it. Later news win, in whichever order they come.");

const cartBody = z
  .strictObject({
    customerReference: reference.nullable().default(null),
    currency: currencyCode,
    lines: z
      .array(
        z.strictObject({
          sku: z.string().min(1).max(200),
          title: z.string().min(1).max(500),
          quantity: z.int().min(1).max(1_000_000),
          priceMinor: z.int().min(0).describe("For one piece: EUR 12.50 is 1250."),
        }),
      )
      .max(MOST_LINES),
    lastActivityAt,
  })
  .meta({ id: "ShopCartNews" });

const addressPart = z.string().max(500).optional();
const checkoutBody = z
  .strictObject({
    cartReference: reference,
    step: z.enum(CHECKOUT_STEPS).describe("How far the shopper came."),
    ...person,
    shipTo: z
      .strictObject({
        company: addressPart,
        line1: addressPart,
        line2: addressPart,
        postalCode: addressPart,
        city: addressPart,
        region: addressPart,
        country: addressPart,
      })
      .default({}),
    consent: z
      .strictObject({ at: instant, text: z.string().min(1).max(2_000).describe("The words that were agreed to.") })
      .nullable()
      .default(null)
      .describe("To be reminded of the cart. Null: not given, or taken back."),
    lastActivityAt,
  })
  .meta({ id: "ShopCheckoutNews" });

const savedSchema = z
  .object({
    reference,
    outcome: z
      .enum(["SAVED", "OLDER", "ORDERED"])
      .describe(
        "OLDER: later news are known already. ORDERED: the cart stays as it was ordered. Neither changes anything.",
      ),
  })
  .meta({ id: "ShopNewsSaved" });

const config = { access: "operator" } as const;
const response = { 200: savedSchema, 422: problemSchema };

/** What a shop tells of its shoppers. The same news twice are once, and older ones never undo later ones. */
export function addCartRoutes(app: Api, { db, clock }: ApiParts): void {
  app.put(
    "/api/v1/shop/customers/:reference",
    { config, schema: { summary: "A customer, as now", tags: ["shop"], params, body: customerBody, response } },
    async ({ params: { reference: name }, body }) => {
      refuseFuture(body.updatedAt, "updatedAt", clock.now());
      return { reference: name, outcome: await saveCustomer(db, { reference: name, ...body }) };
    },
  );

  app.put(
    "/api/v1/shop/carts/:reference",
    { config, schema: { summary: "A cart, as now", tags: ["shop"], params, body: cartBody, response } },
    async ({ params: { reference: name }, body }) => {
      refuseFuture(body.lastActivityAt, "lastActivityAt", clock.now());
      const lines = body.lines.map((line) => ({ ...line, priceMinor: BigInt(line.priceMinor) }));
      return { reference: name, outcome: await saveCart(db, { reference: name, ...body, lines }, clock.now()) };
    },
  );

  app.put(
    "/api/v1/shop/checkouts/:reference",
    {
      config,
      schema: { summary: "A checkout of a cart, as now", tags: ["shop"], params, body: checkoutBody, response },
    },
    async ({ params: { reference: name }, body }) => {
      refuseFuture(body.lastActivityAt, "lastActivityAt", clock.now());
      return { reference: name, outcome: await saveCheckout(db, { reference: name, ...body }) };
    },
  );
}

/** 422 for news of what is not there yet; null for every other error. */
export const toCartProblem = (error: unknown): HttpProblem | null =>
  error instanceof NoSuchShopRow ? new HttpProblem(422, error.message, { cause: error, code: error.code }) : null;

const MOST_AHEAD_MS = 5 * MINUTE_MS;

/** A clock that goes ahead would keep out all later news, and the cart would never count as left behind. */
function refuseFuture(at: Date, field: string, now: Date): void {
  if (at.getTime() <= now.getTime() + MOST_AHEAD_MS) return;
  const problem = `lies more than 5 minutes ahead of ${now.toISOString()}: is the shop's clock right?`;
  throw new HttpProblem(422, `The field ${field} ${problem}`, { errors: [{ where: `body.${field}`, problem }] });
}
