import { z } from "zod";

import { STAGES } from "../rules/where-it-fell.ts";

const reason = z.string().describe("One of a fixed list of words, such as NO_STOCK.");

const stockSchema = z.object({
  sku: z.string(),
  onHand: z.int(),
  reserved: z.int(),
  safetyStock: z.int(),
  blocked: z.boolean().describe("An inventory discrepancy."),
  free: z.int().describe("On hand, less what is reserved and the safety stock; 0 while it is blocked."),
});

const ruleSchema = z.object({
  name: z.string(),
  words: z.string().describe("What the rule does."),
  wantedUnits: z.int().describe("Left for it to place."),
  placedUnits: z.int(),
  funnel: z
    .array(
      z.object({
        stage: z.enum(["KNOWN", "CONSIDERED", ...STAGES]),
        words: z.string(),
        count: z.int().describe("Locations that got past it."),
        fell: z.array(z.object({ reason, words: z.string(), count: z.int() })).describe("Those that did not."),
      }),
    )
    .readonly(),
});

const locationSchema = z.object({
  erpCode: z.string(),
  chosen: z.boolean(),
  words: z.string().describe("Why, or why not, in one clause."),
  byRule: z
    .array(
      z.object({ rule: z.string(), reason: reason.nullable(), stage: z.enum(STAGES).nullable(), words: z.string() }),
    )
    .readonly(),
  priority: z.int().nullable(),
  km: z.number().nullable(),
  openPackages: z.int().nullable(),
  maxQuota: z.int().nullable(),
  stock: z.array(stockSchema).readonly(),
  placed: z.array(z.object({ sku: z.string(), units: z.int(), fetched: z.boolean() })).readonly(),
  changes: z
    .array(z.object({ words: z.string(), units: z.int(), shortUnits: z.int() }))
    .readonly()
    .nullable()
    .describe("What would have brought units here, one change each; null where too little is on record to say."),
});

/** What a record of an attempt says to a person, without what is the case today. */
export const explanationSchema = z.object({
  sentence: z.string(),
  isFull: z.boolean().describe("False of a record that keeps one reason per location only."),
  outcome: z.enum(["PLANNED", "PARTLY_SHORT", "SHORT", "NOTHING_WANTED"]),
  lines: z
    .array(
      z.object({
        orderItemId: z.string(),
        sku: z.string(),
        wanted: z.int(),
        shortUnits: z.int(),
        shortBecause: z.string().nullable(),
      }),
    )
    .readonly(),
  rules: z.array(ruleSchema).readonly(),
  locations: z.array(locationSchema).readonly().describe("Those chosen, then those that came nearest."),
  locationsLeftOut: z.int(),
  winner: z
    .object({
      erpCode: z.string(),
      runnerUp: z.string().nullable(),
      words: z.string(),
      keys: z
        .array(z.object({ by: z.string(), winner: z.number().nullable(), runnerUp: z.number().nullable() }))
        .readonly(),
    })
    .nullable(),
});

export type Explanation = z.output<typeof explanationSchema>;
