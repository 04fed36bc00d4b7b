import { useTasks } from "../../client/tasks.ts";
import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";

import { useMay } from "../../client/queries.ts";
import { keep, toTexts } from "../../look/kept.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { useFolds } from "../../parts/group-fold.tsx";
import { useKeys } from "../../parts/keys.ts";
import { Pager } from "../../parts/pager.tsx";
import { useSelection } from "../../parts/selection.ts";
import { Empty, ErrorState, Loading, NoMatch } from "../../parts/states.tsx";
import { groupSchedules } from "./group-schedules.ts";
import { PauseDialog } from "../../parts/pause-dialog.tsx";
import { isPaused } from "./paused-words.tsx";
import { usePins } from "./pins.ts";
import { RunNowDialog } from "./run-now-dialog.tsx";
import { pauseSchedule, resumeSchedule, switchSchedule } from "./schedule-actions.ts";
import { scheduleColumns } from "./schedule-columns.tsx";
import { type Schedule, useSchedules, useStrips } from "./schedule-queries.ts";
import { ScheduleSelectionBar } from "./schedule-selection-bar.tsx";
import type { SchedulesSearch } from "./schedules-search.ts";
import { toStripCells } from "./strip-of.ts";

interface ScheduleListProps {
  readonly search: SchedulesSearch;
  readonly onCursor: (cursor: string | undefined) => void;
  readonly onClear: () => void;
}

const foldedAreas = keep<readonly string[]>("drumline-folded-areas", toTexts);

/** The schedules of a filter by area, and what can be done with one or several. */
export function ScheduleList({ search, onCursor, onClear }: ScheduleListProps) {
  const navigate = useNavigate();
  const mayAdmin = useMay("admin");
  const mayOperate = useMay("operator");
  const page = useSchedules(search);
  const tasks = useTasks();
  const pins = usePins();
  const folds = useFolds(foldedAreas);
  const selection = useSelection();
  const [pausing, setPausing] = useState<Schedule | null>(null);
  const [running, setRunning] = useState<Schedule | null>(null);
  const strips = useStrips(page.data?.items.map(({ id }) => id) ?? []);

  const queues = useMemo(() => new Map(tasks.data?.items.map(({ name, queue }) => [name, queue])), [tasks.data]);
  const grouped = useMemo(
    () => groupSchedules(page.data?.items ?? [], (task) => queues.get(task), pins),
    [page.data, queues, pins],
  );
  const groups = useMemo(() => new Map(grouped.map(({ schedule, group }) => [schedule.id, group])), [grouped]);
  const cells = useMemo(() => {
    const { data } = strips;
    return new Map(data?.items.map((item) => [item.id, toStripCells(data, item)]));
  }, [strips]);

  const onPause = (schedule: Schedule) => (isPaused(schedule) ? void resumeSchedule(schedule) : setPausing(schedule));
  const rows = grouped.map(({ schedule }) => schedule);
  useRowActions(rows, mayOperate, { onRun: setRunning, onPause });

  if (page.isError) return <ErrorState what="The schedules" error={page.error} onRetry={() => void page.refetch()} />;
  if (page.data === undefined) return <Loading what="the schedules" rows={12} />;
  if (rows.length === 0) return <Nothing isFiltered={Object.values(search).some(Boolean)} onClear={onClear} />;
  const columns = scheduleColumns({
    mayAdmin,
    stripOf: ({ id }) => cells.get(id),
    onSwitch: (schedule, on) => void switchSchedule(schedule, on),
    onOpenCell: ({ key }, { at, until, runId }) =>
      runId !== null && until === null
        ? void navigate({ to: "/runs/$id", params: { id: runId } })
        : void navigate({
            to: "/runs",
            search: { schedule: key, from: at, ...(until === null ? {} : { to: until }), by: "due" },
          }),
    onRun: setRunning,
    onPause: setPausing,
    onResume: (schedule) => void resumeSchedule(schedule),
  });
  return (
    <>
      <DataTable
        label="Schedules"
        rows={rows}
        columns={columns}
        keyOf={({ key }) => key}
        groupOf={({ id }) => groups.get(id) ?? ""}
        folds={search.q === undefined ? folds : undefined}
        selection={mayOperate ? selection : undefined}
        changeOf={({ version, lastRun }) => `${version} ${lastRun?.status ?? ""}`}
        onOpen={({ key }) => void navigate({ to: "/schedules/$key", params: { key } })}
      />
      <Pager cursor={search.cursor} nextCursor={page.data.nextCursor} onCursor={onCursor} />
      <ScheduleSelectionBar selection={selection} schedules={rows} />
      <PauseDialog
        what={pausing?.name ?? null}
        onClose={() => setPausing(null)}
        onPause={(reason, until) => pauseSchedule(pausing!, reason, until)}
      />
      <RunNowDialog schedule={running?.key ?? null} onClose={() => setRunning(null)} />
    </>
  );
}

interface RowActions {
  readonly onRun: (schedule: Schedule) => void;
  readonly onPause: (schedule: Schedule) => void;
}

/** r, p and e act on the row that j and k have reached. */
function useRowActions(rows: readonly Schedule[], mayOperate: boolean, { onRun, onPause }: RowActions): void {
  const navigate = useNavigate();
  const withRow = (act: (schedule: Schedule) => void) => (event: KeyboardEvent) => {
    const key = (event.target as HTMLElement).closest<HTMLElement>("[data-key]")?.dataset["key"];
    const row = rows.find((each) => each.key === key);
    if (row !== undefined) act(row);
  };
  useKeys("Schedules", [
    ...(mayOperate
      ? [
          { keys: "r", label: "Run the schedule now", run: withRow(onRun) },
          { keys: "p", label: "Pause or resume the schedule", run: withRow(onPause) },
        ]
      : []),
    {
      keys: "e",
      label: "Change its timing",
      run: withRow(({ key }) => void navigate({ to: "/schedules/$key/edit", params: { key } })),
    },
  ]);
}

function Nothing({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  if (isFiltered) return <NoMatch what="schedules" onClear={onClear} />;
  return (
    <Empty
      title="No schedules yet"
      action={
        <Button variant="default" onClick={() => location.reload()}>
          Look again
        </Button>
      }
    >
      Those of the env keys appear as soon as a beat has started; others are made here.
    </Empty>
  );
}
