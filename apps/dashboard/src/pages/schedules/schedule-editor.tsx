import { type Task } from "../../client/tasks.ts";
import { Button, Group, Select, TextInput } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";

import { api, dataOf } from "../../client/api.ts";
import { RequestFailed } from "../../client/problem.ts";
import { queries } from "../../client/queries.ts";
import { showDone } from "../../parts/toasts.tsx";
import { useBusy } from "../../parts/use-busy.ts";
import { ArgsFields } from "./args-fields.tsx";
import { readArgs, toArgsFields, toArgsValues } from "./args-form.ts";
import { ConflictNotice } from "./conflict-notice.tsx";
import { PolicyFields, readPolicies, toPolicyValues } from "./policy-fields.tsx";
import { loadSchedule, type ScheduleDetail } from "./schedule-queries.ts";
import { TimingFields } from "./timing-fields.tsx";
import { type Timing, toTiming, toTimingWish } from "./timing-form.ts";
import { TimingPreview, useValidation } from "./timing-preview.tsx";

interface ScheduleEditorProps {
  /** Null for a new one. */
  readonly schedule: ScheduleDetail | null;
  readonly tasks: readonly Task[];
}

/** The form of a schedule that is made here, with what its timing means beside it. */
export function ScheduleEditor({ schedule, tasks }: ScheduleEditorProps) {
  const navigate = useNavigate();
  // What the form was filled from: a change made meanwhile by another must not slip into it.
  const [seen, setSeen] = useState(schedule);
  const [name, setName] = useState(seen?.name ?? "");
  const [taskName, setTaskName] = useState(seen?.task ?? null);
  const [timing, setTiming] = useState<Timing>(() =>
    seen === null ? { kind: "interval", amount: "5", unit: "minutes" } : toTiming(seen),
  );
  const task = tasks.find((each) => each.name === taskName);
  const fields = task === undefined ? [] : toArgsFields(task.arguments);
  const [values, setValues] = useState(() => toArgsValues(fields, seen?.args ?? {}));
  const [policies, setPolicies] = useState(() => toPolicyValues(seen));
  const [failed, setFailed] = useState<unknown>(null);
  const [theirs, setTheirs] = useState<ScheduleDetail | null>(null);
  const { isBusy, whileBusy } = useBusy();
  const validation = useValidation(timing, seen?.key, taskName ?? undefined);
  const read = readArgs(fields, values);
  const canSave = task !== undefined && validation.data?.valid === true && Object.keys(read.problems).length === 0;

  const save = async (version: number | undefined) => {
    setFailed(null);
    const body = {
      name: name.trim() === "" ? undefined : name.trim(),
      task: taskName!,
      args: read.args,
      ...toTimingWish(timing),
      ...readPolicies(policies),
    };
    try {
      const saved = await (seen === null || version === undefined
        ? dataOf(api.POST("/api/v1/schedules", { body }))
        : dataOf(
            api.PATCH("/api/v1/schedules/{id}", { params: { path: { id: seen.key } }, body: { ...body, version } }),
          ));
      await queries.invalidateQueries({ queryKey: ["schedules"] });
      showDone(`${saved.name} is saved: ${saved.inWords}`);
      await navigate({ to: "/schedules/$key", params: { key: saved.key } });
    } catch (error) {
      const isConflict = error instanceof RequestFailed && error.status === 409 && seen !== null;
      if (isConflict) setTheirs(await loadSchedule(seen.key));
      else setFailed(error);
    }
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (canSave) void whileBusy(() => save(seen?.version));
  };
  const takeTheirs = (current: ScheduleDetail) => {
    setSeen(current);
    setName(current.name);
    setTiming(toTiming(current));
    setValues(toArgsValues(fields, current.args));
    setPolicies(toPolicyValues(current));
    setTheirs(null);
  };
  return (
    <form className="editor" onSubmit={onSubmit}>
      <div className="stack">
        {theirs !== null && seen !== null && (
          <ConflictNotice
            seen={seen}
            theirs={theirs}
            onTakeTheirs={() => takeTheirs(theirs)}
            onSaveMine={() => void whileBusy(() => save(theirs.version))}
          />
        )}
        <Select
          label="Task"
          required
          searchable
          description={task?.summary}
          data={tasks.filter(({ built }) => built).map((each) => each.name)}
          value={taskName}
          onChange={(chosen) => {
            setTaskName(chosen);
            setValues({});
          }}
        />
        <TextInput
          label="Name"
          placeholder="For people; made from the task when left out"
          maxLength={200}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <TimingFields timing={timing} onChange={setTiming} fault={validation.data?.errors[0]?.field?.name} />
        <details>
          <summary>Arguments{fields.length === 0 ? ": none" : ` (${fields.length})`}</summary>
          <ArgsFields fields={fields} values={values} problems={read.problems} onChange={setValues} />
        </details>
        <details>
          <summary>Policies: timeout, retries, overlap, missed occurrences</summary>
          <PolicyFields values={policies} task={task} onChange={setPolicies} />
        </details>
        {failed !== null && <Refused error={failed} />}
        <Group gap="xs">
          <Button type="submit" disabled={!canSave} loading={isBusy}>
            Save
          </Button>
          <Button
            variant="default"
            renderRoot={(props) =>
              seen === null ? (
                <Link {...props} to="/schedules" />
              ) : (
                <Link {...props} to="/schedules/$key" params={{ key: seen.key }} />
              )
            }
          >
            Cancel
          </Button>
        </Group>
      </div>
      <TimingPreview
        validation={validation}
        timing={timing}
        overlapPolicy={policies.overlap || (task?.policies.overlap ?? "skip")}
      />
    </form>
  );
}

function Refused({ error }: { error: unknown }) {
  const errors = error instanceof RequestFailed ? (error.problem?.errors ?? []) : [];
  return (
    <div className="form-problem" role="alert">
      <p>{error instanceof Error ? error.message : String(error)}</p>
      {errors.map(({ where, problem }) => (
        <p key={where + problem}>
          {where.replace(/^body\./, "")}: {problem}
        </p>
      ))}
    </div>
  );
}
