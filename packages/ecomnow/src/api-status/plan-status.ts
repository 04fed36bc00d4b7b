/** What a watched API was found to be, so far. */
export interface KnownStatus {
  readonly state: "UNKNOWN" | "UP" | "DOWN";
  readonly stateSince: Date | null;
  readonly consecutiveFailures: number;
  /** Failed checks in a row before it counts as down. */
  readonly failuresToDown: number;
}

export interface PlannedStatus {
  readonly state: KnownStatus["state"];
  readonly stateSince: Date | null;
  readonly consecutiveFailures: number;
  /** What people are told: only a change, and not that an API nobody knew yet is up. */
  readonly news: "DOWN" | "UP" | null;
}

/** Decides what one more check means. */
export function planStatus(before: KnownStatus, isOk: boolean, at: Date): PlannedStatus {
  const consecutiveFailures = isOk ? 0 : before.consecutiveFailures + 1;
  const state = isOk ? "UP" : consecutiveFailures >= before.failuresToDown ? "DOWN" : before.state;
  if (state === before.state) return { state, stateSince: before.stateSince, consecutiveFailures, news: null };
  const news = state === "DOWN" ? "DOWN" : before.state === "DOWN" ? "UP" : null;
  return { state, stateSince: at, consecutiveFailures, news };
}
