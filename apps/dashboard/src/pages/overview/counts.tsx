import type { Summary } from "../../client/summary.ts";
import { PageLink } from "../../parts/page-link.tsx";

/** Four numbers, each a link to what it counts. */
export function Counts({ counts }: { readonly counts: NonNullable<Summary["counts"]> }) {
  return (
    <div className="counts">
      <Count label="due in 10 min" count={counts.dueNext10Minutes} to="/schedules" />
      <Count label="running" count={counts.running} to="/runs" search={{ status: "PROCESSING" }} tone="running" />
      <Count label="late" count={counts.late} to="/schedules" tone="late" />
      <Count label="failed in 24 h" count={counts.failed24h} to="/runs" search={{ status: "FAILED" }} tone="failed" />
    </div>
  );
}

interface CountProps {
  readonly label: string;
  readonly count: number;
  readonly to: string;
  readonly search?: Record<string, string>;
  readonly tone?: string;
}

function Count({ label, count, to, search, tone }: CountProps) {
  return (
    <PageLink to={to} search={search} className="count">
      <span className="count-number" data-tone={count > 0 ? tone : undefined}>
        {count.toLocaleString("en")}
      </span>
      <span className="meta">{label}</span>
    </PageLink>
  );
}
