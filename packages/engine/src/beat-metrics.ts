import { SECOND_MS } from "@drumline/core/clock";
import type { MetricFamily } from "@drumline/core/process";

/** What one beat has done since it started. */
export interface BeatCounts {
  readonly ticks: number;
  /** When a comparison of the schedules with the queue last came to its end; null before the first. */
  readonly reconciledAt: Date | null;
}

export const toBeatMetrics = (schedules: number, { ticks, reconciledAt }: BeatCounts): MetricFamily[] => [
  one("drumline_beat_env_schedules", "gauge", "Schedules of env keys that are on.", schedules),
  one(
    "drumline_beat_ticks_total",
    "counter",
    "Ticks that this beat has turned into runs or recorded as skipped.",
    ticks,
  ),
  {
    name: "drumline_beat_last_reconcile_timestamp_seconds",
    kind: "gauge",
    help: "When the schedules were last compared with the queue, since 1970.",
    samples: reconciledAt === null ? [] : [{ value: reconciledAt.getTime() / SECOND_MS }],
  },
];

const one = (name: string, kind: "gauge" | "counter", help: string, value: number): MetricFamily => ({
  name,
  kind,
  help,
  samples: [{ value }],
});
