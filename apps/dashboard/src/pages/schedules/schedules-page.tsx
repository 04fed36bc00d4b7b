import { useTasks } from "../../client/tasks.ts";
import { Button } from "@mantine/core";
import IconPlus from "@tabler/icons-react/icons/IconPlus";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { useMay } from "../../client/queries.ts";
import { Choice } from "../../parts/choice.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { SavedViews } from "../../parts/saved-views.tsx";
import { TextFilter } from "../../parts/text-filter.tsx";
import { keepViews } from "../../parts/views.ts";
import { areaName } from "./group-schedules.ts";
import { RunNowDialog } from "./run-now-dialog.tsx";
import { ScheduleList } from "./schedule-list.tsx";

import type { SchedulesSearch } from "./schedules-search.ts";
import "../../look/ledger.css";
import "./schedules.css";

const views = keepViews("schedules");
const STATES = { on: "On", paused: "Paused", stuck: "On, but does not run", off: "Off" } as const;

/** Every schedule, found by any part of its name. */
export function SchedulesPage() {
  const search = useSearch({ from: "/schedules" });
  const navigate = useNavigate({ from: "/schedules" });
  const mayAdmin = useMay("admin");
  const mayOperate = useMay("operator");
  const [isRunning, setIsRunning] = useState(false);
  const queues = [...new Set(useTasks().data?.items.map(({ queue }) => queue))];
  const change = (part: Partial<SchedulesSearch>) =>
    void navigate({ search: { ...search, cursor: undefined, ...part }, replace: true });
  return (
    <>
      <PageHeader
        title="Schedules"
        actions={
          <>
            {mayOperate && (
              <Button variant="default" onClick={() => setIsRunning(true)}>
                Run a task…
              </Button>
            )}
            {mayAdmin && (
              <Button
                leftSection={<IconPlus size={14} aria-hidden />}
                renderRoot={(props) => <Link {...props} to="/schedules/new" />}
              >
                New schedule
              </Button>
            )}
          </>
        }
      />
      <div className="filter-bar">
        <TextFilter
          label="Filter schedules"
          placeholder="Part of a name, a key, a task or a description"
          value={search.q ?? ""}
          onChange={(q) => change({ q: q === "" ? undefined : q })}
        />
        <Choice label="State" names={STATES} value={search.state} onChange={(state) => change({ state })} />
        <Choice
          label="Area"
          names={Object.fromEntries(queues.map((queue) => [queue, areaName(queue)]))}
          value={search.queue}
          onChange={(queue) => change({ queue })}
        />
        <Choice
          label="Source"
          names={{ ENV: "Env keys", API: "Made here" }}
          value={search.source}
          onChange={(source) => change({ source })}
        />
        <SavedViews
          kept={views}
          search={search}
          onOpen={(view) => void navigate({ search: view as SchedulesSearch })}
        />
      </div>
      <ScheduleList
        search={search}
        onCursor={(cursor) => change({ cursor })}
        onClear={() => void navigate({ search: {} })}
      />
      <RunNowDialog schedule={isRunning ? "" : null} onClose={() => setIsRunning(false)} />
    </>
  );
}
