import { Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { useMay } from "../../client/queries.ts";
import { act } from "../../parts/act.ts";
import type { Column } from "../../parts/data-table.tsx";
import { ListView } from "../../parts/list-view.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { SelectionBar } from "../../parts/selection-bar.tsx";
import { useSelection } from "../../parts/selection.ts";
import { TimeText } from "../../parts/time-text.tsx";
import { useBusy } from "../../parts/use-busy.ts";
import { TASK_STATUSES } from "./integration-search.ts";
import { IntegrationTabs } from "./integration-tabs.tsx";
import { TaskStatus } from "./task-words.tsx";

const route = getRouteApi("/integration/tasks");

const FIELDS = [
  { name: "status", about: "How far it is", options: TASK_STATUSES },
  { name: "route", about: "Identifier of its route" },
  { name: "entity", about: "Key of what it is about, the whole of it" },
];
const TOPICS = ["integration-tasks", "integration-counts", "runs"];
type TaskAction = "retry" | "skip";

/** Tasks of the integration; retry and skip, of what is selected or of all that match. */
export function IntegrationTasksPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const selection = useSelection();
  const mayAct = useMay("operator");
  const { isBusy, whileBusy } = useBusy();
  const list = useQuery({
    queryKey: ["integration-tasks", search],
    queryFn: () => dataOf(api.GET("/api/v1/integration/tasks", { params: { query: search } })),
    placeholderData: keepPreviousData,
    // What is selected stays where it is.
    refetchInterval: selection.keys.length === 0 ? 10_000 : false,
  });
  const { cursor: _cursor, ...filter } = search;
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const change = async (action: TaskAction, which: { ids: string[] } | typeof filter) => {
    const done = action === "retry" ? "They are new again" : "They are not sent";
    const isDone = await whileBusy(() => act(`Asking for it`, done, TOPICS, () => changeAll(action, which)));
    if (isDone) selection.clear();
  };
  const buttons = (which: { ids: string[] } | typeof filter, words: string) => (
    <>
      <Button size="compact-sm" loading={isBusy} onClick={() => void change("retry", which)}>
        Retry {words}
      </Button>
      <Button size="compact-sm" variant="default" loading={isBusy} onClick={() => void change("skip", which)}>
        Skip {words}
      </Button>
    </>
  );
  return (
    <>
      <PageHeader title="Integration" tab="Tasks of the integration">
        One record for one route; those of an entity are sent in order.
      </PageHeader>
      <IntegrationTabs />
      <ListView
        what="tasks"
        list={list}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        onOpen={({ id }) => void navigate({ to: "/integration/tasks/$id", params: { id } })}
        selection={mayAct ? selection : undefined}
        fields={FIELDS}
        search={search}
        onSearch={(next) => void navigate({ search: next as typeof search })}
        empty="A task appears here for each record that comes in, and each route that takes it."
        beside={
          mayAct &&
          isFiltered &&
          selection.keys.length === 0 &&
          (list.data?.items.length ?? 0) > 0 && <div className="row">{buttons(filter, "all that match")}</div>
        }
      />
      {mayAct && <SelectionBar selection={selection}>{buttons({ ids: [...selection.keys] }, "them")}</SelectionBar>}
    </>
  );
}

/** Ten thousand at a time, for as long as there are more. */
async function changeAll(action: TaskAction, which: object): Promise<void> {
  for (;;) {
    const { hasMore } = await dataOf(api.POST(`/api/v1/integration/tasks/${action}`, { body: which }));
    if (!hasMore) return;
  }
}

const COLUMNS: readonly Column<Schemas["IntegrationTask"]>[] = [
  {
    key: "entity",
    header: "Entity",
    cell: ({ id, entity }) => (
      <Link to="/integration/tasks/$id" params={{ id }} className="name">
        {entity}
      </Link>
    ),
    phone: "title",
  },
  { key: "status", header: "Status", cell: ({ status }) => <TaskStatus word={status} />, phone: "status" },
  { key: "route", header: "Route", className: "mono", cell: ({ route: own }) => own },
  { key: "attempts", header: "Attempts", className: "number", cell: ({ attempts }) => attempts, phone: "hide" },
  { key: "reason", header: "Why", cell: ({ reason }) => reason ?? "", phone: "hide" },
  { key: "next", header: "Again", cell: ({ nextAt }) => <TimeText at={nextAt} />, phone: "hide" },
  { key: "created", header: "Came in", cell: ({ createdAt }) => <TimeText at={createdAt} /> },
];
