import { Switch } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import type { Column } from "../../parts/data-table.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { Strip } from "../../parts/strip.tsx";

import { Duration, TimeText } from "../../parts/time-text.tsx";
import { LateBy } from "../runs/late-by.tsx";
import { isPaused, PausedWords } from "./paused-words.tsx";
import { ScheduleMenu, type ScheduleMenuActions } from "./schedule-menu.tsx";
import type { Schedule } from "./schedule-queries.ts";
import { SourceChip } from "./source-chip.tsx";
import { describeOccurrences, type OccurrenceCell } from "./strip-of.ts";

interface ColumnsOptions extends ScheduleMenuActions {
  readonly mayAdmin: boolean;
  readonly stripOf: (schedule: Schedule) => readonly OccurrenceCell[] | undefined;
  readonly onSwitch: (schedule: Schedule, on: boolean) => void;
  readonly onOpenCell: (schedule: Schedule, cell: OccurrenceCell) => void;
}

/** Switch · name and source · when in words · last day · last run · next · menu. */
export function scheduleColumns({
  mayAdmin,
  stripOf,
  onSwitch,
  onOpenCell,
  ...menu
}: ColumnsOptions): Column<Schedule>[] {
  return [
    {
      key: "on",
      header: <span className="for-readers">On</span>,
      className: "switch-cell",
      phone: "hide",
      cell: (schedule) => (
        <Switch
          size="xs"
          aria-label={`${schedule.key} is on`}
          title={
            schedule.source === "ENV"
              ? "Switched by its env key in the environment of beat; pause it here instead"
              : undefined
          }
          checked={schedule.enabled}
          disabled={schedule.source === "ENV" || !mayAdmin}
          onChange={({ currentTarget }) => onSwitch(schedule, currentTarget.checked)}
        />
      ),
    },
    {
      key: "name",
      header: "Schedule",
      phone: "title",
      cell: (schedule) => (
        <span className="name-cell" title={schedule.description}>
          <Link to="/schedules/$key" params={{ key: schedule.key }} className="name">
            {schedule.name}
          </Link>
          <SourceChip source={schedule.source} />
        </span>
      ),
    },
    { key: "when", header: "When", className: "when-cell", cell: (schedule) => <When schedule={schedule} /> },
    {
      key: "strip",
      header: "Last 24 h",
      className: "strip-cell",
      cell: (schedule) => {
        const cells = stripOf(schedule);
        if (cells === undefined) return null;
        return (
          <Strip
            cells={cells}
            label={`Last 24 hours of ${schedule.key}`}
            zone={schedule.timezone}
            describe={describeOccurrences}
            onOpen={(cell) => onOpenCell(schedule, cell)}
          />
        );
      },
    },
    { key: "last", header: "Last run", phone: "status", cell: ({ lastRun }) => <LastRun lastRun={lastRun} /> },
    {
      key: "next",
      header: "Next",
      cell: (schedule) =>
        isPaused(schedule) ? (
          <span className="meta">skipped</span>
        ) : (
          <TimeText at={schedule.nextDueAt} zone={schedule.timezone} />
        ),
    },
    {
      key: "menu",
      header: <span className="for-readers">Actions</span>,
      className: "menu-cell",
      cell: (schedule) => <ScheduleMenu schedule={schedule} {...menu} />,
    },
  ];
}

function When({ schedule }: { schedule: Schedule }) {
  if (isPaused(schedule)) return <PausedWords schedule={schedule} />;
  if (schedule.enabled && schedule.disabledReason !== null)
    return (
      <span className="stuck-words" title={schedule.disabledReason}>
        does not run: {schedule.disabledReason}
      </span>
    );
  const zone = schedule.timezone === null || schedule.timezone === "UTC" ? "" : ` · ${schedule.timezone}`;
  return (
    <span className="cut" title={`${schedule.trigger}${zone}`}>
      {schedule.inWords}
      <span className="meta">{zone}</span>
    </span>
  );
}

function LastRun({ lastRun }: Pick<Schedule, "lastRun">) {
  if (lastRun === null) return <span className="meta">never</span>;
  const { id, status, startedAt, finishedAt, dueAt, reason } = lastRun;
  const tookMs = startedAt === null || finishedAt === null ? null : Date.parse(finishedAt) - Date.parse(startedAt);
  return (
    <span className="last-cell">
      <Link to="/runs/$id" params={{ id }} title={reason ?? undefined} className="plain">
        <StatusBadge status={status} />
      </Link>
      {tookMs !== null && (
        <span className="meta">
          <Duration ms={tookMs} />
        </span>
      )}
      <LateBy dueAt={dueAt} startedAt={startedAt} />
    </span>
  );
}
