import { useTasks } from "../../client/tasks.ts";
import { Button, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import IconPlus from "@tabler/icons-react/icons/IconPlus";
import IconSearch from "@tabler/icons-react/icons/IconSearch";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";

import { useMay } from "../../client/queries.ts";
import { useKeys } from "../../parts/keys.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { areaName } from "./group-schedules.ts";
import { RunNowDialog } from "./run-now-dialog.tsx";
import { ScheduleList } from "./schedule-list.tsx";

import type { SchedulesSearch } from "./schedules-search.ts";
import "../../look/ledger.css";
import "./schedules.css";

const STATES = { on: "On", paused: "Paused", stuck: "On, but does not run", off: "Off" } as const;
const TYPING_MS = 200;

/** Every schedule, found by any part of its name. */
export function SchedulesPage() {
  const search = useSearch({ from: "/schedules" });
  const navigate = useNavigate({ from: "/schedules" });
  const mayAdmin = useMay("admin");
  const mayOperate = useMay("operator");
  const [isRunning, setIsRunning] = useState(false);
  const queues = [...new Set(useTasks().data?.items.map(({ queue }) => queue))];
  const change = (part: Partial<SchedulesSearch>) =>
    void navigate({ search: { ...search, cursor: undefined, ...part }, replace: true });
  return (
    <>
      <PageHeader
        title="Schedules"
        actions={
          <>
            {mayOperate && (
              <Button variant="default" onClick={() => setIsRunning(true)}>
                Run a task…
              </Button>
            )}
            {mayAdmin && (
              <Button
                leftSection={<IconPlus size={14} aria-hidden />}
                renderRoot={(props) => <Link {...props} to="/schedules/new" />}
              >
                New schedule
              </Button>
            )}
          </>
        }
      />
      <div className="filter-bar">
        <TextFilter value={search.q ?? ""} onChange={(q) => change({ q: q === "" ? undefined : q })} />
        <Choice label="State" names={STATES} value={search.state} onChange={(state) => change({ state })} />
        <Choice
          label="Area"
          names={Object.fromEntries(queues.map((queue) => [queue, areaName(queue)]))}
          value={search.queue}
          onChange={(queue) => change({ queue })}
        />
        <Choice
          label="Source"
          names={{ ENV: "Env keys", API: "Made here" }}
          value={search.source}
          onChange={(source) => change({ source })}
        />
      </div>
      <ScheduleList
        search={search}
        onCursor={(cursor) => change({ cursor })}
        onClear={() => void navigate({ search: {} })}
      />
      <RunNowDialog schedule={isRunning ? "" : null} onClose={() => setIsRunning(false)} />
    </>
  );
}

function TextFilter({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const [text, setText] = useState(value);
  // Cleared elsewhere; what is being typed is ahead of the address and stays.
  useEffect(() => void (value === "" && setText("")), [value]);
  const field = useRef<HTMLInputElement>(null);
  const tell = useDebouncedCallback(onChange, TYPING_MS);
  useKeys("Schedules", [{ keys: "/", label: "Filter", run: () => field.current?.focus() }]);
  return (
    <TextInput
      ref={field}
      className="filter-input"
      type="search"
      aria-label="Filter schedules"
      placeholder="Part of a name, a key, a task or a description"
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={<kbd>/</kbd>}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        tell(currentTarget.value.trim());
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        // The browser would clear the field.
        event.preventDefault();
        event.currentTarget.blur();
      }}
    />
  );
}

interface ChoiceProps<Name extends string> {
  readonly label: string;
  readonly names: Readonly<Partial<Record<Name, string>>>;
  readonly value: Name | undefined;
  readonly onChange: (value: Name | undefined) => void;
}

function Choice<Name extends string>({ label, names, value, onChange }: ChoiceProps<Name>) {
  return (
    <Select
      className="choice"
      aria-label={label}
      placeholder={label}
      clearable
      data={Object.entries<string | undefined>(names).map(([name, text]) => ({ value: name, label: text ?? name }))}
      value={value ?? null}
      onChange={(chosen) => onChange((chosen ?? undefined) as Name | undefined)}
    />
  );
}
