import {
  findWrongInstant,
  type MovementInput,
  movementInputSchema,
  type NewMovement,
  recordMovementList,
  recordMovements,
  toMovement,
  UnusableMovementList,
} from "@drumline/shop/commands";
import { loadMovements, MOVEMENT_KINDS, type MovementRow } from "@drumline/shop/queries";
import { z } from "zod";

import type { Api, ApiParts } from "../api.ts";
import { whoAsks } from "../auth/access.ts";
import { loadPage, pageOf, pageQuery } from "../http/page.ts";
import { HttpProblem, problemSchema } from "../http/problem.ts";
import { instant, rowId } from "../http/wire.ts";

const MOST_ITEMS = 1_000;
const kindSchema = z.enum([...MOVEMENT_KINDS, "CORRECTION"]);

const movementSchema = z
  .object({
    id: rowId,
    sku: z.string(),
    kind: kindSchema,
    pieces: z.string().describe("Pieces moved, exact; of COUNTED, the pieces that lay there."),
    effect: z.string().nullable().describe("What it did to the level, signed; null while it waits."),
    balance: z.string().nullable().describe("The level after it."),
    reason: z.string().nullable(),
    actor: z.string(),
    source: z.string(),
    sourceRef: z.string(),
    occurredAt: instant,
    recordedAt: instant,
    appliedAt: instant.nullable(),
    refusal: z.string().nullable().describe("UNKNOWN_SKU waits for its product, OUT_OF_RANGE is never applied."),
  })
  .meta({ id: "ShopMovement" });

const toView = ({ quantity, counted, effect, balance, ...movement }: MovementRow): z.output<typeof movementSchema> => ({
  ...movement,
  pieces: String(quantity ?? counted ?? 0n),
  effect: effect === null ? null : String(effect),
  balance: balance === null ? null : String(balance),
});

/** Sources that Drumline itself is. */
const OWN_SOURCES = new Set(["shop", "csv", "cli", "oms", "ecomnow"]);
export const sourceSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)
  .refine((source) => !OWN_SOURCES.has(source), "is a name that Drumline uses itself")
  .default("api")
  .describe("Who tells it: references are unique within a source.");

export const recordedSchema = z
  .object({
    recorded: z.int(),
    known: z.int().describe("On record already under their references, and left as they are."),
  })
  .meta({ id: "RecordedMovements" });

/** @throws {HttpProblem} 400 that names every item whose instant is none */
export function toMovements(
  items: readonly MovementInput[],
  by: { readonly actor: string; readonly source: string },
  now: Date,
  field = "occurredAt",
): NewMovement[] {
  const movements = items.map((item) => toMovement(item, by));
  const errors = movements.flatMap(({ occurredAt }, index) => {
    const problem = findWrongInstant(occurredAt, now);
    return problem === null ? [] : [{ where: `body.items.${index}.${field}`, problem }];
  });
  if (errors.length > 0) throw new HttpProblem(400, "Nothing was recorded.", { errors });
  return movements;
}

export function addShopMovementRoutes(app: Api, { db, clock }: ApiParts): void {
  app.get(
    "/api/v1/shop/movements",
    {
      schema: {
        summary: "What happened to pieces, newest first",
        tags: ["shop"],
        querystring: z.strictObject({
          sku: z.string().max(200).optional(),
          kind: kindSchema.optional(),
          source: z.string().max(64).optional(),
          isApplied: z
            .enum(["true", "false"])
            .transform((word) => word === "true")
            .optional(),
          ...pageQuery({ limit: 100, most: 500 }),
        }),
        response: { 200: pageOf(movementSchema) },
      },
    },
    async ({ query }) => {
      const page = await loadPage(
        query,
        rowId,
        (filter, before, limit) => loadMovements(db, filter, before, limit),
        ({ id }) => id,
      );
      return { ...page, items: page.items.map(toView) };
    },
  );

  app.post(
    "/api/v1/shop/movements",
    {
      config: { access: "operator" },
      schema: {
        summary: "Tell what happened to pieces",
        description: "On record at once, and applied by the next run of update_products_inventory.",
        tags: ["shop"],
        body: z.strictObject({ source: sourceSchema, items: z.array(movementInputSchema).min(1).max(MOST_ITEMS) }),
        response: { 200: recordedSchema },
      },
    },
    async (request) => {
      const { source, items } = request.body;
      const movements = toMovements(items, { actor: whoAsks(request), source }, clock.now());
      const recorded = await recordMovements(db, movements, clock.now());
      return { recorded, known: movements.length - recorded };
    },
  );

  // A scope of its own: nowhere else is CSV a body. It is left unread here, and taken in as it comes by the route.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("text/csv", (_request, _payload, done) => done(null));
    (scope as Api).post(
      "/api/v1/shop/movements/csv",
      {
        // The lines have references for this.
        config: { access: "operator", idempotencyKey: false },
        schema: {
          summary: "Tell what happened to pieces, by a CSV file",
          description:
            "text/csv, UTF-8, up to 5 MB, with the header `sku,kind,pieces,occurred_at,reference` and, if wanted, `reason`. Good lines are recorded and bad ones told by number; the same file again changes nothing.",
          tags: ["shop"],
          consumes: ["text/csv"],
          response: {
            200: recordedSchema.extend({
              bad: z.int(),
              badLines: z
                .array(z.object({ line: z.int(), field: z.string().nullable(), problem: z.string() }))
                .readonly()
                .describe("The first thousand."),
            }),
            400: problemSchema,
            413: problemSchema,
          },
        },
      },
      async (request) => {
        try {
          return await recordMovementList(db, request.raw.iterator({ destroyOnReturn: false }), {
            actor: whoAsks(request),
            now: clock.now(),
          });
        } catch (error) {
          if (!(error instanceof UnusableMovementList)) throw error;
          // What is left of the body is not read: the next request must not find it on its connection.
          const headers = { connection: "close" };
          const { code } = error;
          throw new HttpProblem(code === "TOO_LARGE" ? 413 : 400, error.message, { code, headers, cause: error });
        }
      },
    );
  });
}
