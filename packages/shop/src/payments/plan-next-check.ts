import { DAY_MS, HOUR_MS, MINUTE_MS } from "@drumline/core/clock";

import { type AttemptNow, isOverUnpaid } from "./payment.ts";

const FIRST_CHECKS_MS = [2, 5, 15, 30, 60].map((minutes) => minutes * MINUTE_MS);
/** Past its end a payment is asked once more, since its provider may be a little late. */
const AFTER_EXPIRY_MS = HOUR_MS;
/** Where no end is known: longer than the slowest bank transfer. */
const LONGEST_LIFE_MS = 30 * DAY_MS;
/** Ended ones are asked again: some are paid in the end. */
const AFTER_END_MS = [DAY_MS, 3 * DAY_MS];

export type CheckedAttempt = Pick<
  AttemptNow,
  "status" | "createdAt" | "expiresAt" | "captureBefore" | "endedAt" | "providerId"
>;

/**
 * When a payment is asked next: 2, 5, 15, 30 and 60 minutes after it was made, then hourly, past a day every six hours,
 * until an hour after it expires; one that ended without money again a day and three days later. Null: not by the plan.
 */
export function planNextCheck(attempt: CheckedAttempt, now: Date): Date | null {
  if (attempt.providerId === null || attempt.status === "PAID") return null;
  if (isOverUnpaid(attempt)) return nextAfter(attempt.endedAt ?? now, AFTER_END_MS, now);
  const lastMs = endOf(attempt).getTime() + AFTER_EXPIRY_MS;
  if (now.getTime() >= lastMs) return null;
  const ageMs = now.getTime() - attempt.createdAt.getTime();
  const next =
    nextAfter(attempt.createdAt, FIRST_CHECKS_MS, now) ??
    nextOnGrid(attempt.createdAt, now, ageMs < DAY_MS ? HOUR_MS : 6 * HOUR_MS);
  return new Date(Math.min(next.getTime(), lastMs));
}

/** When it can be paid no more; of one that is authorised, when the money must have been taken. */
export const endOf = ({ status, createdAt, expiresAt, captureBefore }: CheckedAttempt): Date =>
  (status === "AUTHORIZED" ? captureBefore : expiresAt) ?? new Date(createdAt.getTime() + LONGEST_LIFE_MS);

function nextAfter(from: Date, offsetsMs: readonly number[], now: Date): Date | null {
  const offsetMs = offsetsMs.find((offset) => from.getTime() + offset > now.getTime());
  return offsetMs === undefined ? null : new Date(from.getTime() + offsetMs);
}

/** Whole steps after it was made: late looks do not move the later ones, nor cost a turn of a schedule with that interval. */
function nextOnGrid(createdAt: Date, now: Date, stepMs: number): Date {
  const ageMs = now.getTime() - createdAt.getTime();
  return new Date(createdAt.getTime() + (Math.floor(ageMs / stepMs) + 1) * stepMs);
}

const REFUND_HOURLY_MS = 7 * DAY_MS;
const REFUND_LONGEST_MS = 30 * DAY_MS;

/** A refund that is not final is asked hourly for a week, then daily until it is 30 days old. */
export function planNextRefundCheck(createdAt: Date, now: Date): Date | null {
  const ageMs = now.getTime() - createdAt.getTime();
  if (ageMs >= REFUND_LONGEST_MS) return null;
  return nextOnGrid(createdAt, now, ageMs < REFUND_HOURLY_MS ? HOUR_MS : DAY_MS);
}
