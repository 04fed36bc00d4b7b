import { createSpotlight, Spotlight } from "@mantine/spotlight";
import IconSearch from "@tabler/icons-react/icons/IconSearch";
import { useNavigate } from "@tanstack/react-router";

import { NAV } from "./nav-items.ts";

const [store, palette] = createSpotlight();

export const openPalette = (): void => palette.open();

/** ⌘K: pages and things by name. */
export function Palette() {
  const navigate = useNavigate();
  return (
    <Spotlight
      store={store}
      attributes={{ content: { "aria-label": "Search or do" } }}
      shortcut={null}
      lockScroll={false}
      highlightQuery
      nothingFound="Nothing has that name"
      searchProps={{
        placeholder: "Search or do",
        leftSection: <IconSearch size={18} aria-hidden />,
        "aria-label": "Search or do",
      }}
      actions={NAV.flat().map(({ to, label, icon: Icon, key }) => ({
        id: label,
        label,
        leftSection: <Icon size={16} aria-hidden />,
        rightSection: key === undefined ? null : <kbd>{key}</kbd>,
        onClick: () => void navigate({ to }),
      }))}
    />
  );
}
