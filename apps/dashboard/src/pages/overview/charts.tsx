import "uplot/dist/uPlot.min.css";

import { SegmentedControl } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { AlignedData } from "uplot";

import { api, dataOf } from "../../client/api.ts";
import { ErrorState, Loading } from "../../parts/states.tsx";
import { SeriesChart } from "./series-chart.tsx";

const SPANS = [
  { value: "4", label: "4 h" },
  { value: "24", label: "24 h" },
  { value: "168", label: "7 d" },
] as const;
type Hours = (typeof SPANS)[number]["value"];

const EVERY_MS = 30_000;
const RUN_LINES = [
  { label: "Finished", color: "--finished" },
  { label: "Failed", color: "--failed" },
] as const;
const LATE_LINES = [
  { label: "p50", color: "--running" },
  { label: "p99", color: "--late" },
] as const;

/** Runs and how late they began, over hours; one cursor over both. */
export function Charts() {
  const [hours, setHours] = useState<Hours>("4");
  const { data, error, refetch } = useQuery({
    queryKey: ["overview", "series", hours],
    queryFn: () => dataOf(api.GET("/api/v1/overview/series", { params: { query: { hours } } })),
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  });
  const [runs, late] = useMemo<[AlignedData | null, AlignedData | null]>(
    () =>
      data === undefined
        ? [null, null]
        : [
            [data.at, data.finished, data.failed],
            [data.at, toSeconds(data.lateP50Ms), toSeconds(data.lateP99Ms)],
          ],
    [data],
  );
  return (
    <section className="panel" aria-labelledby="over-time">
      <div className="panel-head">
        <h2 id="over-time">Runs and lateness</h2>
        <SegmentedControl
          size="xs"
          className="push-right"
          data={[...SPANS]}
          value={hours}
          onChange={(value) => setHours(value)}
          aria-label="Time shown"
        />
      </div>
      {runs === null && error === null && <Loading what="the charts" rows={5} />}
      {runs === null && error !== null && <ErrorState what="The charts" error={error} onRetry={() => void refetch()} />}
      {runs !== null && late !== null && (
        <div className="charts">
          <SeriesChart title={`Runs ended, ${stepOf(hours)}`} data={runs} lines={RUN_LINES} unit="" />
          <SeriesChart title="Lateness of starts" data={late} lines={LATE_LINES} unit=" s" />
        </div>
      )}
    </section>
  );
}

const stepOf = (hours: Hours): string =>
  hours === "4" ? "by the minute" : hours === "24" ? "by 5 minutes" : "by the hour";

const toSeconds = (values: readonly (number | null)[]): (number | null)[] =>
  values.map((ms) => (ms === null ? null : ms / 1_000));
