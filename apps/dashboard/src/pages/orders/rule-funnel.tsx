import type { Schemas } from "../../client/api.ts";

type Rule = Schemas["OmsPlanAttempt"]["rules"][number];

/** How many locations were left after each stage of a rule, and why the others were not. */
export function RuleFunnel({ rule: { name, words, wantedUnits, placedUnits, funnel } }: { readonly rule: Rule }) {
  const most = Math.max(1, ...funnel.map(({ count }) => count));
  return (
    <section className="panel funnel" aria-label={`Rule ${name}`}>
      <div className="panel-head">
        <h2>{name}</h2>
        <span className="meta">
          {words} · placed {placedUnits} of {wantedUnits} {wantedUnits === 1 ? "unit" : "units"}
        </span>
      </div>
      <ol>
        {funnel.map(({ stage, words: past, count, fell }) => (
          <li key={stage}>
            <span className="funnel-count">{count.toLocaleString("en")}</span>
            <span
              className="funnel-bar"
              style={{ width: `${Math.max(1, (Math.log1p(count) / Math.log1p(most)) * 100)}%` }}
            />
            <span>
              {past}
              {fell.length > 0 && (
                <span className="meta">
                  {" "}
                  – {fell.map((one) => `${one.count.toLocaleString("en")} ${one.words}`).join("; ")}
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
