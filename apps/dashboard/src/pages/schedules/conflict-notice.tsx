import { Button, Group } from "@mantine/core";

import { diffSettings } from "./diff-settings.ts";
import type { ScheduleDetail } from "./schedule-queries.ts";
import { SettingsDiff } from "./settings-diff.tsx";

interface ConflictNoticeProps {
  /** What the form was filled from. */
  readonly seen: ScheduleDetail;
  /** What somebody else made of it meanwhile. */
  readonly theirs: ScheduleDetail;
  readonly onTakeTheirs: () => void;
  readonly onSaveMine: () => void;
}

/** Nothing of the two edits is lost silently: what the other one changed is shown, and a person decides. */
export function ConflictNotice({ seen, theirs, onTakeTheirs, onSaveMine }: ConflictNoticeProps) {
  const settings = diffSettings(settingsOf(seen), settingsOf(theirs));
  return (
    <section className="notice stack" role="alert" aria-label="Changed meanwhile">
      <p>
        Somebody else saved version {theirs.version} while you worked on version {seen.version}. Nothing of yours is
        saved yet.
      </p>
      {settings.length === 0 ? (
        <p className="meta">Nothing that this form shows is different.</p>
      ) : (
        <SettingsDiff settings={settings} sides={["as you saw it", "as it is now"]} />
      )}
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={onTakeTheirs}>
          Take theirs into the form
        </Button>
        <Button size="xs" onClick={onSaveMine}>
          Save mine over it
        </Button>
      </Group>
    </section>
  );
}

function settingsOf(schedule: ScheduleDetail): Record<string, unknown> {
  const {
    name,
    task,
    trigger,
    timezone,
    args,
    enabled,
    paused,
    timeoutMs,
    overlap,
    missed,
    graceMs,
    retries,
    backoffMs,
    priority,
    recordLimit,
  } = schedule;
  return {
    name,
    task,
    trigger,
    timezone,
    args,
    enabled,
    paused: paused?.reason,
    timeoutMs,
    overlap,
    missed,
    graceMs,
    retries,
    backoffMs,
    priority,
    recordLimit,
  };
}
