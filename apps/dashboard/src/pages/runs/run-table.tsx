import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { useMay } from "../../client/queries.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { NewRowsPill } from "../../parts/new-rows-pill.tsx";
import { Pager } from "../../parts/pager.tsx";
import { useSelection } from "../../parts/selection.ts";
import { Empty, ErrorState, Loading, NoMatch } from "../../parts/states.tsx";
import { useKeys } from "../../parts/keys.ts";
import { useSteadyRows } from "../../parts/use-steady-rows.ts";
import { retryRun } from "./run-actions.ts";
import { RUN_COLUMNS } from "./run-columns.tsx";
import { type RunFilter, toRunSearch } from "./run-filter.ts";
import { isOpen, useRuns } from "./run-queries.ts";
import { RunSelectionBar } from "./run-selection-bar.tsx";

interface RunTableProps {
  readonly filter: RunFilter;
  /** Columns that would say the same in each row. */
  readonly hides?: readonly string[];
  /** A few of the newest, without pages and selection; a link leads to the rest. */
  readonly limit?: number;
  readonly onClear?: () => void;
}

const PAGE = 50;

/** The runs of a filter; rows keep their place while new ones come in. */
export function RunTable({ filter, hides = [], limit, onClear }: RunTableProps) {
  const navigate = useNavigate();
  const mayOperate = useMay("operator");
  const selection = useSelection();
  const list = JSON.stringify(filter);
  const [at, setAt] = useState<{ list: string; cursor: string | undefined }>({ list, cursor: undefined });
  // The cursor of another filter is of no use here.
  const cursor = at.list === list ? at.cursor : undefined;
  const page = useRuns(filter, cursor, limit ?? PAGE);
  const { rows, newCount, showNew } = useSteadyRows(
    page.isPlaceholderData ? undefined : page.data?.items,
    ({ id }) => id,
    `${list} ${cursor ?? ""}`,
  );
  const shown = rows.length === 0 && page.isPlaceholderData ? page.data.items : rows;
  useKeys(
    "Runs",
    mayOperate
      ? [
          {
            keys: "r",
            label: "Retry the run",
            run: ({ target }) => {
              const id = (target as HTMLElement).closest<HTMLElement>("[data-key]")?.dataset["key"];
              const run = shown.find((each) => each.id === id);
              if (run !== undefined && !isOpen(run)) void retryRun(run.id);
            },
          },
        ]
      : [],
  );
  if (page.isError) return <ErrorState what="The runs" error={page.error} onRetry={() => void page.refetch()} />;
  if (page.data === undefined) return <Loading what="runs" rows={limit ?? 12} />;
  if (shown.length === 0 && cursor === undefined)
    return onClear === undefined ? (
      <Empty title="No runs yet">Each occurrence appears here, also those that were skipped or missed.</Empty>
    ) : (
      <NoMatch what="runs" onClear={onClear} />
    );
  const isWhole = limit === undefined;
  return (
    <>
      <NewRowsPill count={cursor === undefined && isWhole ? newCount : 0} onShow={showNew} />
      <DataTable
        label="Runs"
        rows={isWhole ? shown : page.data.items}
        columns={RUN_COLUMNS.filter(({ key }) => !hides.includes(key))}
        keyOf={({ id }) => id}
        selection={isWhole && mayOperate ? selection : undefined}
        changeOf={({ status }) => status}
        onOpen={({ id }) => void navigate({ to: "/runs/$id", params: { id } })}
      />
      {isWhole ? (
        <>
          <Pager cursor={cursor} nextCursor={page.data.nextCursor} onCursor={(next) => setAt({ list, cursor: next })} />
          <RunSelectionBar selection={selection} filter={filter} runs={shown} />
        </>
      ) : (
        page.data.nextCursor !== null && (
          <p className="meta">
            <Link to="/runs" search={toRunSearch(filter)}>
              All its runs
            </Link>
          </p>
        )
      )}
    </>
  );
}
