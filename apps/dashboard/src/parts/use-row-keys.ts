import { useRef, useState } from "react";

import { useKeys } from "./keys.ts";
import type { Selection } from "./selection.ts";

interface RowKeysOptions<Row> {
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly onOpen?: ((row: Row) => void) | undefined;
  readonly selection?: Selection | undefined;
  readonly label: string;
}

/** j and k go from row to row, Enter opens, x selects, ⇧x up to here. */
export function useRowKeys<Row>({ rows, keyOf, onOpen, selection, label }: RowKeysOptions<Row>) {
  const [active, setActive] = useState<string | null>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const keys = rows.map(keyOf);
  const move = (by: 1 | -1) => {
    const at = active === null ? -1 : keys.indexOf(active);
    const next = keys[at === -1 ? (by === 1 ? 0 : keys.length - 1) : Math.max(0, Math.min(keys.length - 1, at + by))];
    if (next === undefined) return;
    setActive(next);
    const row = body.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(next)}"]`);
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  };
  const activeRow = rows[active === null ? -1 : keys.indexOf(active)];
  useKeys(
    label,
    [
      { keys: "j", label: "Next row", run: () => move(1) },
      { keys: "k", label: "Row before", run: () => move(-1) },
      ...(onOpen === undefined
        ? []
        : [{ keys: "Enter", label: "Open the row", run: (event: KeyboardEvent) => openUnlessControl(event) }]),
      ...(selection === undefined
        ? []
        : [
            { keys: "x", label: "Select the row", run: () => void (active !== null && selection.toggle(active)) },
            {
              keys: "⇧x",
              label: "Select up to the row",
              run: () => void (active !== null && selection.extend(active, keys)),
            },
            { keys: "Escape", label: "Select nothing", run: () => selection.clear() },
          ]),
    ],
    rows.length > 0,
  );
  return { active, setActive, body };

  function openUnlessControl({ target }: KeyboardEvent): void {
    const control = (target as HTMLElement).closest<HTMLElement>("a, button");
    // Enter was prevented for the key's sake; a link or button that has the focus still wants it.
    if (control !== null) control.click();
    else if (activeRow !== undefined) onOpen?.(activeRow);
  }
}
