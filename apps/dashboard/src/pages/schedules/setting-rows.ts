import type { Schemas } from "../../client/api.ts";
import { toDuration } from "../../parts/format-time.ts";

export interface SettingRow {
  readonly name: string;
  readonly value: string;
  /** Where the value comes from, and what it would be otherwise. */
  readonly from: string;
}

type Schedule = Schemas["Schedule"];
type Task = Schemas["Task"];
type Policies = Task["policies"];

const POLICIES: readonly {
  readonly name: keyof Policies;
  readonly label: string;
  readonly inWords: (value: never) => string;
}[] = [
  { name: "timeoutMs", label: "A try is stopped after", inWords: toDuration },
  { name: "overlap", label: "While an earlier run is open", inWords: (value: string) => OVERLAP[value] ?? value },
  { name: "missed", label: "Occurrences nobody ran in time", inWords: (value: string) => MISSED[value] ?? value },
  { name: "graceMs", label: "Missed when later than", inWords: toDuration },
  { name: "retries", label: "Tries after the first", inWords: String },
  {
    name: "backoffMs",
    label: "Before the first retry",
    inWords: (ms: number) => `about ${toDuration(ms)}, then twice as long each time`,
  },
  {
    name: "priority",
    label: "Priority",
    inWords: (value: number) => (value === 0 ? "0, which is first" : String(value)),
  },
  { name: "recordLimit", label: "Records per run", inWords: String },
];
const OVERLAP: Readonly<Record<string, string>> = {
  skip: "the new one is skipped",
  queue_one: "one occurrence waits for it",
  allow: "they run side by side",
};
const MISSED: Readonly<Record<string, string>> = {
  skip: "are recorded, not made good",
  once: "are made good by one run",
  all: "are each made good",
};

/** The settings of a schedule in words, each with its source. */
export function toSettingRows(schedule: Schedule, task: Task | undefined): SettingRow[] {
  const envKey = task?.entry?.envKey;
  const isEnv = schedule.source === "ENV";
  return [
    {
      name: "On",
      value: schedule.enabled ? "yes" : "no",
      from: isEnv ? `${envKey ?? "its env key"} (environment of beat); catalogue default yes` : "set here",
    },
    { name: "When", value: `${schedule.inWords} (${schedule.trigger})`, from: timingSource(schedule, task) },
    {
      name: "Zone",
      value: schedule.timezone ?? "none: an interval knows no zone",
      from: schedule.timezone === null ? "" : isEnv ? `${envKey}_TIMEZONE, else BEAT_TIMEZONE, else UTC` : "set here",
    },
    { name: "Arguments", value: JSON.stringify(schedule.args), from: isEnv ? "catalogue" : "set here" },
    ...POLICIES.map(({ name, label, inWords }) => {
      const value = schedule[name as keyof Schedule] as string | number | null;
      return {
        name: label,
        value: value === null ? "no limit" : inWords(value as never),
        from: policySource(name, value, task, inWords),
      };
    }),
    {
      name: "Ping",
      value: schedule.pingOrigin ?? "nobody",
      from: isEnv ? `${envKey}_PING_URL; the rest of the URL is a secret` : "set here; the rest of the URL is a secret",
    },
  ];
}

function timingSource({ source, trigger, crontab }: Schedule, task: Task | undefined): string {
  if (source === "API") return "set here";
  const entry = task?.entry;
  if (entry == null) return "environment of beat";
  if (trigger === entry.trigger)
    return `catalogue default; ${entry.envKey}_SCHEDULE or ${entry.envKey}_CRONTAB would change it`;
  return `from ${entry.envKey}_${crontab === null ? "SCHEDULE" : "CRONTAB"} (environment of beat); catalogue default ${entry.trigger}`;
}

function policySource(
  name: keyof Policies,
  value: unknown,
  task: Task | undefined,
  inWords: (value: never) => string,
): string {
  if (task === undefined) return "";
  const own = task.policies[name];
  if (own === value) return "the task's own";
  if (own === null) return name === "missed" ? "follows from the timing" : "set here; the task has no limit";
  return `set here; the task's own: ${inWords(own as never)}`;
}
