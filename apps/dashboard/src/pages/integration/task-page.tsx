import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";

import { api, dataOf } from "../../client/api.ts";
import { useMay } from "../../client/queries.ts";
import { act } from "../../parts/act.ts";
import { JsonView } from "../../parts/json-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { ErrorState, Loading } from "../../parts/states.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { TaskStatus } from "./task-words.tsx";

const route = getRouteApi("/integration/tasks/$id");

/** One task: its record, where it came from, and what became of each attempt. */
export function IntegrationTaskPage() {
  const { id } = route.useParams();
  const mayAct = useMay("operator");
  const { data, error, refetch } = useQuery({
    queryKey: ["integration-tasks", id],
    queryFn: () => dataOf(api.GET("/api/v1/integration/tasks/{id}", { params: { path: { id } } })),
  });
  if (data === undefined && error !== null)
    return <ErrorState what="The task" error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading what="the task" />;
  const change = (action: "retry" | "skip") =>
    act(
      "Asking for it",
      action === "retry" ? "It is new again" : "It is not sent",
      ["integration-tasks", "integration-counts"],
      () => dataOf(api.POST(`/api/v1/integration/tasks/${action}`, { body: { ids: [id] } })),
    );
  return (
    <>
      <PageHeader
        title={`Task of ${data.entity}`}
        beside={<TaskStatus word={data.status} />}
        actions={
          mayAct && (
            <>
              <Button size="xs" onClick={() => void change("retry")}>
                Retry
              </Button>
              <Button size="xs" variant="default" onClick={() => void change("skip")}>
                Skip
              </Button>
            </>
          )
        }
      >
        <Link to="/integration/tasks">Tasks</Link> · route{" "}
        <Link to="/integration/tasks" search={{ route: data.route }} className="mono">
          {data.route}
        </Link>
      </PageHeader>
      <dl className="facts">
        {data.reason !== null && (
          <>
            <dt>Why</dt>
            <dd>{data.reason}</dd>
          </>
        )}
        <dt>Came in</dt>
        <dd>
          <TimeText at={data.createdAt} absolute />
        </dd>
        <dt>Attempts</dt>
        <dd>
          {data.attempts}; again <TimeText at={data.nextAt} />
        </dd>
        <dt>Ended</dt>
        <dd>
          <TimeText at={data.endedAt} absolute />
        </dd>
      </dl>
      <h2 className="section">The record, as it came</h2>
      <JsonView value={data.payload} label="The record" />
      <h2 className="section">What became of each attempt</h2>
      <JsonView value={data.exportLog} label="Attempts" />
      <h2 className="section">Where it came from</h2>
      <JsonView value={data.importLog} label="Where it came from" />
    </>
  );
}
