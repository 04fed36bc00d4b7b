import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { addressOf } from "../../client/address.ts";
import { api, dataOf, type Schemas } from "../../client/api.ts";
import { useMay } from "../../client/queries.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { ErrorState, Loading } from "../../parts/states.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { TimeText } from "../../parts/time-text.tsx";
import { areaName } from "../schedules/group-schedules.ts";
import { ProcessTable } from "./process-table.tsx";
import "../../look/ledger.css";
import "./queues.css";

const EVERY_MS = 5_000;

/** How much waits in each queue, since when, and who works on it. */
export function QueuesPage() {
  const isAdmin = useMay("admin");
  const queues = useQuery({
    queryKey: ["queues", "list"],
    queryFn: () => dataOf(api.GET("/api/v1/queues", {})),
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  });
  return (
    <>
      <PageHeader
        title="Queues"
        beside={
          queues.data !== undefined && (
            <span className="meta">in {queues.data.store === "redis" ? "Redis" : "PostgreSQL"}</span>
          )
        }
        actions={
          isAdmin && (
            <Button variant="default" component="a" href={addressOf("queues/board")} target="_blank" rel="noreferrer">
              Job by job (bull-board)
            </Button>
          )
        }
      >
        Workers take runs out of these. What waits long has too few workers, or none that knows its task.
      </PageHeader>
      {queues.isError && <ErrorState what="The queues" error={queues.error} onRetry={() => void queues.refetch()} />}
      {queues.isPending && <Loading what="the queues" rows={5} />}
      {queues.data !== undefined && (
        <div className="stack queues">
          <DataTable label="Queues" rows={queues.data.items} columns={COLUMNS} keyOf={({ name }) => name} />
          <section>
            <h2>Beats, workers and apis</h2>
            <ProcessTable processes={queues.data.processes} />
          </section>
        </div>
      )}
    </>
  );
}

type Queue = Schemas["QueueDetail"];

const COLUMNS: readonly Column<Queue>[] = [
  {
    key: "name",
    header: "Queue",
    phone: "title",
    cell: ({ name }) => (
      <span className="name-cell">
        {name === "beat" ? (
          <span className="name">Ticks</span>
        ) : (
          <Link to="/runs" search={{ queue: name, status: "SCHEDULED,PROCESSING", from: "all" }} className="name">
            {areaName(name)}
          </Link>
        )}
        <span className="mono meta">{name}</span>
      </span>
    ),
  },
  { key: "state", header: "State", phone: "status", cell: (queue) => <State queue={queue} /> },
  {
    key: "waiting",
    header: "Waiting",
    className: "number",
    cell: ({ waiting }) => (
      <span>
        {waiting.toLocaleString("en")} <span className="on-phone">waiting</span>
      </span>
    ),
  },
  { key: "oldest", header: "Oldest", cell: ({ oldestWaitingAt }) => <TimeText at={oldestWaitingAt} /> },
  {
    key: "active",
    header: "Under way",
    className: "number",
    cell: ({ active, slots }) => (
      <span title={`${slots} at most, by the workers there are`}>
        {active.toLocaleString("en")} <span className="meta">of {slots.toLocaleString("en")}</span>{" "}
        <span className="on-phone">under way</span>
      </span>
    ),
  },
  {
    key: "delayed",
    header: "Later",
    className: "number",
    phone: "hide",
    cell: ({ delayed }) => delayed.toLocaleString("en"),
  },
  { key: "workers", header: "Workers", className: "number", phone: "hide", cell: ({ workers }) => workers },
];

const LONG_WAIT_MS = 60_000;

/** In words what the figures mean together. */
function State({ queue: { workers, waiting, active, slots, oldestWaitingAt } }: { queue: Queue }) {
  if (workers === 0) return <StatusBadge tone={waiting > 0 ? "failed" : "missed"} word="No worker" />;
  const waitsMs = oldestWaitingAt === null ? 0 : Date.now() - Date.parse(oldestWaitingAt);
  if (waiting > 0 && waitsMs > LONG_WAIT_MS)
    return <StatusBadge tone="late" word={active >= slots ? "All workers busy" : "Behind"} />;
  return active > 0 || waiting > 0 ? (
    <StatusBadge tone="running" word="Working" />
  ) : (
    <StatusBadge tone="finished" word="Empty" />
  );
}
