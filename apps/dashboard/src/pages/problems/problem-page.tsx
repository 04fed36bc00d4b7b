import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { useMay } from "../../client/queries.ts";
import { JsonView } from "../../parts/json-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { ErrorState, Loading } from "../../parts/states.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { SEVERITIES, toWord } from "../../parts/status.ts";
import { TimeText } from "../../parts/time-text.tsx";
import { ResolveProblem } from "./resolve-problem.tsx";

const route = getRouteApi("/problems/$id");

/** One problem: what was found, what can be done, who settled it. */
export function ProblemPage() {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ["problems", id],
    queryFn: () => dataOf(api.GET("/api/v1/problems/{id}", { params: { path: { id } } })),
  });
  if (data === undefined)
    return error === null ? (
      <Loading what="the problem" />
    ) : (
      <ErrorState what="The problem" error={error} onRetry={() => void refetch()} />
    );
  return <Problem problem={data} />;
}

function Problem({ problem }: { problem: Schemas["FoundProblemDetail"] }) {
  const mayResolve = useMay("operator");
  const { severity, kind, subjectKey, subjectType, context, reason, cure, open, actions } = problem;
  return (
    <>
      <PageHeader
        title={subjectKey}
        tab={`${toWord(kind)} ${subjectKey}`}
        beside={open ? <StatusBadge {...SEVERITIES[severity]!} /> : <StatusBadge tone="finished" word="Closed" />}
      >
        <Link to="/problems">Problems</Link> · {toWord(kind)} · {context}
      </PageHeader>
      <div className="columns">
        <div className="stack">
          <section className="panel">
            <div className="panel-body stack">
              <p className="reason">{reason}</p>
              <p>
                <span className="name">What to do:</span> {cure}
              </p>
              {actions.map(({ label, method, path }) => (
                <p key={`${method} ${path}`}>
                  {label} <code>{`${method} ${path}`}</code>
                </p>
              ))}
            </div>
          </section>
          {open && mayResolve && <ResolveProblem problem={problem} />}
          <section>
            <h2 className="section">What was found</h2>
            <JsonView value={problem.detail} label="What was found" />
          </section>
        </div>
        <aside className="panel panel-body">
          <dl className="facts">
            <dt>About</dt>
            <dd>
              {toWord(subjectType)} <span className="mono">{subjectKey}</span>
            </dd>
            <dt>Open since</dt>
            <dd>
              <TimeText at={problem.openedAt} absolute />
            </dd>
            <dt>Last seen</dt>
            <dd>
              <TimeText at={problem.lastSeenAt} />, {problem.seenCount} {problem.seenCount === 1 ? "time" : "times"}
            </dd>
            {!open && (
              <>
                <dt>Closed</dt>
                <dd>
                  <TimeText at={problem.closedAt} absolute />
                </dd>
                <dt>By</dt>
                <dd>{problem.closedBy ?? "itself: its cause was gone"}</dd>
                {problem.note !== null && (
                  <>
                    <dt>Note</dt>
                    <dd>{problem.note}</dd>
                  </>
                )}
              </>
            )}
          </dl>
        </aside>
      </div>
    </>
  );
}
