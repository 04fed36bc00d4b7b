import { SECOND_MS } from "@drumline/core/clock";

import type { WebhookAnswer } from "../webhooks/index.ts";
import { GONE, isDelivered, LONGEST_RETRY_AFTER_MS } from "./plan-attempt-end.ts";

const PAUSE_WHEN_THROTTLED_MS = 30 * SECOND_MS;
const PAUSE_WHEN_DOWN_MS = 60 * SECOND_MS;
const FAILURES_OF_A_RECEIVER_THAT_IS_DOWN = 5;

/** Whether the other deliveries to a receiver had better wait. */
export interface ReceiverState {
  /** Takes the receiver's latest answer into account. */
  record(answer: WebhookAnswer): void;
  /** Milliseconds it should be left alone; null while it is well. */
  pauseMs(): number | null;
}

/** 429 and Retry-After ask for a pause; five failures in a row are a receiver that is down; 410 wants no more. */
export function createReceiverState(): ReceiverState {
  let failures = 0;
  let pauseMs: number | null = null;
  return {
    record(answer) {
      failures = isDelivered(answer) || (answer.status !== null && answer.status < 500) ? 0 : failures + 1;
      const wished = wishedPauseMs(answer, failures);
      if (wished !== null) pauseMs = Math.max(pauseMs ?? 0, wished);
    },
    pauseMs: () => pauseMs,
  };
}

function wishedPauseMs({ status, retryAfterMs }: WebhookAnswer, failures: number): number | null {
  if (retryAfterMs !== null && status !== null && status >= 400) return Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS);
  if (status === GONE || status === 429) return PAUSE_WHEN_THROTTLED_MS;
  return failures >= FAILURES_OF_A_RECEIVER_THAT_IS_DOWN ? PAUSE_WHEN_DOWN_MS : null;
}
