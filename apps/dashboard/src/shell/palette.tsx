import { Modal } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect, useState } from "react";

import { useMay, useMe } from "../client/queries.ts";
import { type Entry, groupEntries, matchEntries, readVerb } from "./palette-entries.ts";
import { useFound } from "./palette-found.ts";
import { useOwnEntries } from "./palette-own.ts";
import { remember, useRecent } from "./palette-recent.ts";
import { paletteState } from "./palette-state.ts";
import "./palette.css";

/** ⌘K: pages, things by name or number, and what can be done with them. */
export function Palette() {
  return (
    <Modal
      opened={paletteState.use()}
      onClose={paletteState.close}
      attributes={{ content: { "aria-label": "Search or do" } }}
      withCloseButton={false}
      lockScroll={false}
      centered={false}
      yOffset="10dvh"
      size={600}
      padding={0}
      transitionProps={{ duration: 0 }}
    >
      <Search />
    </Modal>
  );
}

/** Its state begins anew each time it is opened. */
function Search() {
  const [text, setText] = useState("");
  const { entries, isSearching, areAllAsked } = useEntries(text);
  const groups = groupEntries(entries);
  const shown = groups.flatMap((group) => group.entries);
  const { selected, move, select } = useSelected(shown);
  const choose = useChoice();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) move(step);
    else if (event.key === "Enter" && selected !== undefined) choose(selected);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        className="palette-field"
        role="combobox"
        aria-label="Search or do"
        aria-expanded
        aria-autocomplete="list"
        aria-controls="palette-list"
        aria-activedescendant={selected === undefined ? undefined : toElementId(selected)}
        placeholder="Search or do"
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        data-autofocus
        value={text}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          select(null);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="palette-list" id="palette-list" role="listbox" aria-label="What was found" tabIndex={-1}>
        {groups.map(({ name, entries: members }) => (
          <div key={name} role="group" aria-label={name}>
            <div className="palette-group" aria-hidden>
              {name}
            </div>
            {members.map((entry) => (
              <Line
                key={entry.id}
                entry={entry}
                isSelected={entry === selected}
                onPoint={() => select(entry.id)}
                onChoose={() => choose(entry)}
              />
            ))}
          </div>
        ))}
      </div>
      <p className="palette-foot meta" role="status">
        {toWords(shown.length, isSearching, areAllAsked)}
      </p>
    </>
  );
}

/** What was looked for last where nothing is typed, and else what this page and the server know. */
function useEntries(text: string) {
  const { data: me } = useMe();
  const mayOperate = useMay("operator");
  const recent = useRecent(me?.name ?? "");
  const own = useOwnEntries();
  const found = useFound(text, mayOperate);
  const isAsked = text.trim() !== "";
  const isDone = readVerb(text).verb !== null;
  const local = isAsked
    ? matchEntries(own, text)
    : [...recent, ...own.filter(({ group }) => group === "Pages" || group === "Do")];
  return { ...found, entries: isDone ? [...found.entries, ...local] : [...local, ...found.entries] };
}

/** Stays with its line where others come in before it; the first, where it is gone. */
function useSelected(shown: readonly Entry[]) {
  const [id, setId] = useState<string | null>(null);
  const selected = shown.find((entry) => entry.id === id) ?? shown[0];
  const at = selected === undefined ? -1 : shown.indexOf(selected);
  const element = selected === undefined ? null : toElementId(selected);
  useEffect(() => {
    if (element !== null) document.getElementById(element)?.scrollIntoView({ block: "nearest" });
  }, [element]);
  return {
    selected,
    select: setId,
    move: (step: number) => setId(shown.at((at + step) % shown.length)?.id ?? null),
  };
}

function useChoice(): (entry: Entry) => void {
  const navigate = useNavigate();
  const { data: me } = useMe();
  return (entry) => {
    paletteState.close();
    remember(me?.name ?? "", entry);
    entry.run?.();
    // Its paths are those of routes.tsx; what was kept by an older version leads to the page that says so.
    if (entry.place !== undefined) void navigate({ search: {}, ...entry.place } as never);
  };
}

interface LineProps {
  readonly entry: Entry;
  readonly isSelected: boolean;
  readonly onPoint: () => void;
  readonly onChoose: () => void;
}

function Line({ entry, isSelected, onPoint, onChoose }: LineProps) {
  const { label, about, keys } = entry;
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys are the field's, which keeps the focus
    <div
      className="palette-line"
      id={toElementId(entry)}
      role="option"
      aria-selected={isSelected}
      tabIndex={-1}
      onMouseMove={onPoint}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      <span className="palette-label">{label}</span>
      {about !== undefined && <span className="palette-about meta">{about}</span>}
      {keys !== undefined && <kbd>{keys}</kbd>}
    </div>
  );
}

const toElementId = ({ id }: Entry): string => `palette-${id.replaceAll(/[^\w-]/g, "_")}`;

function toWords(count: number, isSearching: boolean, areAllAsked: boolean): string {
  if (isSearching) return "Searching…";
  const words = count === 0 ? "Nothing has that name or number" : "↑ ↓ to move, Enter to open, Esc to close";
  return areAllAsked ? words : `${words}. Not every list could be asked.`;
}
