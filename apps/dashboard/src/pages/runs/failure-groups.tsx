import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { api, dataOf } from "../../client/api.ts";
import { useMay } from "../../client/queries.ts";
import { Empty, ErrorState, Loading } from "../../parts/states.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { PauseDialog } from "../../parts/pause-dialog.tsx";
import { BulkDialog } from "./bulk-dialog.tsx";
import { switchSchedules } from "./bulk-actions.ts";
import { type RunFilter, toRunSearch } from "./run-filter.ts";
import { type FailureGroup, useFailures } from "./run-queries.ts";
import { shortTask } from "./run-words.ts";

/** `Carrier 503 · 41 runs · 2 schedules · since 09:40`, each cause with what can be done about all of its runs. */
export function FailureGroups({ filter }: { readonly filter: RunFilter }) {
  const failures = useFailures(filter);
  const mayOperate = useMay("operator");
  const [retrying, setRetrying] = useState<FailureGroup | null>(null);
  const [pausing, setPausing] = useState<FailureGroup | null>(null);
  if (failures.isError)
    return <ErrorState what="The failures" error={failures.error} onRetry={() => void failures.refetch()} />;
  if (failures.data === undefined) return <Loading what="failures" />;
  if (failures.data.items.length === 0)
    return <Empty title="Nothing failed">Failures of the time above appear here by their cause.</Empty>;
  const { from, to } = filter;
  const causeFilter = ({ fingerprint }: FailureGroup): RunFilter => ({
    fingerprint,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  });
  return (
    <>
      <ul className="failures">
        {failures.data.items.map((group) => (
          <li key={group.fingerprint} className="panel failure">
            <div className="failure-words">
              <Link
                to="/runs"
                search={toRunSearch(causeFilter(group))}
                className="name failure-message"
                title={group.message}
              >
                {group.message.split("\n", 1)[0] || "No message"}
              </Link>
              <p className="meta">
                <span title={group.task}>{shortTask(group.task)}</span> · {group.runs.toLocaleString("en")}{" "}
                {group.runs === 1 ? "run" : "runs"} · {scheduleWords(group)} · since <TimeText at={group.firstAt} />,
                last <TimeText at={group.lastAt} />
              </p>
            </div>
            <div className="row">
              <Button
                size="compact-sm"
                variant="subtle"
                renderRoot={(props) => <Link {...props} to="/runs/$id" params={{ id: group.lastRunId }} />}
              >
                The last one
              </Button>
              {mayOperate && group.schedules.length > 0 && (
                <Button size="compact-sm" variant="default" onClick={() => setPausing(group)}>
                  Pause these…
                </Button>
              )}
              {mayOperate && (
                <Button size="compact-sm" onClick={() => setRetrying(group)}>
                  Retry all {group.runs.toLocaleString("en")}
                </Button>
              )}
            </div>
          </li>
        ))}
      </ul>
      <BulkDialog
        wish={retrying === null ? null : { action: "runs.retry", filter: causeFilter(retrying) }}
        title="Retry all runs of this cause"
        onClose={() => setRetrying(null)}
      />
      <PauseDialog
        what={
          pausing === null
            ? null
            : pausing.schedules.length === 1
              ? pausing.schedules[0]!
              : `${pausing.schedules.length} schedules`
        }
        onClose={() => setPausing(null)}
        onPause={(reason, until) => pauseNamed(pausing!.schedules, reason, until)}
      />
    </>
  );
}

function scheduleWords({ schedules, scheduleCount }: FailureGroup): string {
  if (scheduleCount === 0) return "no schedule";
  return scheduleCount === 1 ? schedules[0]! : `${scheduleCount} schedules`;
}

/** The failures name schedules by their keys, a bulk action by their ids. */
async function pauseNamed(keys: readonly string[], reason: string, until: Date | null): Promise<boolean> {
  const found = await Promise.all(
    keys.map((key) => dataOf(api.GET("/api/v1/schedules/{id}", { params: { path: { id: key } } }))),
  );
  const params = { reason, until: until?.toISOString() ?? null };
  return switchSchedules({ action: "schedules.pause", ids: found.map(({ id }) => id), params });
}
