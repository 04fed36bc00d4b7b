import { z } from "zod";

import { incomingSource, outgoingTarget } from "./source.ts";

const identity = {
  name: z.string().trim().min(1).max(300),
  description: z.string().max(4_000).default(""),
};
const isDisabled = z.boolean().default(false);

/** How we say who we are. The secret is written and never read; left out, it stays. */
const auth = z
  .strictObject({
    kind: z.enum(["NONE", "BEARER", "BASIC", "HEADER"]),
    name: z.string().max(200).nullable().default(null).describe("The user of BASIC, the header's name of HEADER."),
    secret: z
      .string()
      .min(1)
      .max(4_000)
      .optional()
      .describe("Never told again; env:ECOMNOW_SECRET_… refers to an env key."),
  })
  .default({ kind: "NONE", name: null });

export const incomingBody = z.strictObject({ ...identity, isDisabled, source: incomingSource, auth });
export const outgoingBody = z.strictObject({ ...identity, isDisabled, target: outgoingTarget, auth });
export const transformerBody = z.strictObject({
  ...identity,
  expression: z.string().trim().min(1).max(10_000).describe("JSONata."),
});

const identifier = z.string().min(1).max(100);

export const routeBody = z.strictObject({
  ...identity,
  isDisabled: isDisabled.describe("Its tasks are made, and not worked on."),
  incoming: identifier,
  outgoing: identifier,
  transformers: z.array(identifier).max(10).default([]).describe("Applied in this order."),
  isRealTime: z.boolean().default(false).describe("Sent right after the commit that made the task."),
  maxAttempts: z.int().min(1).max(10).default(3),
  retryIntervalMinutes: z.int().min(1).max(360).default(5),
  onFailed: z.enum(["NEXT", "BLOCK"]).default("NEXT").describe("Of the later tasks of an entity whose task failed."),
  parallel: z.int().min(1).max(100).default(8).describe("Requests at once."),
});

export type Auth = z.output<typeof auth>;
export type IncomingBody = z.output<typeof incomingBody>;
export type OutgoingBody = z.output<typeof outgoingBody>;
export type TransformerBody = z.output<typeof transformerBody>;
export type RouteBody = z.output<typeof routeBody>;
