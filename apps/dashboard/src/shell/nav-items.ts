import IconAlertTriangle from "@tabler/icons-react/icons/IconAlertTriangle";
import IconHistory from "@tabler/icons-react/icons/IconHistory";
import IconKey from "@tabler/icons-react/icons/IconKey";
import IconCalendarClock from "@tabler/icons-react/icons/IconCalendarClock";
import IconLayoutDashboard from "@tabler/icons-react/icons/IconLayoutDashboard";
import IconPackage from "@tabler/icons-react/icons/IconPackage";
import IconMail from "@tabler/icons-react/icons/IconMail";
import IconUserSearch from "@tabler/icons-react/icons/IconUserSearch";
import IconBuildingStore from "@tabler/icons-react/icons/IconBuildingStore";
import IconSettings from "@tabler/icons-react/icons/IconSettings";
import IconRouteSquare from "@tabler/icons-react/icons/IconRouteSquare";
import IconShieldLock from "@tabler/icons-react/icons/IconShieldLock";
import IconShoppingCart from "@tabler/icons-react/icons/IconShoppingCart";
import IconTool from "@tabler/icons-react/icons/IconTool";
import IconUsers from "@tabler/icons-react/icons/IconUsers";
import IconPlayerPlay from "@tabler/icons-react/icons/IconPlayerPlay";
import IconStack2 from "@tabler/icons-react/icons/IconStack2";
import type { LinkProps } from "@tanstack/react-router";

export interface NavItem {
  readonly to: LinkProps["to"];
  readonly label: string;
  readonly icon: typeof IconLayoutDashboard;
  /** `g o` goes there. */
  readonly key?: string;
  /** Whom it is shown to; everybody where left out. */
  readonly role?: "operator" | "admin";
  /** Which number stands beside it, where it asks for action. */
  readonly count?: "problems";
}

/** The nav, group after group. A page that is no line here is reached from another one. */
export const NAV: readonly (readonly NavItem[])[] = [
  [
    { to: "/", label: "Overview", icon: IconLayoutDashboard, key: "g o" },
    { to: "/schedules", label: "Schedules", icon: IconCalendarClock, key: "g s" },
    { to: "/runs", label: "Runs", icon: IconPlayerPlay, key: "g r" },
    { to: "/queues", label: "Queues", icon: IconStack2, key: "g q" },
    { to: "/problems", label: "Problems", icon: IconAlertTriangle, key: "g p", count: "problems" },
  ],
  [
    { to: "/orders", label: "Orders", icon: IconPackage, key: "g d" },
    { to: "/user-audit", label: "User audit", icon: IconUserSearch, key: "g u" },
    { to: "/partners/vendors" as LinkProps["to"], label: "Partners", icon: IconBuildingStore, key: "g v" },
    { to: "/mails", label: "Mails", icon: IconMail, key: "g m" },
  ],
  [
    { to: "/shop", label: "Shop", icon: IconShoppingCart, key: "g h" },
    { to: "/integration", label: "Integration", icon: IconRouteSquare, key: "g i" },
    { to: "/maintenance", label: "Maintenance", icon: IconTool, key: "g w" },
  ],
  [
    { to: "/users", label: "Users", icon: IconUsers, role: "admin" },
    { to: "/tokens", label: "Tokens", icon: IconKey, role: "admin" },
    { to: "/audit-log", label: "Audit log", icon: IconHistory, role: "admin" },
    { to: "/security-log", label: "Security log", icon: IconShieldLock, role: "admin" },
    { to: "/settings", label: "Settings", icon: IconSettings, key: "g e", role: "admin" },
  ],
];
