import { Button } from "@mantine/core";
import { useState } from "react";

import { SelectionBar } from "../../parts/selection-bar.tsx";
import type { Selection } from "../../parts/selection.ts";
import { switchSchedules } from "../runs/bulk-actions.ts";
import { PauseDialog } from "../../parts/pause-dialog.tsx";
import { isPaused } from "./paused-words.tsx";
import type { Schedule } from "./schedule-queries.ts";

/** Pauses and resumes several schedules at once. */
export function ScheduleSelectionBar({
  selection,
  schedules,
}: {
  readonly selection: Selection;
  readonly schedules: readonly Schedule[];
}) {
  const [isPausing, setIsPausing] = useState(false);
  const chosen = schedules.filter(({ key }) => selection.has(key));
  const paused = chosen.filter(isPaused);
  const others = chosen.filter((schedule) => !isPaused(schedule));
  const resume = async () => {
    if (await switchSchedules({ action: "schedules.resume", ids: paused.map(({ id }) => id) })) selection.clear();
  };
  return (
    <>
      <SelectionBar selection={selection}>
        <Button size="compact-sm" variant="default" disabled={others.length === 0} onClick={() => setIsPausing(true)}>
          Pause {others.length > 0 && others.length < chosen.length ? others.length : ""}…
        </Button>
        <Button size="compact-sm" variant="default" disabled={paused.length === 0} onClick={() => void resume()}>
          Resume {paused.length > 0 && paused.length < chosen.length ? paused.length : ""}
        </Button>
      </SelectionBar>
      <PauseDialog
        what={isPausing ? `${others.length} schedules` : null}
        onClose={() => setIsPausing(false)}
        onPause={async (reason, until) => {
          const ids = others.map(({ id }) => id);
          const isDone = await switchSchedules({
            action: "schedules.pause",
            ids,
            params: { reason, until: until?.toISOString() ?? null },
          });
          if (isDone) selection.clear();
          return isDone;
        }}
      />
    </>
  );
}
