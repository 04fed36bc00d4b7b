import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, dataOf, type Schemas } from "../../client/api.ts";
import { toAbsolute } from "../../parts/format-time.ts";
import { ErrorState } from "../../parts/states.tsx";
import { useZone } from "../../parts/time-text.tsx";
import { ComparisonStrip } from "./comparison-strip.tsx";
import { OverlapNotices } from "./overlap-notices.tsx";
import { type Timing, toTimingWish } from "./timing-form.ts";

type Validation = Schemas["ScheduleValidation"];

const TYPING_MS = 200;

/** What the server says of a timing that is not saved; the schedule it is meant for, if there is one, is compared with. */
export function useValidation(timing: Timing, schedule: string | undefined, task?: string) {
  const wish = {
    ...toTimingWish(timing),
    ...(schedule === undefined ? {} : { schedule }),
    ...(task === undefined ? {} : { task }),
  };
  const [asked] = useDebouncedValue(JSON.stringify(wish), TYPING_MS);
  return useQuery({
    queryKey: ["validate", asked],
    queryFn: () => dataOf(api.POST("/api/v1/schedules/validate", { body: JSON.parse(asked) as typeof wish })),
    placeholderData: keepPreviousData,
  });
}

interface TimingPreviewProps {
  readonly validation: ReturnType<typeof useValidation>;
  readonly timing: Timing;
  /** What becomes of an occurrence that is due while a run is under way. */
  readonly overlapPolicy: string;
}

/** The timing in words, its next five runs in its zone and the reader's, the nights of clock changes, and what changes. */
export function TimingPreview({ validation, timing, overlapPolicy }: TimingPreviewProps) {
  if (validation.isError)
    return <ErrorState what="The preview" error={validation.error} onRetry={() => void validation.refetch()} />;
  const { data } = validation;
  return (
    <section className="panel preview" aria-label="Preview" aria-live="polite" aria-busy={validation.isFetching}>
      <div className="panel-head">
        <h2>
          {data === undefined ? "…" : data.valid ? toSentence("runs ", data.explanation!.inWords) : "This is no timing"}
        </h2>
        {data?.explanation?.crontabGuruUrl != null && (
          <a className="push meta" href={data.explanation.crontabGuruUrl} target="_blank" rel="noreferrer">
            crontab.guru
          </a>
        )}
      </div>
      {data !== undefined && (
        <div className="panel-body stack">
          {data.errors.map(({ where, problem, field }) => (
            <p key={where + problem} className="form-problem">
              {problem}
              {field !== undefined && ` (${field.name}: got ${field.got}, expected ${field.expected})`}
            </p>
          ))}
          {data.explanation !== null && (
            <Explained explanation={data.explanation} zone={timing.kind === "crontab" ? timing.timezone : "UTC"} />
          )}
          {data.overlaps !== null && <OverlapNotices overlaps={data.overlaps} overlapPolicy={overlapPolicy} />}
          {data.comparison !== null && <ComparisonStrip comparison={data.comparison} />}
        </div>
      )}
    </section>
  );
}

function Explained({ explanation, zone }: { explanation: NonNullable<Validation["explanation"]>; zone: string }) {
  const own = useZone();
  const show = (at: string, inZone: string) => toAbsolute(Date.parse(at), inZone);
  return (
    <>
      <div>
        <h3>Next five runs</h3>
        <table className="instants-table">
          <thead>
            <tr>
              <th scope="col">{zone}</th>
              {own !== zone && <th scope="col">{own}</th>}
            </tr>
          </thead>
          <tbody>
            {explanation.next.map((at) => (
              <tr key={at}>
                <td>{show(at, zone)}</td>
                {own !== zone && <td className="meta">{show(at, own)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {explanation.warnings.map((warning) => (
        <p key={warning} className="notice">
          {warning}
        </p>
      ))}
      {explanation.clockChanges.slice(0, 4).map(({ localTime, runsAt, inWords }) => (
        <div key={localTime} className="notice">
          <p>{toSentence("", inWords)}.</p>
          {own !== zone && (
            <p className="meta">
              In {own}: {runsAt.map((at) => show(at, own)).join(" and ")}.
            </p>
          )}
        </div>
      ))}
    </>
  );
}

const toSentence = (start: string, words: string): string => {
  const text = `${start}${words}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
};
