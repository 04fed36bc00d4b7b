import { Button, Progress as Bar, Tabs } from "@mantine/core";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";

import { useMay } from "../../client/queries.ts";
import { toDuration } from "../../parts/format-time.ts";
import { JsonView } from "../../parts/json-view.tsx";
import { useKeys } from "../../parts/keys.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { Empty, ErrorState, Loading } from "../../parts/states.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { AttemptsTab } from "./attempts-tab.tsx";
import { ChunksTab } from "./chunks-tab.tsx";
import { FailedRecordsTab, readProblems } from "./failed-records-tab.tsx";
import { RunLog } from "./log-view.tsx";
import { cancelRun, retryRun } from "./run-actions.ts";
import { RunFacts } from "./run-facts.tsx";
import { isOpen, type RunDetail, useRun } from "./run-queries.ts";
import { ReasonSentence } from "./reason-sentence.tsx";
import { readProgress, shortTask } from "./run-words.ts";
import { RUN_TABS } from "./runs-search.ts";
import "../../look/ledger.css";
import "./runs.css";

/** One run: what it did, what it said, and what is left to do about it. */
export function RunPage() {
  const { id } = useParams({ from: "/runs/$id" });
  const run = useRun(id);
  if (run.isError) return <ErrorState what="The run" error={run.error} onRetry={() => void run.refetch()} />;
  if (run.data === undefined) return <Loading what="the run" />;
  return <Shown key={id} run={run.data} />;
}

function Shown({ run }: { run: RunDetail }) {
  const navigate = useNavigate({ from: "/runs/$id" });
  const { tab = "log" } = useSearch({ from: "/runs/$id" });
  const mayOperate = useMay("operator");
  const open = isOpen(run);
  const retry = async () => {
    const id = await retryRun(run.id);
    if (id !== null) await navigate({ to: "/runs/$id", params: { id }, search: {} });
  };
  useKeys("This run", mayOperate && !open ? [{ keys: "r", label: "Retry it", run: () => void retry() }] : []);
  const names: Readonly<Record<(typeof RUN_TABS)[number], string>> = {
    log: "Log",
    result: "Result",
    problems: run.problemCount === 0 ? "Failed records" : `Failed records (${run.problemCount})`,
    arguments: "Arguments",
    attempts: run.attempt > 1 ? `Attempts (${run.attempt})` : "Attempts",
    chunks: run.chunks.length === 0 ? "Chunks" : `Chunks (${run.chunks.length})`,
  };
  return (
    <>
      <PageHeader
        title={run.schedule ?? shortTask(run.task)}
        tab={`${run.schedule ?? shortTask(run.task)} ${run.status.toLowerCase()}`}
        beside={
          <>
            <StatusBadge status={run.status} />
            {run.dryRun && <span className="chip">dry run</span>}
          </>
        }
        actions={
          mayOperate && (
            <>
              {open && (
                <Button variant="default" onClick={() => void cancelRun(run)}>
                  Cancel
                </Button>
              )}
              {!open && run.parentId === null && (
                <Button onClick={() => void retry()} rightSection={<kbd>r</kbd>}>
                  {run.status === "FINISHED" ? "Run again" : "Retry"}
                </Button>
              )}
            </>
          )
        }
      >
        <span className="mono">{run.task}</span>
        {run.schedule !== null && (
          <>
            {" · "}
            <Link to="/schedules/$key" params={{ key: run.schedule }} className="in-text">
              its schedule
            </Link>
          </>
        )}
      </PageHeader>
      <ReasonSentence run={run} />
      <RunProgress run={run} />
      <div className="run-layout">
        <RunFacts run={run} />
        <Tabs
          value={tab}
          keepMounted={false}
          onChange={(chosen) =>
            void navigate({ search: chosen === "log" ? {} : { tab: chosen as typeof tab }, replace: true })
          }
        >
          <Tabs.List mb="sm">
            {RUN_TABS.map((name) => (
              <Tabs.Tab key={name} value={name}>
                {names[name]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="log">
            <RunLog run={run} />
          </Tabs.Panel>
          <Tabs.Panel value="result">
            {run.result === null ? (
              <Empty title="No result">
                {open ? "It is written when the run has ended." : "It ended without one."}
              </Empty>
            ) : (
              <JsonView value={run.result} label="Result" />
            )}
          </Tabs.Panel>
          <Tabs.Panel value="problems">
            <FailedRecordsTab problems={readProblems(run.problems)} count={run.problemCount} />
          </Tabs.Panel>
          <Tabs.Panel value="arguments">
            <JsonView value={run.args} label="Arguments" />
          </Tabs.Panel>
          <Tabs.Panel value="attempts">
            <AttemptsTab run={run} />
          </Tabs.Panel>
          <Tabs.Panel value="chunks">
            <ChunksTab chunks={run.chunks} />
          </Tabs.Panel>
        </Tabs>
      </div>
    </>
  );
}

/** How far it is, how fast, and how long that leaves; nothing where it does not say. */
function RunProgress({ run }: { run: RunDetail }) {
  const progress = readProgress(run.progress);
  if (progress === null || run.startedAt === null) return null;
  const { done, total } = progress;
  const endMs = run.finishedAt === null ? Date.now() : Date.parse(run.finishedAt);
  const seconds = Math.max(0.001, (endMs - Date.parse(run.startedAt)) / 1_000);
  const rate = done / seconds;
  const left = total === null || rate === 0 || !isOpen(run) ? null : Math.ceil((total - done) / rate);
  const words = [
    total === null
      ? `${done.toLocaleString("en")} records`
      : `${done.toLocaleString("en")} of ${total.toLocaleString("en")} records`,
    `${rate < 10 ? rate.toFixed(1) : Math.round(rate).toLocaleString("en")} a second`,
    ...(left === null || left <= 0 ? [] : [`about ${toDuration(left * 1_000)} left`]),
  ];
  return (
    <div className="run-progress">
      {total !== null && total > 0 && (
        <Bar value={Math.min(100, (done / total) * 100)} size="sm" aria-label="Progress" />
      )}
      <span className="meta">{words.join(" · ")}</span>
    </div>
  );
}
