import { type Task, useTasks } from "../../client/tasks.ts";
import { Button, Group, Modal, NumberInput, Select } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { api, dataOf } from "../../client/api.ts";
import { RequestFailed } from "../../client/problem.ts";
import { queries } from "../../client/queries.ts";
import { ErrorState, Loading } from "../../parts/states.tsx";
import { showDone } from "../../parts/toasts.tsx";
import { ArgsFields } from "./args-fields.tsx";
import { readArgs, toArgsFields, toArgsValues } from "./args-form.ts";
import { DryRunOutcome } from "./dry-run-outcome.tsx";
import { type Schedule, useSchedule } from "./schedule-queries.ts";

interface RunNowDialogProps {
  /** The schedule that is run, by its key; "" for any task; null while the dialog is closed. */
  readonly schedule: string | null;
  readonly onClose: () => void;
}

/** Runs a schedule or any task once, a dry run first. */
export function RunNowDialog({ schedule, onClose }: RunNowDialogProps) {
  const title = schedule ? `Run ${schedule} now` : "Run a task";
  return (
    <Modal opened={schedule !== null} onClose={onClose} title={title} size="lg">
      {schedule === "" && <AnyTask onClose={onClose} />}
      {schedule && <OfSchedule scheduleKey={schedule} onClose={onClose} />}
    </Modal>
  );
}

function OfSchedule({ scheduleKey, onClose }: { scheduleKey: string; onClose: () => void }) {
  const schedule = useSchedule(scheduleKey);
  const tasks = useTasks();
  if (schedule.isError)
    return <ErrorState what="The schedule" error={schedule.error} onRetry={() => void schedule.refetch()} />;
  if (schedule.data === undefined || tasks.data === undefined) return <Loading what="the schedule" rows={3} />;
  const task = tasks.data.items.find(({ name }) => name === schedule.data.task);
  if (task === undefined) return <p>The task {schedule.data.task} is not in this version: no worker can run it.</p>;
  return <RunForm task={task} schedule={schedule.data} onClose={onClose} />;
}

function AnyTask({ onClose }: { onClose: () => void }) {
  const tasks = useTasks();
  const [name, setName] = useState<string | null>(null);
  const built = (tasks.data?.items ?? []).filter((task) => task.built);
  const task = built.find((each) => each.name === name);
  return (
    <div className="stack">
      <Select
        label="Task"
        placeholder="Name of a task"
        description={task?.summary}
        searchable
        data={built.map((each) => each.name)}
        value={name}
        onChange={setName}
        data-autofocus
        comboboxProps={{ withinPortal: false }}
      />
      {task !== undefined && <RunForm key={task.name} task={task} schedule={null} onClose={onClose} />}
    </div>
  );
}

interface RunFormProps {
  readonly task: Task;
  readonly schedule: Schedule | null;
  readonly onClose: () => void;
}

function RunForm({ task, schedule, onClose }: RunFormProps) {
  const navigate = useNavigate();
  const fields = toArgsFields(task.arguments);
  const own = toArgsValues(fields, schedule?.args ?? {});
  const [values, setValues] = useState(own);
  const [limit, setLimit] = useState<number | string>("");
  const [dryRunId, setDryRunId] = useState<string | null>(null);
  const [busy, setBusy] = useState<"dry" | "real" | null>(null);
  const [failed, setFailed] = useState<Error | null>(null);
  const read = readArgs(fields, values);
  const isChanged = schedule !== null && JSON.stringify(values) !== JSON.stringify(own);

  const start = async (dryRun: boolean) => {
    setBusy(dryRun ? "dry" : "real");
    setFailed(null);
    try {
      const wish = typeof limit === "number" ? { limit } : {};
      const { runId, started } = await (schedule === null || isChanged
        ? dataOf(api.POST("/api/v1/runs", { body: { task: task.name, args: read.args, dryRun, ...wish } }))
        : startSchedule(schedule.key, dryRun, wish));
      await queries.invalidateQueries({ queryKey: ["runs"] });
      if (dryRun) return setDryRunId(runId);
      showDone(started ? "The run has been started" : "Such a run waits already; here it is");
      onClose();
      await navigate({ to: "/runs/$id", params: { id: runId } });
    } catch (error) {
      setFailed(error as Error);
    } finally {
      setBusy(null);
    }
  };
  const isUnreadable = Object.keys(read.problems).length > 0;
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isUnreadable) void start(dryRunId === null);
      }}
    >
      <p className="meta">
        {task.summary} {schedule === null ? "" : "It runs once, beside its times: no schedule moves."}
      </p>
      <ArgsFields
        fields={fields}
        values={values}
        problems={{ ...read.problems, ...refusalsOf(failed) }}
        onChange={setValues}
      />
      {isChanged && <p className="meta">With other arguments it is a run of the task, with the task's own policies.</p>}
      <NumberInput
        label="Records it may take"
        placeholder={schedule?.recordLimit?.toString() ?? "No limit"}
        min={1}
        allowDecimal={false}
        hideControls
        value={limit}
        onChange={setLimit}
      />
      {dryRunId !== null && <DryRunOutcome runId={dryRunId} />}
      {failed !== null && (
        <p className="form-problem" role="alert">
          {failed.message}
        </p>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button
          type="submit"
          variant={dryRunId === null ? "filled" : "default"}
          loading={busy === "dry"}
          disabled={isUnreadable}
          onClick={(event) => {
            event.preventDefault();
            void start(true);
          }}
        >
          {dryRunId === null ? "Dry run" : "Dry run again"}
        </Button>
        <Button
          variant={dryRunId === null ? "default" : "filled"}
          loading={busy === "real"}
          disabled={isUnreadable}
          onClick={() => void start(false)}
        >
          Run for real
        </Button>
      </Group>
    </form>
  );
}

function startSchedule(key: string, dryRun: boolean, body: { limit?: number }) {
  const init = { params: { path: { id: key } }, body };
  return dataOf(
    dryRun ? api.POST("/api/v1/schedules/{id}/dry-run", init) : api.POST("/api/v1/schedules/{id}/run", init),
  );
}

/** What the server refused of the arguments, by field. */
function refusalsOf(error: unknown): Record<string, string> {
  const errors = error instanceof RequestFailed ? (error.problem?.errors ?? []) : [];
  return Object.fromEntries(
    errors.flatMap(({ where, problem }) => (where.startsWith("args.") ? [[where.slice(5), problem]] : [])),
  );
}
