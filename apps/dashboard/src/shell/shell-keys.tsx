import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";

import { switchLive } from "../client/live.ts";
import { changePreferences, preferences } from "../look/preferences.ts";
import { useScheme } from "../look/scheme.ts";
import { useKeys } from "../parts/keys.ts";
import { Help, showHelp } from "./help.tsx";
import { NAV } from "./nav-items.ts";
import { paletteState } from "./palette-state.ts";
import { nextZone } from "./zone-switch.tsx";

// After the page: nobody looks for something before there is one.
const Palette = lazy(() => import("./palette.tsx").then((loaded) => ({ default: loaded.Palette })));

/** The keys that work on every page, and what they open. */
export function ShellKeys() {
  const navigate = useNavigate();
  const { toggleColorScheme } = useScheme();
  useKeys("Everywhere", [
    { keys: "mod+k", label: "Search or do", run: paletteState.open },
    { keys: "?", label: "These keys", run: showHelp },
    { keys: "l", label: "Live or paused", run: switchLive },
    { keys: "t", label: "Light or dark", run: toggleColorScheme },
    { keys: "z", label: "Next zone", run: () => changePreferences({ zone: nextZone(preferences().zone) }) },
  ]);
  useKeys(
    "Pages",
    NAV.flat().flatMap(({ key, label, to }) =>
      key === undefined ? [] : [{ keys: key, label, run: () => void navigate({ to }) }],
    ),
  );
  return (
    <>
      <Help />
      <Suspense fallback={null}>
        <Palette />
      </Suspense>
    </>
  );
}
