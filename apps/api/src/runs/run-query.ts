import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@drumline/core/clock";
import { RUN_INSTANTS, RUN_ORIGINS, RUN_STATUSES, type RunFilter } from "@drumline/engine";
import type { FastifyRequest } from "fastify";
import { z } from "zod";

import { refuseIfHidden } from "../auth/hide-people.ts";

const UNIT_MS: Readonly<Record<string, number>> = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };
const AGO = /^(\d{1,6})([smhd])$/;

/** An instant, or how long ago it was: that stays what it is in a link, and moves with the clock. */
const instantOrAgo = z
  .string()
  .max(40)
  .refine((text) => AGO.test(text) || z.iso.datetime({ offset: true }).safeParse(text).success, {
    error: "expected an instant such as 2026-11-26T10:00:00Z, or how long ago it was, such as 90m, 24h or 7d",
  });

function toInstant(text: string, now: Date): Date {
  const [, number, unit] = AGO.exec(text) ?? [];
  return number === undefined ? new Date(text) : new Date(now.getTime() - Number(number) * UNIT_MS[unit!]!);
}

/** Words of a list, separated by commas. */
function someOf<const Word extends string>(words: readonly [Word, ...Word[]]) {
  const one = z.enum(words);
  return z
    .string()
    .max(300)
    .refine((text) => text.split(",").every((word) => one.safeParse(word).success), {
      error: `expected one or more of ${words.join(", ")}, separated by commas`,
    });
}

const PATH_AND_VALUE = /^([\w-]{1,60}(?:\.[\w-]{1,60}){0,5})=(.{0,200})$/s;

/** Which runs: the query of lists, counts and files, and what a bulk action is given. */
export const runFilterShape = {
  task: z.string().max(200).optional().describe("Wire name of the task."),
  status: someOf(RUN_STATUSES)
    .optional()
    .describe(`Some of ${RUN_STATUSES.join(", ")}, separated by commas.`),
  schedule: z.string().max(200).optional().describe("Key of the schedule."),
  origin: someOf(RUN_ORIGINS)
    .optional()
    .describe(`Why it exists: some of ${RUN_ORIGINS.join(", ")}.`),
  queue: z.string().max(100).optional(),
  error: z.string().min(1).max(200).optional().describe("Part of the error, in any case; quick from three signs on."),
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional()
    .describe("Failures of one cause: `fingerprint` of GET /api/v1/runs/failures."),
  args: z
    .string()
    .regex(PATH_AND_VALUE, {
      error: "expected the path of an argument and its value, such as country=DE or window.days=7",
    })
    .optional()
    .describe("An argument and its value, such as `country=DE`, or `window.days=7` for one within another."),
  lateOverMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(366 * DAY_MS)
    .optional()
    .describe("Begun later than this after its due instant, or waiting for longer."),
  q: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      "Part of the task, of the schedule's key or name, or of the error; or the id of a run, or its first four signs and more.",
    ),
  by: z
    .enum(RUN_INSTANTS)
    .optional()
    .describe(
      "The instant by which the list is ordered, and which `from` and `to` mean. Left out: `finished` where only states of ended runs are asked for, else `created`.",
    ),
  from: instantOrAgo.optional().describe("From then on: an instant, or how long ago, such as `24h`."),
  to: instantOrAgo.optional().describe("Before then: an instant, or how long ago."),
} as const;

const runFilterSchema = z.strictObject(runFilterShape);
export type RunQuery = z.output<typeof runFilterSchema>;

/**
 * What is hidden from viewers cannot be sought by them either, or it could be guessed.
 * @throws {HttpProblem} 403
 */
export function refuseHiddenSearch(request: FastifyRequest, { args, error, q }: Partial<RunQuery>): void {
  if (args !== undefined) refuseIfHidden(request, "What runs were given");
  if ((error ?? "").includes("@") || (q ?? "").includes("@")) refuseIfHidden(request, "An address in an error");
}

/** As the ledger is asked: words apart, and times as instants. */
export function toRunFilter({ status, origin, args, from, to, ...rest }: RunQuery, now: Date): RunFilter {
  const [, path, value] = PATH_AND_VALUE.exec(args ?? "") ?? [];
  return {
    ...rest,
    status: status?.split(","),
    origin: origin?.split(","),
    args: path === undefined ? undefined : { path: path.split("."), value: value! },
    from: from === undefined ? undefined : toInstant(from, now),
    to: to === undefined ? undefined : toInstant(to, now),
  };
}

/** The same filter with instants for times that are relative, and of what there is by now. */
export function freezeRunQuery(query: Readonly<Record<string, unknown>>, now: Date): Readonly<Record<string, unknown>> {
  const { from, to } = query as RunQuery;
  const frozen = from === undefined ? {} : { from: toInstant(from, now).toISOString() };
  return { ...query, ...frozen, to: (to === undefined ? now : toInstant(to, now)).toISOString() };
}
