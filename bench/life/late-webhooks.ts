import { manualClock } from "@drumline/core/clock";
import type { Database } from "@drumline/db";
import { receiveCancellationPlan, receiveOrder, UnusableWebhook } from "@drumline/oms/commands";

import { type Dice, diceOf } from "../dice.ts";

/** Versions of orders and plans that Omnitron sends by webhook besides: some steps late, twice, and in another order. */
export interface LateWebhooks {
  /** The version as it now is; most are never sent this way. */
  add(about: "order" | "plan", version: Readonly<Record<string, unknown>>, dice: Dice): void;
  /** Those whose step has come. */
  send(db: Database, at: Date): Promise<void>;
  readonly counts: Readonly<Record<string, number>>;
  readonly errors: readonly string[];
}

interface Letter {
  readonly about: "order" | "plan";
  readonly version: Readonly<Record<string, unknown>>;
  readonly uuid: string;
  stepsLeft: number;
}

const SENT_SHARE = 0.4;
const TWICE_SHARE = 0.3;
const LATEST_STEPS = 8;

export function createLateWebhooks(seed: number): LateWebhooks {
  const counts = { sent: 0, twice: 0, changed: 0, refused: 0 };
  const errors: string[] = [];
  let letters: Letter[] = [];
  let steps = 0;
  let last = 0;
  return {
    counts,
    errors,
    add: (about, version, dice) => {
      if (dice.roll() > SENT_SHARE) return;
      const uuid = `life-${(last += 1)}`;
      const isTwice = dice.roll() < TWICE_SHARE;
      for (let copy = 0; copy < (isTwice ? 2 : 1); copy += 1)
        letters.push({ about, version, uuid, stepsLeft: Math.floor(dice.roll() * LATEST_STEPS) });
      if (isTwice) counts.twice += 1;
    },
    send: async (db, at) => {
      steps += 1;
      const due = letters.filter(({ stepsLeft }) => stepsLeft <= 0);
      letters = letters.filter(({ stepsLeft }) => stepsLeft > 0);
      for (const letter of letters) letter.stepsLeft -= 1;
      for (const { about, version, uuid } of diceOf(seed, "letters", steps).shuffle(due)) {
        const receive = about === "order" ? receiveOrder : receiveCancellationPlan;
        const body = { event: { type: `${about}.updated`, uuid }, payload: { ...version } };
        counts.sent += 1;
        try {
          const { changed } = await receive(db, body, {}, manualClock(at));
          if (changed) counts.changed += 1;
        } catch (error) {
          if (error instanceof UnusableWebhook) counts.refused += 1;
          else errors.push(`webhook about ${about} ${String(version["number"] ?? version["pk"])}: ${String(error)}`);
        }
      }
    },
  };
}
