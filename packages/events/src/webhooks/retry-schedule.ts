import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@drumline/core/clock";
import { z } from "zod";

const seconds = z
  .number()
  .min(0)
  .max(7 * 86_400);

/** A hook's own schedule as subscribers send it (dj-whisperer's `retry_countdown_config`); times in seconds. */
export const retryScheduleSchema = z.discriminatedUnion("choice", [
  z.strictObject({ choice: z.literal("fixed"), kwargs: z.strictObject({ seconds }) }),
  z.strictObject({
    choice: z.literal("linear"),
    kwargs: z.strictObject({ base: seconds, limit: seconds.optional() }),
  }),
  z.strictObject({
    choice: z.literal("exponential"),
    kwargs: z.strictObject({
      base: z.number().min(1).max(100),
      factor: z.number().min(0).max(100_000).default(1),
      limit: seconds.optional(),
    }),
  }),
  z.strictObject({
    choice: z.literal("random"),
    kwargs: z
      .strictObject({ min_value: seconds, max_value: seconds })
      .refine(({ min_value, max_value }) => min_value <= max_value, "min_value is above max_value"),
  }),
]);

/** A subscription's own retry schedule. */
export type RetrySchedule = z.output<typeof retryScheduleSchema>;

/** Pauses after the first, second … failed attempt: the list of Standard Webhooks 1.0.0, 75.6 hours in all. */
const STANDARD_PAUSES_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  DAY_MS,
] as const;

// Later, never earlier, so that a receiver that came back together with a thousand failures does not get them at once.
const MOST_JITTER = 0.1;

/** 11 attempts of the original's task and the 8 of its scanner. */
const WHISPERER_ATTEMPTS = 19;
const LONGEST_PAUSE_MS = 7 * DAY_MS;

/**
 * Milliseconds from the `attempts`-th failed attempt (1 is the first) to the next, or null when there is none left.
 * Without a schedule of the hook's own, the standard list with up to a tenth more; `random` is in [0, 1).
 */
export function nextPauseMs(schedule: RetrySchedule | null, attempts: number, random: () => number): number | null {
  if (schedule === null) {
    const pauseMs = STANDARD_PAUSES_MS[attempts - 1];
    return pauseMs === undefined ? null : Math.round(pauseMs * (1 + MOST_JITTER * random()));
  }
  if (attempts >= WHISPERER_ATTEMPTS) return null;
  return Math.min(LONGEST_PAUSE_MS, Math.round(countdownSeconds(schedule, attempts, random) * SECOND_MS));
}

function countdownSeconds({ choice, kwargs }: RetrySchedule, attempts: number, random: () => number): number {
  switch (choice) {
    case "fixed":
      return kwargs.seconds;
    case "linear":
      return Math.min(kwargs.base * attempts, kwargs.limit ?? Infinity);
    case "exponential":
      return Math.min(kwargs.base ** attempts * kwargs.factor, kwargs.limit ?? Infinity);
    case "random":
      return kwargs.min_value + (kwargs.max_value - kwargs.min_value) * random();
  }
}
