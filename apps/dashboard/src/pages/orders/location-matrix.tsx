import type { Schemas } from "../../client/api.ts";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { TimeText } from "../../parts/time-text.tsx";

type Attempt = Schemas["OmsPlanAttempt"];
type Seen = Attempt["locations"][number];

/** Each location against each product: what was free there, what is free today, why it fell and what would have changed it. */
export function LocationMatrix({
  attempt: { lines, locations, locationsLeftOut, today },
}: {
  readonly attempt: Attempt;
}) {
  const skus = [...new Set(lines.map(({ sku }) => sku))];
  if (locations.length === 0)
    return (
      <p className="meta">No location carries any of it, and no rule names one: there was nothing to choose from.</p>
    );
  return (
    <section>
      <h2 className="section">Locations</h2>
      <div className="matrix table-frame" tabIndex={0} role="region" aria-label="Locations and stock">
        <table>
          <thead>
            <tr>
              <th scope="col">Location</th>
              {skus.map((sku) => (
                <th key={sku} scope="col">
                  {sku}
                  <div className="meta">{wantedOf(lines, sku)} wanted</div>
                </th>
              ))}
              <th scope="col">Why, or why not</th>
              <th scope="col">What would have changed it</th>
            </tr>
          </thead>
          <tbody>
            {locations.map((location) => (
              <tr key={location.erpCode} data-chosen={location.chosen || undefined}>
                <th scope="row">
                  {location.erpCode}
                  <div className="meta">{factsOf(location)}</div>
                </th>
                {skus.map((sku) => (
                  <StockCell key={sku} location={location} sku={sku} today={today} />
                ))}
                <td>
                  <Reasons {...location} />
                </td>
                <td>
                  <Changes {...location} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {locationsLeftOut > 0 && (
        <p className="meta">
          {locationsLeftOut.toLocaleString("en")} more came less far; they are counted above and not kept one by one.
        </p>
      )}
    </section>
  );
}

const wantedOf = (lines: Attempt["lines"], sku: string): number =>
  lines.reduce((sum, line) => (line.sku === sku ? sum + line.wanted : sum), 0);

function factsOf({ priority, km, openPackages, maxQuota }: Seen): string {
  return [
    ...(priority === null ? [] : [`priority ${priority}`]),
    ...(km === null ? [] : [`${km} km`]),
    ...(openPackages === null ? [] : [`${openPackages}${maxQuota === null ? "" : ` of ${maxQuota}`} open`]),
  ].join(" · ");
}

interface StockCellProps {
  readonly location: Seen;
  readonly sku: string;
  readonly today: Attempt["today"];
}

function StockCell({ location: { erpCode, stock, placed }, sku, today }: StockCellProps) {
  const then = stock.find((level) => level.sku === sku);
  const now = today.find((level) => level.erpCode === erpCode && level.sku === sku);
  const taken = placed.find((one) => one.sku === sku);
  return (
    <td className="stock-cell">
      {then === undefined ? (
        <span className="meta">not carried</span>
      ) : (
        <>
          <span className="name">{then.free} free</span>
          <div className="meta">
            {then.onHand} − {then.reserved} reserved{then.safetyStock > 0 && ` − ${then.safetyStock} safety`}
            {then.blocked && ", blocked"}
          </div>
        </>
      )}
      {taken !== undefined && (
        <div>
          <StatusBadge tone="finished" word={`${taken.units} taken${taken.fetched ? " by transfer" : ""}`} />
        </div>
      )}
      {now !== undefined && now.free !== then?.free && <div className="meta">today {now.free} free</div>}
      {now?.blockedSince != null && (
        <div className="meta">
          blocked since <TimeText at={now.blockedSince} />
          {now.blockedBecause !== null && `: ${now.blockedBecause}`}
        </div>
      )}
    </td>
  );
}

function Reasons({ chosen, words, byRule }: Seen) {
  if (byRule.length <= 1) return chosen ? <StatusBadge tone="finished" word="Chosen" /> : <span>{words}</span>;
  return (
    <ul className="plain">
      {byRule.map((one) => (
        <li key={one.rule}>
          <span className="meta">{one.rule}:</span>{" "}
          {one.reason === null ? <StatusBadge tone="finished" word="Chosen" /> : one.words}
        </li>
      ))}
    </ul>
  );
}

function Changes({ chosen, changes }: Seen) {
  if (chosen) return null;
  if (changes === null) return <span className="meta">not known</span>;
  if (changes.length === 0) return <span className="meta">no single change</span>;
  return (
    <ul className="plain">
      {changes.map(({ words, units, shortUnits }) => (
        <li key={words}>
          {words}{" "}
          <span className="meta">
            → {units} from here, {shortUnits === 0 ? "nothing short" : `${shortUnits} short`}
          </span>
        </li>
      ))}
    </ul>
  );
}
