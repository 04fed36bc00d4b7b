import { NumberInput, Select } from "@mantine/core";

import type { Task } from "../../client/tasks.ts";
import type { ScheduleDetail } from "./schedule-queries.ts";

/** Empty where the task's own is meant. */
export interface PolicyValues {
  readonly timeoutSeconds: string;
  readonly retries: string;
  readonly graceSeconds: string;
  readonly recordLimit: string;
  readonly overlap: string;
  readonly missed: string;
}

export function toPolicyValues(schedule: ScheduleDetail | null): PolicyValues {
  const seconds = (ms: number | undefined) => (ms === undefined ? "" : String(ms / 1_000));
  return {
    timeoutSeconds: seconds(schedule?.timeoutMs),
    retries: schedule === null ? "" : String(schedule.retries),
    graceSeconds: seconds(schedule?.graceMs),
    recordLimit: schedule?.recordLimit?.toString() ?? "",
    overlap: schedule?.overlap ?? "",
    missed: schedule?.missed ?? "",
  };
}

/** What is left empty is not said: it keeps its value, or gets the task's own. */
export function readPolicies(values: PolicyValues) {
  const { timeoutSeconds, retries, graceSeconds, recordLimit, overlap, missed } = values;
  const given = (text: string, name: string, value: unknown) => (text === "" ? {} : { [name]: value });
  return {
    ...given(timeoutSeconds, "timeoutMs", Math.round(Number(timeoutSeconds) * 1_000)),
    ...given(retries, "retries", Number(retries)),
    ...given(graceSeconds, "graceMs", Math.round(Number(graceSeconds) * 1_000)),
    ...given(recordLimit, "recordLimit", Number(recordLimit)),
    ...given(overlap, "overlap", overlap),
    ...given(missed, "missed", missed),
  };
}

const OVERLAP = [
  { value: "skip", label: "Skip the new one" },
  { value: "queue_one", label: "Let one wait" },
  { value: "allow", label: "Run side by side" },
];
const MISSED = [
  { value: "skip", label: "Record them only" },
  { value: "once", label: "Make them good by one run" },
  { value: "all", label: "Make each good" },
];

interface PolicyFieldsProps {
  readonly values: PolicyValues;
  readonly task: Task | undefined;
  readonly onChange: (values: PolicyValues) => void;
}

export function PolicyFields({ values, task, onChange }: PolicyFieldsProps) {
  const own = task?.policies;
  const number = (name: keyof PolicyValues, label: string, otherwise: string | undefined, min: number) => (
    <NumberInput
      label={label}
      min={min}
      placeholder={otherwise}
      value={values[name]}
      onChange={(value) => onChange({ ...values, [name]: String(value) })}
    />
  );
  return (
    <div className="policy-fields">
      {number("timeoutSeconds", "A try is stopped after, in seconds", own && String(own.timeoutMs / 1_000), 1)}
      {number("retries", "Tries after the first", own && String(own.retries), 0)}
      {number("graceSeconds", "Missed when later than, in seconds", own && String(own.graceMs / 1_000), 0)}
      {number("recordLimit", "Records one run may take", own?.recordLimit?.toString() ?? "No limit", 1)}
      <Select
        label="While an earlier run is open"
        placeholder="The task's own"
        data={OVERLAP}
        value={values.overlap || null}
        onChange={(chosen) => onChange({ ...values, overlap: chosen ?? "" })}
      />
      <Select
        label="Occurrences nobody ran in time"
        placeholder="The task's own"
        data={MISSED}
        value={values.missed || null}
        onChange={(chosen) => onChange({ ...values, missed: chosen ?? "" })}
      />
    </div>
  );
}
