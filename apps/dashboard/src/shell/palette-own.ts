import { switchLive, useLive } from "../client/live.ts";
import { useMay } from "../client/queries.ts";
import { signOut } from "../client/session.ts";
import { useQueueNames, useTasks } from "../client/tasks.ts";
import { changePreferences, usePreferences } from "../look/preferences.ts";
import { useScheme } from "../look/scheme.ts";
import { showHelp } from "./help.tsx";
import { useShownNav } from "./nav.tsx";
import type { Entry } from "./palette-entries.ts";
import { nextZone } from "./zone-switch.tsx";

/** What is found without asking the server: pages, tasks, queues, and what can be done everywhere. */
export function useOwnEntries(): Entry[] {
  return [...usePages(), ...useActions(), ...useCatalogue()];
}

function usePages(): Entry[] {
  const nav = useShownNav().flat();
  const pages = nav.map(({ to, label, key }) => ({
    id: `page ${label}`,
    group: "Pages",
    label,
    keys: key,
    place: { to: to as string },
  }));
  return [...pages, { id: "page Profile", group: "Pages", label: "Profile and sessions", place: { to: "/profile" } }];
}

function useActions(): Entry[] {
  const { toggleColorScheme } = useScheme();
  const { zone, comfortable } = usePreferences();
  const isLivePaused = useLive().kind === "paused";
  const mayAdminister = useMay("admin");
  const action = (label: string, run: () => void, keys?: string): Entry => ({
    id: label,
    group: "Do",
    label,
    run,
    keys,
  });
  return [
    action("Light or dark", toggleColorScheme, "t"),
    action(isLivePaused ? "Follow the server" : "Pause live updates", switchLive, "l"),
    action("Times: next zone", () => changePreferences({ zone: nextZone(zone) }), "z"),
    action(comfortable ? "Rows: dense" : "Rows: comfortable", () => changePreferences({ comfortable: !comfortable })),
    action("Keys", showHelp, "?"),
    ...(mayAdminister
      ? [{ id: "new schedule", group: "Do", label: "New schedule", place: { to: "/schedules/new" }, isOnce: true }]
      : []),
    action("Sign out", () => void signOut()),
  ];
}

function useCatalogue(): Entry[] {
  const tasks = useTasks().data?.items ?? [];
  const queues = useQueueNames();
  return [
    ...tasks.map(({ name, summary }) => ({
      id: `task ${name}`,
      group: "Tasks",
      label: name,
      about: summary,
      place: { to: "/runs", search: { task: name } },
    })),
    ...queues.map((name) => ({
      id: `queue ${name}`,
      group: "Queues",
      label: name,
      about: "Queue: its runs",
      place: { to: "/runs", search: { queue: name } },
    })),
  ];
}
