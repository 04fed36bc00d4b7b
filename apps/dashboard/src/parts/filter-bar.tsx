import { Combobox, Pill, PillsInput, useCombobox } from "@mantine/core";
import IconFilter from "@tabler/icons-react/icons/IconFilter";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";

import { type FilterField, type FilterValues, parseToken, suggest, toTokens } from "./filter-tokens.ts";
import { useKeys } from "./keys.ts";

interface FilterBarProps {
  readonly fields: readonly FilterField[];
  /** From the URL, which is the only place where a filter is kept. */
  readonly values: FilterValues;
  /** The changed fields; a field that goes is undefined. */
  readonly onChange: (change: FilterValues) => void;
  /** To the right: a time window, saved views, CSV. */
  readonly children?: ReactNode;
}

/** A filter as tokens, `status:FAILED`, with suggestions as it is typed; `/` goes to it. */
export function FilterBar({ fields, values, onChange, children }: FilterBarProps) {
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  useKeys("Everywhere", [{ keys: "/", label: "Filter", run: () => field.current?.focus() }]);
  const tokens = toTokens(fields, values);
  const suggestions = suggest(fields, values, typed);

  const type = (text: string) => {
    setTyped(text);
    setProblem(null);
    combobox.openDropdown();
    combobox.resetSelectedOption();
  };
  const take = (text: string) => {
    if (text.endsWith(":")) return type(text);
    const token = parseToken(fields, text);
    if (token === null) return setProblem(explain(fields, text));
    onChange({ [token.name]: token.value });
    setTyped("");
    combobox.closeDropdown();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && combobox.selectedOptionIndex === -1 && typed.trim() !== "") {
      event.preventDefault();
      take(typed);
    }
    if (event.key === "Backspace" && typed === "" && tokens.length > 0) onChange({ [tokens.at(-1)!.name]: undefined });
    if (event.key === "Escape") field.current?.blur();
  };

  return (
    <div className="filter-bar">
      <Combobox store={combobox} onOptionSubmit={take} withinPortal={false}>
        <Combobox.DropdownTarget>
          <PillsInput
            size="xs"
            className="filter-input"
            error={problem}
            leftSection={<IconFilter size={14} aria-hidden />}
            onClick={() => combobox.openDropdown()}
          >
            <Pill.Group>
              {tokens.map(({ name, value }) => (
                <Pill
                  key={name}
                  withRemoveButton
                  removeButtonProps={{ "aria-label": `Remove ${name}:${value}`, "aria-hidden": false }}
                  onRemove={() => onChange({ [name]: undefined })}
                >
                  <span className="meta">{name}:</span>
                  {value}
                </Pill>
              ))}
              <Combobox.EventsTarget>
                <PillsInput.Field
                  ref={field}
                  aria-label="Filter"
                  placeholder={tokens.length === 0 ? "Filter, such as " + exampleOf(fields) : ""}
                  value={typed}
                  onChange={({ currentTarget }) => type(currentTarget.value)}
                  onFocus={() => combobox.openDropdown()}
                  onBlur={() => combobox.closeDropdown()}
                  onKeyDown={onKeyDown}
                />
              </Combobox.EventsTarget>
            </Pill.Group>
          </PillsInput>
        </Combobox.DropdownTarget>
        <Combobox.Dropdown hidden={suggestions.length === 0}>
          <Combobox.Options mah={280} className="filter-options" aria-label="Suggestions">
            {suggestions.map(({ text, about }) => (
              <Combobox.Option key={text} value={text}>
                <span className="mono">{text}</span> <span className="meta">{about}</span>
              </Combobox.Option>
            ))}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {children}
    </div>
  );
}

function exampleOf(fields: readonly FilterField[]): string {
  const first = fields[0];
  return first === undefined ? "" : `${first.name}:${first.options?.[0] ?? "…"}`;
}

function explain(fields: readonly FilterField[], text: string): string {
  const [name] = text.split(":");
  const field = fields.find((each) => each.name.toLowerCase() === name?.trim().toLowerCase());
  if (field === undefined) return `Expected one of ${fields.map((each) => `${each.name}:`).join(", ")}`;
  return `Expected ${field.name}: with one of ${field.options?.join(", ") ?? "a value"}`;
}
