import { Link, type LinkProps } from "@tanstack/react-router";

export interface AreaTab {
  readonly to: LinkProps["to"];
  readonly label: string;
}

/** The pages of an area, as links: each has its address, and the browser's back goes to the one before. */
export function AreaTabs({ label, tabs }: { readonly label: string; readonly tabs: readonly AreaTab[] }) {
  return (
    <nav className="area-tabs" aria-label={label}>
      {tabs.map(({ to, label: name }, index) => (
        <Link key={name} to={to} className="area-tab" activeOptions={{ exact: index === 0, includeSearch: false }}>
          {name}
        </Link>
      ))}
    </nav>
  );
}
