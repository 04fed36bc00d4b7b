import { Link } from "@tanstack/react-router";

import { JsonView } from "../../parts/json-view.tsx";
import { ErrorState, Loading } from "../../parts/states.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { useRun } from "../runs/run-queries.ts";

/** What a dry run says it would do, as soon as it has said it. */
export function DryRunOutcome({ runId }: { readonly runId: string }) {
  const run = useRun(runId);
  if (run.isError) return <ErrorState what="The dry run" error={run.error} onRetry={() => void run.refetch()} />;
  if (run.data === undefined) return <Loading what="the dry run" rows={2} />;
  const { status, result, error, problemCount } = run.data;
  return (
    <section className="panel" aria-label="Dry run" aria-live="polite">
      <div className="panel-head">
        <span className="name">Dry run</span>
        <StatusBadge status={status} />
        {problemCount > 0 && <span className="meta">{problemCount} records could not be done</span>}
        <Link to="/runs/$id" params={{ id: runId }} className="push">
          Its log
        </Link>
      </div>
      <div className="panel-body">
        {error !== null && <p className="form-problem">{error}</p>}
        {result !== null && <JsonView value={result} label="What it would do" />}
        {error === null && result === null && (
          <p className="meta">It has not said anything yet; nothing is done by it.</p>
        )}
      </div>
    </section>
  );
}
