import { Button } from "@mantine/core";
import { useState } from "react";

import { SelectionBar } from "../../parts/selection-bar.tsx";
import type { Selection } from "../../parts/selection.ts";
import type { BulkWish } from "./bulk-actions.ts";
import { BulkDialog } from "./bulk-dialog.tsx";
import type { RunFilter } from "./run-filter.ts";
import { isOpen, type Run, useRunCount } from "./run-queries.ts";

interface RunSelectionBarProps {
  readonly selection: Selection;
  readonly filter: RunFilter;
  readonly runs: readonly Run[];
}

/** `25 selected · select all 1,203 that match`: retry or cancel them, after a preview of what will happen. */
export function RunSelectionBar({ selection, filter, runs }: RunSelectionBarProps) {
  const [isAll, setIsAll] = useState(false);
  const [wish, setWish] = useState<BulkWish | null>(null);
  const hasSelection = selection.keys.length > 0;
  if (!hasSelection && isAll) setIsAll(false);
  const count = useRunCount(filter, hasSelection).data?.count ?? 0;
  const chosen = runs.filter(({ id }) => selection.has(id));
  const which = isAll ? { filter } : { ids: selection.keys };
  return (
    <>
      <SelectionBar selection={selection} matching={{ count, isAll, onSelectAll: () => setIsAll(true) }}>
        <Button
          size="compact-sm"
          variant="default"
          disabled={!isAll && chosen.length > 0 && chosen.every(isOpen)}
          onClick={() => setWish({ action: "runs.retry", ...which })}
        >
          Retry…
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          disabled={!isAll && chosen.length > 0 && !chosen.some(isOpen)}
          onClick={() => setWish({ action: "runs.cancel", ...which })}
        >
          Cancel…
        </Button>
      </SelectionBar>
      <BulkDialog
        wish={wish}
        title={wish?.action === "runs.cancel" ? "Cancel these runs" : "Retry these runs"}
        onClose={() => {
          setWish(null);
          selection.clear();
        }}
      />
    </>
  );
}
