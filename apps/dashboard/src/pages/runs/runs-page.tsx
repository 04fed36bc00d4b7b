import { Button, SegmentedControl, Select } from "@mantine/core";
import IconDownload from "@tabler/icons-react/icons/IconDownload";
import { useNavigate, useSearch } from "@tanstack/react-router";

import { toAbsolute } from "../../parts/format-time.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { SavedViews } from "../../parts/saved-views.tsx";
import { useZone } from "../../parts/time-text.tsx";
import { keepViews } from "../../parts/views.ts";
import { downloadRuns } from "./download-runs.ts";
import { FailureGroups } from "./failure-groups.tsx";
import { RunFilterBar } from "./run-filter-bar.tsx";
import { readRunFilter, type RunFilter, toRunSearch, windowOf, WINDOWS } from "./run-filter.ts";
import { countWords, useRunCount } from "./run-queries.ts";
import { RunTable } from "./run-table.tsx";
import "../../look/ledger.css";
import "./runs.css";

const views = keepViews("runs");

/** Every run, by a filter that the address holds; or its failures by their cause. */
export function RunsPage() {
  const search = useSearch({ from: "/runs" });
  const navigate = useNavigate({ from: "/runs" });
  const filter = readRunFilter(search);
  const isByCause = search.view === "failures";
  const count = useRunCount(filter, !isByCause).data;
  const change = (next: RunFilter, view = search.view) =>
    void navigate({ search: { ...toRunSearch(next), ...(view === undefined ? {} : { view }) } });
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <>
      <PageHeader
        title="Runs"
        beside={!isByCause && count !== undefined && <span className="meta">{countWords(count)}</span>}
        actions={
          <>
            <SegmentedControl
              size="xs"
              aria-label="How runs are shown"
              data={[
                { value: "list", label: "One by one" },
                { value: "failures", label: "Failures by cause" },
              ]}
              value={search.view ?? "list"}
              onChange={(view) => change(filter, view === "failures" ? "failures" : undefined)}
            />
            <Button
              variant="default"
              leftSection={<IconDownload size={14} aria-hidden />}
              onClick={() => void downloadRuns(filter)}
            >
              CSV
            </Button>
          </>
        }
      />
      <div className="filter-bar">
        <RunFilterBar filter={filter} onChange={(next) => change(next)} />
        <TimeWindow filter={filter} onChange={(next) => change(next)} />
        <SavedViews kept={views} search={search} onOpen={(view) => void navigate({ search: view as typeof search })} />
      </div>
      {isByCause ? (
        <FailureGroups filter={filter} />
      ) : (
        <RunTable
          filter={filter}
          onClear={isFiltered ? () => change({ from: "all" }) : () => change({ from: "all" })}
        />
      )}
    </>
  );
}

/** How far back the list looks: always to be seen. */
function TimeWindow({ filter, onChange }: { filter: RunFilter; onChange: (filter: RunFilter) => void }) {
  const zone = useZone();
  const window = windowOf(filter);
  const { to } = filter;
  const isPreset = window in WINDOWS && to === undefined;
  const show = (at: string) => (Number.isNaN(Date.parse(at)) ? `${at} ago` : toAbsolute(Date.parse(at), zone));
  const own = `${show(window)} to ${to === undefined ? "now" : show(to)}`;
  return (
    <Select
      className={isPreset ? "choice" : "choice wide"}
      aria-label="Time"
      allowDeselect={false}
      data={[
        ...Object.entries(WINDOWS).map(([value, label]) => ({ value, label })),
        ...(isPreset ? [] : [{ value: "own", label: own }]),
      ]}
      value={isPreset ? window : "own"}
      onChange={(chosen) => {
        if (chosen === null || chosen === "own") return;
        const { from: _from, to: _to, ...rest } = filter;
        onChange({ ...rest, from: chosen });
      }}
    />
  );
}
