import { z } from "zod";

const where = {
  /** Prefix of the paths it strikes; the sandbox's own controls are never struck. */
  match: z.string().startsWith("/", { error: 'expected a path prefix such as "/api/i1/orders"' }),
  /** Chance that a request is struck, by seeded dice. */
  rate: z.number().min(0).max(1).default(1),
  /** Strikes before it wears out; without it, until it is cleared. */
  times: z.int().min(1).optional(),
};

/** One way the outside world misbehaves. Several may strike the same request: a slow 503 is a slow and a status. */
export const faultSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("status"),
    ...where,
    status: z.int().min(400).max(599).default(500),
    retryAfterSeconds: z.int().min(0).max(86_400).optional(),
  }),
  z.strictObject({ kind: z.literal("reset"), ...where }),
  z.strictObject({ kind: z.literal("slow"), ...where, delayMs: z.int().min(1).max(600_000).default(5_000) }),
  z.strictObject({ kind: z.literal("truncate"), ...where }),
  z.strictObject({
    kind: z.literal("garbage"),
    ...where,
    /** `records`: wrong types and missing fields in a share of them; `html`: a web page with status 200; `cut-json`: half of it. */
    as: z.enum(["records", "html", "cut-json"]).default("records"),
    share: z.number().gt(0).max(1).default(0.2),
  }),
  /** The records of a page are all right, but come in another order, or some of them twice. */
  z.strictObject({ kind: z.literal("disorder"), ...where, as: z.enum(["shuffled", "doubled"]).default("shuffled") }),
]);

export type Fault = z.output<typeof faultSchema>;
