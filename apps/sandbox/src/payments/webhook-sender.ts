import { SECOND_MS } from "@drumline/core/clock";
import { z } from "zod";

import { seededRandom } from "../seeded-random.ts";

/** How webhooks go wrong; as they are at first, each is sent at once, once and in order. */
export const webhookSwitches = z.strictObject({
  /** Share that is never sent. */
  lose: z.number().min(0).max(1).default(0),
  /** Share that is sent twice. */
  double: z.number().min(0).max(1).default(0),
  /** On the providers' clock. */
  delaySeconds: z.number().min(0).max(1_000_000).default(0),
  /** Each waits for another share of the delay, so that they overtake each other. */
  disorder: z.boolean().default(false),
});
export type WebhookSwitches = z.output<typeof webhookSwitches>;

export interface WebhookCall {
  readonly url: string;
  readonly body: string;
  /** Made when it is sent: a signature holds the time. */
  readonly headersAt: (nowMs: number) => Readonly<Record<string, string>>;
  /** How long after each failed try there is another one. */
  readonly retryGapsMs: readonly number[];
}

export interface WebhookSender {
  send(call: WebhookCall, nowMs: number): void;
  setSwitches(switches: WebhookSwitches): void;
  state(): { readonly switches: WebhookSwitches; readonly waiting: number } & WebhookCounts;
  /** Sends what is due. */
  tick(nowMs: number): void;
  /** Gives up what is under way. */
  close(): void;
}

interface WebhookCounts {
  readonly answered: number;
  readonly failed: number;
  readonly lost: number;
}

interface Waiting {
  readonly call: WebhookCall;
  readonly dueMs: number;
  readonly attempt: number;
}

const MOST_WAITING = 10_000;
const ANSWER_WITHIN_MS = 15 * SECOND_MS;

export function createWebhookSender(seed: number): WebhookSender {
  const random = seededRandom(seed, "webhooks");
  const ending = new AbortController();
  const counts = { answered: 0, failed: 0, lost: 0 };
  let switches = webhookSwitches.parse({});
  let waiting: Waiting[] = [];

  const wait = (entry: Waiting) => void (waiting.length < MOST_WAITING ? waiting.push(entry) : (counts.lost += 1));

  async function deliver({ call, attempt }: Waiting, nowMs: number): Promise<void> {
    const isTaken = await fetch(call.url, {
      method: "POST",
      body: call.body,
      headers: call.headersAt(nowMs),
      redirect: "manual",
      signal: AbortSignal.any([ending.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    }).then(
      async (answer) => {
        await answer.body?.cancel();
        return answer.ok;
      },
      () => false,
    );
    counts[isTaken ? "answered" : "failed"] += 1;
    const gapMs = call.retryGapsMs[attempt];
    if (!isTaken && gapMs !== undefined && !ending.signal.aborted)
      wait({ call, dueMs: nowMs + gapMs, attempt: attempt + 1 });
  }

  return {
    send(call, nowMs) {
      const { lose, double, delaySeconds, disorder } = switches;
      if (random() < lose) {
        counts.lost += 1;
        return;
      }
      const delayMs = () => delaySeconds * SECOND_MS * (disorder ? random() : 1);
      const times = random() < double ? 2 : 1;
      for (let time = 0; time < times; time += 1) wait({ call, dueMs: nowMs + delayMs(), attempt: 0 });
    },
    setSwitches: (changed) => void (switches = changed),
    state: () => ({ switches, waiting: waiting.length, ...counts }),
    tick(nowMs) {
      const due = waiting.filter(({ dueMs }) => dueMs <= nowMs).sort((one, other) => one.dueMs - other.dueMs);
      if (due.length === 0) return;
      waiting = waiting.filter(({ dueMs }) => dueMs > nowMs);
      for (const entry of due) void deliver(entry, nowMs);
    },
    close: () => ending.abort(),
  };
}
