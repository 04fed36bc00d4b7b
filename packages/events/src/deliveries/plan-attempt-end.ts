import { DAY_MS, SECOND_MS } from "@drumline/core/clock";

import { nextPauseMs, type RetrySchedule, type WebhookAnswer } from "../webhooks/index.ts";

/** What an attempt makes of its delivery. */
export interface Ending {
  readonly status: "DELIVERED" | "PENDING_RETRY" | "EXHAUSTED" | "DISABLED";
  /** Null where there is no further attempt. */
  readonly nextAttemptAt: Date | null;
  /** Null when it was delivered. */
  readonly error: string | null;
}

/** The answer of a receiver that wants no more. */
export const GONE = 410;
/** A receiver that asks for more than a day has no say in when its events are lost. */
export const LONGEST_RETRY_AFTER_MS = DAY_MS;
// Even for a hook that asks for no pause at all: a run must not find what it has just tried.
const SHORTEST_PAUSE_MS = SECOND_MS;

/** Judges an answer by Standard Webhooks 1.0.0: any 2xx is delivered, 410 ends the subscription, all else is tried again. */
export function planAttemptEnd(
  answer: WebhookAnswer,
  {
    position,
    schedule,
    now,
    random,
  }: { position: number; schedule: RetrySchedule | null; now: Date; random: () => number },
): Ending {
  if (isDelivered(answer)) return { status: "DELIVERED", nextAttemptAt: null, error: null };
  const error = answer.error ?? `answered ${answer.status}`;
  if (answer.status === GONE) return { status: "DISABLED", nextAttemptAt: null, error };
  const pauseMs = nextPauseMs(schedule, position, random);
  if (pauseMs === null) return { status: "EXHAUSTED", nextAttemptAt: null, error };
  const askedMs = Math.min(answer.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
  return {
    status: "PENDING_RETRY",
    nextAttemptAt: new Date(now.getTime() + Math.max(pauseMs, askedMs, SHORTEST_PAUSE_MS)),
    error,
  };
}

/** Whether the receiver has it: any 2xx. */
export const isDelivered = ({ status }: WebhookAnswer): boolean => status !== null && status >= 200 && status < 300;
