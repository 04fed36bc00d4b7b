import { ActionIcon, Menu } from "@mantine/core";
import IconDots from "@tabler/icons-react/icons/IconDots";
import IconHistory from "@tabler/icons-react/icons/IconHistory";
import IconPencil from "@tabler/icons-react/icons/IconPencil";
import IconPin from "@tabler/icons-react/icons/IconPin";
import IconPinnedOff from "@tabler/icons-react/icons/IconPinnedOff";
import IconPlayerPause from "@tabler/icons-react/icons/IconPlayerPause";
import IconPlayerPlay from "@tabler/icons-react/icons/IconPlayerPlay";
import IconPlayerTrackNext from "@tabler/icons-react/icons/IconPlayerTrackNext";
import { Link } from "@tanstack/react-router";

import { useMay } from "../../client/queries.ts";
import { isPaused } from "./paused-words.tsx";
import { togglePin, usePins } from "./pins.ts";
import type { Schedule } from "./schedule-queries.ts";

export interface ScheduleMenuActions {
  readonly onRun: (schedule: Schedule) => void;
  readonly onPause: (schedule: Schedule) => void;
  readonly onResume: (schedule: Schedule) => void;
}

/** What can be done with one schedule. */
export function ScheduleMenu({
  schedule,
  onRun,
  onPause,
  onResume,
}: ScheduleMenuActions & { readonly schedule: Schedule }) {
  const mayOperate = useMay("operator");
  const isPinned = usePins().has(schedule.key);
  const { key } = schedule;
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Actions for ${key}`}>
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {mayOperate && (
          <>
            <Menu.Item
              leftSection={<IconPlayerTrackNext size={14} aria-hidden />}
              rightSection={<kbd>r</kbd>}
              onClick={() => onRun(schedule)}
            >
              Run now…
            </Menu.Item>
            {isPaused(schedule) ? (
              <Menu.Item
                leftSection={<IconPlayerPlay size={14} aria-hidden />}
                rightSection={<kbd>p</kbd>}
                onClick={() => onResume(schedule)}
              >
                Resume
              </Menu.Item>
            ) : (
              <Menu.Item
                leftSection={<IconPlayerPause size={14} aria-hidden />}
                rightSection={<kbd>p</kbd>}
                onClick={() => onPause(schedule)}
              >
                Pause…
              </Menu.Item>
            )}
          </>
        )}
        <Menu.Item
          leftSection={<IconPencil size={14} aria-hidden />}
          rightSection={<kbd>e</kbd>}
          renderRoot={(props) => <Link {...props} to="/schedules/$key/edit" params={{ key }} />}
        >
          Change timing…
        </Menu.Item>
        <Menu.Item
          leftSection={<IconHistory size={14} aria-hidden />}
          renderRoot={(props) => <Link {...props} to="/schedules/$key" params={{ key }} search={{ tab: "changes" }} />}
        >
          Who changed it
        </Menu.Item>
        <Menu.Item
          leftSection={isPinned ? <IconPinnedOff size={14} aria-hidden /> : <IconPin size={14} aria-hidden />}
          onClick={() => togglePin(key)}
        >
          {isPinned ? "Unpin" : "Pin to the top"}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
