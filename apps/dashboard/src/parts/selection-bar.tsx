import { Button } from "@mantine/core";
import type { ReactNode } from "react";

import type { Selection } from "./selection.ts";

interface SelectionBarProps {
  readonly selection: Selection;
  /** How many match the whole filter, and what takes all of them; left out where only what is seen can be selected. */
  readonly matching?: { readonly count: number; readonly isAll: boolean; readonly onSelectAll: () => void } | undefined;
  /** The buttons: what can be done with what is selected. */
  readonly children: ReactNode;
}

/** At the bottom while rows are selected: `25 selected · select all 1,203 that match`, and what can be done. */
export function SelectionBar({ selection, matching, children }: SelectionBarProps) {
  const count = matching?.isAll === true ? matching.count : selection.keys.length;
  if (count === 0) return null;
  return (
    <div className="selection-bar" role="region" aria-label="Selected rows">
      <span aria-live="polite" className="name">
        {count.toLocaleString("en")} selected
      </span>
      {matching !== undefined && !matching.isAll && matching.count > count && (
        <Button size="compact-sm" variant="subtle" onClick={matching.onSelectAll}>
          Select all {matching.count.toLocaleString("en")} that match
        </Button>
      )}
      <div className="row">{children}</div>
      <Button size="compact-sm" variant="subtle" onClick={selection.clear}>
        Clear
      </Button>
    </div>
  );
}
