import type { TaskContext } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import type { SecretBox } from "@drumline/outbound/secrets";

import type { RetrySchedule, WebhookClient } from "../webhooks/index.ts";
import type { DeliverySettings } from "./settings.ts";

/** What delivering needs of the outside. */
export interface DeliveryGateways {
  readonly webhooks: WebhookClient;
  /** Opens what subscriptions have sealed in their rows. */
  readonly secrets: SecretBox;
  readonly settings: Pick<DeliverySettings, "webhookMaxPerHost" | "webhookTimeoutSeconds">;
}

/** What delivering needs, whether a run or the dispatcher asks for it. */
export type DeliveryContext = Pick<
  TaskContext<object, DeliveryGateways, Database>,
  "db" | "gateways" | "clock" | "log" | "signal" | "reportProblem"
>;

/** A subscription as deliveries need it. */
export interface Subscription {
  readonly id: bigint;
  readonly targetUrl: string;
  /** Newest first; several while a receiver changes over. */
  readonly secrets: readonly string[];
  readonly schedule: RetrySchedule | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** A delivery that is ours to attempt until its lease runs out. */
export interface ClaimedDelivery {
  readonly id: bigint;
  /** Which attempt this is, of all. */
  readonly no: number;
  /** Which attempt this is on the retry schedule, which a replay begins anew. */
  readonly position: number;
  readonly eventId: string;
  readonly eventType: string;
  /** The payload as JSON text, byte for byte the same at every attempt. */
  readonly payload: string;
}

/** What a run of attempts came to, in deliveries. */
export interface DeliveryCounts {
  readonly attempts: number;
  readonly delivered: number;
  readonly retrying: number;
  readonly exhausted: number;
  readonly disabled: number;
  /** Claimed and put back unattempted, since their receiver asked for a pause or is down. */
  readonly held: number;
}

/** The counts before the first attempt. */
export const NO_DELIVERIES: DeliveryCounts = {
  attempts: 0,
  delivered: 0,
  retrying: 0,
  exhausted: 0,
  disabled: 0,
  held: 0,
};

/** The sum of two counts. */
export function addCounts(left: DeliveryCounts, right: DeliveryCounts): DeliveryCounts {
  return {
    attempts: left.attempts + right.attempts,
    delivered: left.delivered + right.delivered,
    retrying: left.retrying + right.retrying,
    exhausted: left.exhausted + right.exhausted,
    disabled: left.disabled + right.disabled,
    held: left.held + right.held,
  };
}
