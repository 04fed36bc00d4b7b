import type { Schemas } from "../../client/api.ts";
import { toClock } from "../../parts/format-time.ts";
import { useZone } from "../../parts/time-text.tsx";

type Comparison = NonNullable<Schemas["ScheduleValidation"]["comparison"]>;

const STEP = 4;
const BAR = 3;
const HALF = 14;

/** The coming day: what comes in stands above the line, what goes hangs below it, what stays is a mark on it. */
export function ComparisonStrip({ comparison }: { readonly comparison: Comparison }) {
  const zone = useZone();
  const { cells, kept, added, removed } = comparison;
  const most = Math.max(1, ...cells.map((cell) => Math.max(cell.added, cell.removed)));
  const height = (count: number) => (count === 0 ? 0 : Math.max(3, Math.round((count / most) * (HALF - 2))));
  const words = `${added} more, ${removed} fewer, ${kept} as before`;
  return (
    <figure className="comparison">
      <figcaption>
        <h3>Next 24 hours</h3>
        <span className="meta">{added + removed === 0 ? `nothing changes: ${kept} as before` : words}</span>
      </figcaption>
      <svg
        role="img"
        aria-label={`Next 24 hours: ${words}`}
        viewBox={`0 0 ${cells.length * STEP} ${2 * HALF}`}
        preserveAspectRatio="none"
      >
        <line x1={0} x2={cells.length * STEP} y1={HALF} y2={HALF} className="strip-base" />
        {cells.map((cell, index) => {
          const x = index * STEP;
          const title = `${toClock(Date.parse(cell.from), zone)}: ${cell.added} more, ${cell.removed} fewer, ${cell.kept} as before`;
          return (
            <g key={cell.from}>
              <title>{title}</title>
              <rect x={x} y={0} width={STEP} height={2 * HALF} fill="transparent" />
              {cell.kept > 0 && <rect className="kept" x={x} y={HALF - 2} width={BAR} height={4} />}
              {cell.added > 0 && (
                <rect className="added" x={x} y={HALF - height(cell.added)} width={BAR} height={height(cell.added)} />
              )}
              {cell.removed > 0 && (
                <rect className="removed" x={x} y={HALF} width={BAR} height={height(cell.removed)} />
              )}
            </g>
          );
        })}
      </svg>
      <div className="comparison-scale meta" aria-hidden>
        <span>now</span>
        <span>+6 h</span>
        <span>+12 h</span>
        <span>+18 h</span>
        <span>+24 h</span>
      </div>
    </figure>
  );
}
