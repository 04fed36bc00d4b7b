import { messageOf } from "@drumline/core/errors";
import {
  InvalidSchedule,
  MAX_INTERVAL_SECONDS,
  parseCrontab,
  parseZoneName,
  type Trigger,
} from "@drumline/core/scheduling";

/** The columns of a schedule's row that say when. */
export interface TriggerColumns {
  readonly key: string;
  readonly crontab: string | null;
  readonly every_ms: bigint | null;
  readonly timezone: string;
}

/** What a row says of when; where that cannot be read, why not, and a trigger that keeps its words and is never asked. */
export interface ReadTrigger {
  readonly trigger: Trigger;
  readonly problem: string | null;
}

const SECOND = 1_000n;
/** Asking the platform for a zone costs more than all else in a row. */
const knownZones = new Set<string>();

/**
 * Env keys and the api let nothing through that cannot be read, but anybody may write a row. One such row must not keep
 * all others from running, so it is told apart here and never throws.
 */
export function readTrigger({ key, crontab, every_ms, timezone }: TriggerColumns): ReadTrigger {
  if (crontab === null) {
    const everyMs = every_ms ?? 0n;
    const trigger: Trigger = { kind: "interval", everyMs: Number(everyMs) };
    if (everyMs >= SECOND && everyMs <= BigInt(MAX_INTERVAL_SECONDS) * SECOND && everyMs % SECOND === 0n)
      return { trigger, problem: null };
    return {
      trigger,
      problem: `every_ms is ${everyMs}, expected whole seconds (1000, 2000 …), at most ten years of them`,
    };
  }
  try {
    const parsed = parseCrontab(crontab, "crontab");
    if (!knownZones.has(timezone)) knownZones.add(parseZoneName(timezone, "timezone"));
    return { trigger: { kind: "crontab", crontab: parsed, timezone }, problem: null };
  } catch (error) {
    if (!(error instanceof InvalidSchedule)) throw error;
    const neverAsked = { ...parseCrontab("0 0 1 1 *", key), text: crontab };
    return { trigger: { kind: "crontab", crontab: neverAsked, timezone: "UTC" }, problem: messageOf(error) };
  }
}
