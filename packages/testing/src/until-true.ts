import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "@drumline/core/errors";

/** How many times longer than on an idle machine a wait may last; a wait that ends well is not made longer. CI sets it. */
export const PATIENCE: number = Number(process.env["TEST_PATIENCE"] ?? 1);

export interface UntilTrueOptions {
  /** What is waited for, as a sentence's end: "the run is finished". */
  readonly what: string;
  /** On an idle machine. */
  readonly timeoutMs?: number;
}

/** Asks again and again until the answer is yes; a question that throws counts as no. */
export async function untilTrue(
  check: () => boolean | Promise<boolean>,
  { what, timeoutMs: idleTimeoutMs = 30_000 }: UntilTrueOptions,
): Promise<void> {
  const timeoutMs = idleTimeoutMs * PATIENCE;
  const giveUpAt = performance.now() + timeoutMs;
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 2, 100)) {
    let failure: unknown;
    try {
      if (await check()) return;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > giveUpAt) {
      const because = failure === undefined ? "" : `; the last question failed: ${messageOf(failure)}`;
      throw new Error(`waited ${timeoutMs} ms, and it is still not so that ${what}${because}`, { cause: failure });
    }
    await sleep(pauseMs);
  }
}
