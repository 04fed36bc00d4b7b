import { Button, Menu } from "@mantine/core";
import IconClock from "@tabler/icons-react/icons/IconClock";

import { changePreferences, usePreferences } from "../look/preferences.ts";
import { ownZone } from "../parts/format-time.ts";

const ZONES = ["mine", "schedule", "utc"] as const;
const WORDS = { mine: "My zone", schedule: "Schedule's", utc: "UTC" } as const;

/** Whose clock times are shown by. */
export function ZoneSwitch() {
  const { zone } = usePreferences();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          className="shell-wide tool-button"
          leftSection={<IconClock size={15} aria-hidden />}
          aria-label={`Times: ${WORDS[zone]}`}
        >
          {WORDS[zone]}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {ZONES.map((each) => (
          <Menu.Item key={each} onClick={() => changePreferences({ zone: each })} aria-checked={each === zone}>
            {WORDS[each]} {each === "mine" && <span className="meta">{ownZone()}</span>}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** To the zone after this one. */
export function nextZone(zone: (typeof ZONES)[number]): (typeof ZONES)[number] {
  return ZONES[(ZONES.indexOf(zone) + 1) % ZONES.length]!;
}
