import IconAlertTriangle from "@tabler/icons-react/icons/IconAlertTriangle";
import IconLayoutDashboard from "@tabler/icons-react/icons/IconLayoutDashboard";
import type { LinkProps } from "@tanstack/react-router";

interface NavItem {
  readonly to: LinkProps["to"];
  readonly label: string;
  readonly icon: typeof IconLayoutDashboard;
  /** `g o` goes there. */
  readonly key?: string;
  /** Which number stands beside it, where it asks for action. */
  readonly count?: "problems";
}

/** The nav, group after group. A page that is no line here is reached from another one. */
export const NAV: readonly (readonly NavItem[])[] = [
  [
    { to: "/", label: "Overview", icon: IconLayoutDashboard, key: "g o" },
    { to: "/problems", label: "Problems", icon: IconAlertTriangle, key: "g p", count: "problems" },
  ],
];
