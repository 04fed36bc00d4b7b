import { confirmSubscription, findConfirmation, isMailAddress, subscribe } from "@drumline/shop/commands";
import { loadSubscriptions, SUBSCRIPTION_STATUSES } from "@drumline/shop/queries";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant, rowId } from "../http/wire.ts";
import { linkQuery, type PageLanguage, readForms, sendLinkPage, toPageLanguage } from "./link-pages.ts";

const subscriptionSchema = z
  .object({
    id: rowId,
    sku: z.string(),
    status: z.enum(SUBSCRIPTION_STATUSES).describe("PENDING: the person has not confirmed that the address is theirs."),
    email: z.string().nullable().describe("Null once it has ended."),
    locale: z.string(),
    timeZone: z.string().nullable(),
    consentText: z.string(),
    createdAt: instant,
    confirmedAt: instant.nullable(),
    notifiedAt: instant.nullable(),
    endedAt: instant.nullable(),
  })
  .meta({ id: "StockSubscription" });

const bodySchema = z.strictObject({
  sku: z.string().min(1).max(200),
  email: z.string().max(254),
  locale: z
    .string()
    .max(35)
    .regex(/^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/, { error: "expected a locale such as nl or nl-BE" })
    .default("en"),
  timeZone: z.string().max(64).optional().describe("IANA, of the person; without it the shop's."),
  consentText: z.string().min(1).max(2_000).describe("The words that the person agreed to."),
});

const takenSchema = z
  .object({ id: rowId, status: z.enum(SUBSCRIPTION_STATUSES) })
  .meta({ id: "StockSubscriptionTaken" });

/** Who wants to be told when a product is back: taken from the shop, and confirmed by the person behind the address. */
export async function addSubscriptionRoutes(app: Api, { db, clock, mailLinks }: ApiParts): Promise<void> {
  app.get(
    "/api/v1/shop/subscriptions",
    {
      config: { keepsNoCopy: true },
      schema: {
        summary: "Who waits for products, newest first",
        tags: ["shop"],
        querystring: z.strictObject({
          status: z.enum(SUBSCRIPTION_STATUSES).optional(),
          sku: z.string().max(200).optional(),
          ...pageQuery({ limit: 50, most: 200 }),
        }),
        response: { 200: pageOf(subscriptionSchema) },
      },
    },
    async ({ query }) =>
      loadPage(
        query,
        z.object({ id: rowId }),
        (filter, after, limit) => loadSubscriptions(db, filter, after, limit),
        ({ id }) => ({ id }),
      ),
  );

  app.post(
    "/api/v1/shop/subscriptions",
    {
      config: { access: "operator" },
      schema: {
        summary: "Somebody wants to be told when a product is back",
        description: "The person gets a mail with a link to confirm, once a day however often it is asked.",
        tags: ["shop"],
        body: bodySchema,
        response: { 202: takenSchema, 404: problemSchema, 409: problemSchema },
      },
    },
    async ({ body }, reply) => {
      if (!isMailAddress(body.email))
        throw new HttpProblem(400, "The address is none that mail can be sent to.", {
          errors: [{ where: "body.email", problem: "expected one plain address, such as ada@example.com" }],
        });
      const taken = await subscribe(
        db,
        { ...body, timeZone: body.timeZone ?? null },
        { now: clock.now(), from: mailLinks.backInStockFrom },
      );
      if (taken.kind === "UNKNOWN_SKU") throw new HttpProblem(404, `There is no product ${body.sku}.`);
      if (taken.kind === "AVAILABLE")
        throw new HttpProblem(409, `${body.sku} is in stock: ${taken.available} available.`, { code: "IN_STOCK" });
      return reply.status(202).send({ id: taken.id, status: taken.status as (typeof SUBSCRIPTION_STATUSES)[number] });
    },
  );

  const schema = { tags: ["shop"], querystring: linkQuery, produces: ["text/html"] };
  await app.register(async (plugin) => {
    const scope = plugin.withTypeProvider<ZodTypeProvider>();
    readForms(scope);
    scope.get(
      "/shop/confirm",
      {
        config: { access: "public" },
        schema: { summary: "The page behind a link to confirm; changes nothing", ...schema },
      },
      async ({ query, headers }, reply) => {
        const found = await findConfirmation(db, query.token, clock.now());
        const language = toPageLanguage(found?.locale ?? headers["accept-language"]);
        const words = WORDS[language];
        if (found === null) return sendLinkPage(reply, 404, { language, title: words.wrong, text: words.why });
        const button = { label: words.yes, name: "confirm", value: "yes" };
        return sendLinkPage(reply, 200, { language, title: found.title, text: words.ask, button });
      },
    );
    scope.post(
      "/shop/confirm",
      {
        config: { access: "public", idempotencyKey: false },
        schema: { summary: "The person wants to be told; a second time changes nothing", ...schema },
      },
      async ({ query, headers }, reply) => {
        const confirmed = await confirmSubscription(db, query.token, clock.now());
        const language = toPageLanguage(confirmed?.locale ?? headers["accept-language"]);
        const words = WORDS[language];
        if (confirmed === null) return sendLinkPage(reply, 404, { language, title: words.wrong, text: words.why });
        return sendLinkPage(reply, 200, { language, title: confirmed.title, text: words.done });
      },
    );
  });
}

const WORDS: Readonly<Record<PageLanguage, Record<"ask" | "yes" | "done" | "wrong" | "why", string>>> = {
  en: {
    ask: "Shall we write to you when it is back in stock?",
    yes: "Yes, tell me",
    done: "We write to you when it is back.",
    wrong: "This link leads nowhere",
    why: "It is not complete, or older than 7 days. Please ask again at the product.",
  },
  nl: {
    ask: "Zullen we je schrijven als het weer op voorraad is?",
    yes: "Ja, laat het me weten",
    done: "We schrijven je als het er weer is.",
    wrong: "Deze link werkt niet",
    why: "Hij is niet volledig, of ouder dan 7 dagen. Vraag het opnieuw bij het product.",
  },
  tr: {
    ask: "Yeniden stoka girdiğinde sana yazalım mı?",
    yes: "Evet, haber ver",
    done: "Geldiğinde sana yazacağız.",
    wrong: "Bu bağlantı geçersiz",
    why: "Eksik ya da 7 günden eski. Lütfen ürün sayfasından yeniden iste.",
  },
};
