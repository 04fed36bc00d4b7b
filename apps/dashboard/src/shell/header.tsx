import { ActionIcon, Drawer, Kbd } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import IconMenu2 from "@tabler/icons-react/icons/IconMenu2";
import IconSearch from "@tabler/icons-react/icons/IconSearch";
import { Link } from "@tanstack/react-router";

import { addressOf } from "../client/address.ts";
import { HealthPill } from "./health-pill.tsx";
import { LiveSwitch } from "./live-switch.tsx";
import { Nav } from "./nav.tsx";
import { paletteState } from "./palette-state.ts";
import { PersonMenu } from "./person-menu.tsx";
import { ZoneSwitch } from "./zone-switch.tsx";

/** 48 px: name, health, search, zone, live, person. */
export function Header() {
  return (
    <header className="shell-header">
      <NavSheet />
      <Link to="/" className="shell-brand" aria-label="Drumline">
        <img src={addressOf("favicon.svg")} alt="" />
        <span>Drumline</span>
      </Link>
      <HealthPill />
      <button type="button" className="shell-search" onClick={paletteState.open} aria-label="Search or do ⌘K">
        <IconSearch size={15} aria-hidden />
        <span>Search or do</span>
        <Kbd>⌘K</Kbd>
      </button>
      <div className="shell-tools">
        <ZoneSwitch />
        <LiveSwitch />
        <PersonMenu />
      </div>
    </header>
  );
}

/** The nav of a phone. */
function NavSheet() {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <ActionIcon className="nav-button" variant="subtle" color="gray" size={36} aria-label="Pages" onClick={open}>
        <IconMenu2 size={20} aria-hidden />
      </ActionIcon>
      <Drawer opened={opened} onClose={close} position="left" size={260} title="Drumline" lockScroll={false}>
        <nav aria-label="Pages">
          <Nav onGo={close} />
        </nav>
      </Drawer>
    </>
  );
}
