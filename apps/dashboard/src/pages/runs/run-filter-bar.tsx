import { useTasks } from "../../client/tasks.ts";
import { Combobox, Pill, PillsInput, useCombobox } from "@mantine/core";
import IconFilter from "@tabler/icons-react/icons/IconFilter";
import { type KeyboardEvent, useRef, useState } from "react";

import { useKeys } from "../../parts/keys.ts";
import { useScheduleKeys } from "./run-queries.ts";
import type { RunFilter } from "./run-filter.ts";
import { parseRunTokens, toChips } from "./run-tokens.ts";
import { suggestTokens } from "./suggest-tokens.ts";

interface RunFilterBarProps {
  readonly filter: RunFilter;
  readonly onChange: (filter: RunFilter) => void;
}

/** `status:failed task:… late:>60s error:"503" args.key:…`, several at once, with suggestions; `/` goes to it. */
export function RunFilterBar({ filter, onChange }: RunFilterBarProps) {
  const [typed, setTyped] = useState("");
  const [problems, setProblems] = useState<readonly string[]>([]);
  const field = useRef<HTMLInputElement>(null);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  useKeys("Runs", [{ keys: "/", label: "Filter", run: () => field.current?.focus() }]);
  const tasks = useTasks().data?.items ?? [];
  const word = /schedule:(\S*)$/.exec(typed)?.[1];
  const schedules = useScheduleKeys(word).data ?? [];
  const suggestions = suggestTokens(typed, {
    tasks: tasks.map(({ name }) => name),
    schedules,
    queues: [...new Set(tasks.map(({ queue }) => queue))],
  });
  const chips = toChips(filter);

  const type = (text: string) => {
    setTyped(text);
    setProblems([]);
    combobox.openDropdown();
    combobox.resetSelectedOption();
  };
  const take = (text: string) => {
    const read = parseRunTokens(text);
    setProblems(read.problems);
    if (read.problems.length > 0 || Object.keys(read.filter).length === 0) return;
    onChange({ ...filter, ...read.filter });
    setTyped("");
    combobox.closeDropdown();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && combobox.selectedOptionIndex === -1 && typed.trim() !== "") {
      event.preventDefault();
      take(typed);
    }
    if (event.key === "Backspace" && typed === "") {
      const last = chips.at(-1);
      if (last !== undefined) onChange(last.without);
    }
    if (event.key === "Escape") field.current?.blur();
  };
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(text) => (text.endsWith(" ") ? take(text) : type(text))}
      withinPortal={false}
    >
      <Combobox.DropdownTarget>
        <PillsInput
          size="xs"
          className="filter-input"
          error={problems[0]}
          leftSection={<IconFilter size={14} aria-hidden />}
          onClick={() => field.current?.focus()}
        >
          <Pill.Group>
            {chips.map(({ text, without }) => (
              <Pill
                key={text}
                withRemoveButton
                removeButtonProps={{ "aria-label": `Remove ${text}`, "aria-hidden": false, tabIndex: 0 }}
                onRemove={() => onChange(without)}
              >
                {text}
              </Pill>
            ))}
            <Combobox.EventsTarget>
              <PillsInput.Field
                ref={field}
                aria-label="Filter runs"
                placeholder={chips.length === 0 ? 'status:failed  error:"503"  late:>60s  task:…  args.key:…' : ""}
                value={typed}
                onChange={({ currentTarget }) => type(currentTarget.value)}
                onBlur={() => combobox.closeDropdown()}
                onKeyDown={onKeyDown}
              />
            </Combobox.EventsTarget>
          </Pill.Group>
        </PillsInput>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown hidden={suggestions.length === 0}>
        <Combobox.Options mah={280} className="filter-options" aria-label="Suggestions">
          {suggestions.map(({ label, text }) => (
            <Combobox.Option key={label} value={text} className="mono">
              {label}
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
