import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";

import { loadSummary } from "../../client/summary.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { ErrorState, Loading } from "../../parts/states.tsx";
import { Counts } from "./counts.tsx";
import { HealthSentence } from "./health-sentence.tsx";
import { NextHour } from "./next-hour.tsx";
import { Processes } from "./processes.tsx";

// Charts come after what is read first, in a file of their own.
const Charts = lazy(async () => ({ default: (await import("./charts.tsx")).Charts }));

/** From a phone, in five seconds: is all well; what is late; what is to be done. */
export function OverviewPage() {
  return (
    <div className="stack overview">
      <PageHeader title="Overview" />
      <Summary />
      <NextHour />
      <Suspense fallback={<Loading what="the charts" rows={5} />}>
        <Charts />
      </Suspense>
      <Processes />
    </div>
  );
}

function Summary() {
  const { data, error, refetch } = useQuery(loadSummary);
  if (data === undefined)
    return error === null ? (
      <Loading what="how it stands" rows={2} />
    ) : (
      <ErrorState what="How it stands" error={error} onRetry={() => void refetch()} />
    );
  return (
    <>
      <HealthSentence summary={data} />
      {data.counts !== null && <Counts counts={data.counts} />}
    </>
  );
}
