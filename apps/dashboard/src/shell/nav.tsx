import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { loadSummary } from "../client/summary.ts";
import { NAV, type NavItem } from "./nav-items.ts";
import { useMay } from "../client/queries.ts";

/** Every page that exists, with a number only where something waits for a person. */
export function Nav({ onGo }: { readonly onGo?: () => void }) {
  const { data } = useQuery(loadSummary);
  const counts = { problems: (data?.openProblems?.error ?? 0) + (data?.openProblems?.warning ?? 0) };
  return useShownNav().map((group) => (
    <div className="nav-group" key={group[0]?.label}>
      {group.map(({ to, label, icon: Icon, count }) => (
        <Link
          key={label}
          to={to}
          className="nav-item"
          activeOptions={{ exact: to === "/", includeSearch: false }}
          onClick={onGo}
        >
          <Icon size={16} stroke={1.75} aria-hidden />
          {label}
          {count !== undefined && counts[count] > 0 && <span className="nav-count">{counts[count]}</span>}
        </Link>
      ))}
    </div>
  ));
}

/** The pages that this person may see. */
export function useShownNav(): readonly (readonly NavItem[])[] {
  const mayOperate = useMay("operator");
  const mayAdminister = useMay("admin");
  const isShown = ({ role }: NavItem) => role === undefined || (role === "admin" ? mayAdminister : mayOperate);
  return NAV.map((group) => group.filter(isShown));
}
