import { useTasks } from "../../client/tasks.ts";
import { useParams } from "@tanstack/react-router";

import { PageHeader } from "../../parts/page-header.tsx";
import { ErrorState, Loading } from "../../parts/states.tsx";
import { EnvTimingEditor } from "./env-timing-editor.tsx";
import { ScheduleEditor } from "./schedule-editor.tsx";
import { useSchedule } from "./schedule-queries.ts";
import "../../look/ledger.css";
import "./schedules.css";

/** Changes a schedule: one made here as it is, one of env keys by saying which line to set. */
export function ScheduleEditorPage() {
  const { key } = useParams({ from: "/schedules/$key/edit" });
  const schedule = useSchedule(key);
  const tasks = useTasks();
  if (schedule.isError)
    return <ErrorState what={`The schedule ${key}`} error={schedule.error} onRetry={() => void schedule.refetch()} />;
  if (tasks.isError) return <ErrorState what="The tasks" error={tasks.error} onRetry={() => void tasks.refetch()} />;
  if (schedule.data === undefined || tasks.data === undefined) return <Loading what="the schedule" />;
  const { data } = schedule;
  return (
    <>
      <PageHeader title={`Change ${data.name}`}>
        Now: {data.inWords} <span className="mono">{data.trigger}</span>
      </PageHeader>
      {data.source === "ENV" ? (
        <EnvTimingEditor
          schedule={data}
          envKey={tasks.data.items.find(({ name }) => name === data.task)?.entry?.envKey}
        />
      ) : (
        <ScheduleEditor schedule={data} tasks={tasks.data.items} />
      )}
    </>
  );
}

/** A new schedule, made here. */
export function NewSchedulePage() {
  const tasks = useTasks();
  if (tasks.isError) return <ErrorState what="The tasks" error={tasks.error} onRetry={() => void tasks.refetch()} />;
  if (tasks.data === undefined) return <Loading what="the tasks" />;
  return (
    <>
      <PageHeader title="New schedule">
        It counts from now: a new interval waits one interval. Beats take it up within seconds.
      </PageHeader>
      <ScheduleEditor schedule={null} tasks={tasks.data.items} />
    </>
  );
}
