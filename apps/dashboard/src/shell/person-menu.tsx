import { ActionIcon, Menu } from "@mantine/core";
import IconUserCircle from "@tabler/icons-react/icons/IconUserCircle";

import { Link } from "@tanstack/react-router";

import { addressOf } from "../client/address.ts";
import { switchLive, useLive } from "../client/live.ts";
import { useMe } from "../client/queries.ts";
import { changePreferences, usePreferences } from "../look/preferences.ts";
import { useScheme } from "../look/scheme.ts";
import { showHelp } from "./help.tsx";
import { signOut } from "../client/session.ts";
import { nextZone } from "./zone-switch.tsx";

const SCHEMES = { light: "dark", dark: "auto", auto: "light" } as const;
const SCHEME_WORDS = { light: "light", dark: "dark", auto: "as the system" } as const;

/** Who is signed in, and what is this person's to choose. */
export function PersonMenu() {
  const { data } = useMe();
  const live = useLive();
  const { zone, comfortable } = usePreferences();
  const { colorScheme, setColorScheme } = useScheme();
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={36} aria-label={`Signed in as ${data?.name ?? ""}`}>
          <IconUserCircle size={20} stroke={1.75} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {data?.name} · {data?.role}
        </Menu.Label>
        <Menu.Item component={Link} to="/profile">
          Profile and sessions
        </Menu.Item>
        <Menu.Item closeMenuOnClick={false} onClick={() => setColorScheme(SCHEMES[colorScheme])}>
          Colours: {SCHEME_WORDS[colorScheme]}
        </Menu.Item>
        <Menu.Item closeMenuOnClick={false} onClick={() => changePreferences({ zone: nextZone(zone) })}>
          Times: {zone === "mine" ? "my zone" : zone === "utc" ? "UTC" : "the schedule's zone"}
        </Menu.Item>
        <Menu.Item closeMenuOnClick={false} onClick={() => changePreferences({ comfortable: !comfortable })}>
          Rows: {comfortable ? "comfortable" : "dense"}
        </Menu.Item>
        <Menu.Item onClick={switchLive}>
          {live.kind === "paused" ? "Follow the server" : "Pause live updates"}
        </Menu.Item>
        <Menu.Item onClick={showHelp}>Keys</Menu.Item>
        <Menu.Item component="a" href={addressOf("docs/")} target="_blank">
          The api
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
