import { Button, Tabs } from "@mantine/core";
import IconPencil from "@tabler/icons-react/icons/IconPencil";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { useMay } from "../../client/queries.ts";
import { useKeys } from "../../parts/keys.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { ErrorState, Loading } from "../../parts/states.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { RunTable } from "../runs/run-table.tsx";
import { ChangesTab } from "./changes-tab.tsx";
import { NowTab } from "./now-tab.tsx";
import { PauseDialog } from "../../parts/pause-dialog.tsx";
import { isPaused, PausedWords } from "./paused-words.tsx";
import { RunNowDialog } from "./run-now-dialog.tsx";
import { pauseSchedule, resumeSchedule } from "./schedule-actions.ts";
import { type ScheduleDetail, useSchedule } from "./schedule-queries.ts";
import { SCHEDULE_TABS } from "./schedules-search.ts";
import { SettingsTab } from "./settings-tab.tsx";
import { SourceChip } from "./source-chip.tsx";
import "../../look/ledger.css";
import "./schedules.css";

const TAB_NAMES = { now: "Now", runs: "Runs", changes: "Changes", settings: "Settings" } as const;

/** One schedule: how it does, what it did, who changed it, and how it is set. */
export function SchedulePage() {
  const { key } = useParams({ from: "/schedules/$key" });
  const schedule = useSchedule(key);
  if (schedule.isError)
    return <ErrorState what={`The schedule ${key}`} error={schedule.error} onRetry={() => void schedule.refetch()} />;
  if (schedule.data === undefined) return <Loading what="the schedule" />;
  return <Shown schedule={schedule.data} />;
}

function Shown({ schedule }: { schedule: ScheduleDetail }) {
  const { tab = "now", do: wanted } = useSearch({ from: "/schedules/$key" });
  const navigate = useNavigate({ from: "/schedules/$key" });
  const mayOperate = useMay("operator");
  const [isPausing, setIsPausing] = useState(false);
  const [isRunning, setIsRunning] = useState(false);
  const paused = isPaused(schedule);
  useEffect(() => {
    if (wanted === undefined) return;
    if (mayOperate && wanted === "run") setIsRunning(true);
    if (mayOperate && wanted === "pause" && !paused) setIsPausing(true);
    void navigate({ search: ({ tab: shown }) => ({ tab: shown }), replace: true });
  }, [wanted, mayOperate, paused, navigate]);
  const pauseOrResume = () => (paused ? void resumeSchedule(schedule) : setIsPausing(true));
  const edit = () => void navigate({ to: "/schedules/$key/edit", params: { key: schedule.key } });
  useKeys("This schedule", [
    ...(mayOperate
      ? [
          { keys: "r", label: "Run it now", run: () => setIsRunning(true) },
          { keys: "p", label: "Pause or resume it", run: pauseOrResume },
        ]
      : []),
    { keys: "e", label: "Change its timing", run: edit },
  ]);
  return (
    <>
      <PageHeader
        title={schedule.name}
        beside={
          <>
            <StateBadge schedule={schedule} />
            <SourceChip source={schedule.source} />
          </>
        }
        actions={
          <>
            <Button
              variant="default"
              leftSection={<IconPencil size={14} aria-hidden />}
              renderRoot={(props) => <Link {...props} to="/schedules/$key/edit" params={{ key: schedule.key }} />}
            >
              Change timing
            </Button>
            {mayOperate && (
              <>
                <Button variant="default" onClick={pauseOrResume}>
                  {paused ? "Resume" : "Pause…"}
                </Button>
                <Button onClick={() => setIsRunning(true)}>Run now…</Button>
              </>
            )}
          </>
        }
      >
        {schedule.description} <span className="mono">{schedule.task}</span>
      </PageHeader>
      {paused && (
        <p className="notice">
          <PausedWords schedule={schedule} />
        </p>
      )}
      {schedule.enabled && schedule.disabledReason !== null && (
        <p className="notice">It is on and does not run: {schedule.disabledReason}</p>
      )}
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(chosen) =>
          void navigate({ search: chosen === "now" ? {} : { tab: chosen as typeof tab }, replace: true })
        }
      >
        <Tabs.List mb="md">
          {SCHEDULE_TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {TAB_NAMES[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="now">
          <NowTab schedule={schedule} />
        </Tabs.Panel>
        <Tabs.Panel value="runs">
          <RunTable filter={{ schedule: schedule.key, from: "all" }} hides={["schedule"]} />
        </Tabs.Panel>
        <Tabs.Panel value="changes">
          <ChangesTab scheduleKey={schedule.key} />
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <SettingsTab schedule={schedule} />
        </Tabs.Panel>
      </Tabs>
      <PauseDialog
        what={isPausing ? schedule.name : null}
        onClose={() => setIsPausing(false)}
        onPause={(reason, until) => pauseSchedule(schedule, reason, until)}
      />
      <RunNowDialog schedule={isRunning ? schedule.key : null} onClose={() => setIsRunning(false)} />
    </>
  );
}

function StateBadge({ schedule }: { schedule: ScheduleDetail }) {
  if (!schedule.enabled) return <StatusBadge tone="skipped" word="Off" />;
  if (isPaused(schedule)) return <StatusBadge tone="late" word="Paused" />;
  return schedule.disabledReason === null ? (
    <StatusBadge tone="finished" word="On" />
  ) : (
    <StatusBadge tone="missed" word="Does not run" />
  );
}
