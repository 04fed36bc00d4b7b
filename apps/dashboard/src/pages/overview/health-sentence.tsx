import type { Summary } from "../../client/summary.ts";
import { PageLink } from "../../parts/page-link.tsx";
import { StatusBadge } from "../../parts/status-badge.tsx";
import { toWord } from "../../parts/status.ts";

/** All well, in one sentence; or what is wrong, each with the next step. */
export function HealthSentence({ summary }: { readonly summary: Summary }) {
  const { reasons, warnings, sentence } = summary;
  if (reasons.length + warnings.length === 0) return <p className="sentence">{sentence}</p>;
  return (
    <section aria-label="What is wrong" className="stack">
      {reasons.length === 0 && <p className="sentence">{sentence}</p>}
      <ul className="reasons" data-tone={reasons.length > 0 ? "failed" : "late"}>
        {reasons.map(({ code, message }) => (
          <li key={message}>
            <StatusBadge tone="failed" word={toWord(code)} />
            <span>{message}</span>
            <NextStep code={code} />
          </li>
        ))}
        {warnings.map(({ code, message }) => (
          <li key={message}>
            <StatusBadge tone="late" word={toWord(code)} />
            <span>{message}</span>
            <NextStep code={code} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Where what is wrong can be looked at, by the code of it. */
const STEPS: Readonly<
  Record<string, { readonly to: string; readonly search?: Record<string, string>; readonly word: string }>
> = {
  OPEN_PROBLEMS: { to: "/problems", search: { severity: "ERROR" }, word: "Look at them" },
  LATE: { to: "/schedules", word: "Schedules" },
  KILLS_WORKERS: { to: "/runs", search: { status: "FAILED" }, word: "Failed runs" },
  UNKNOWN_TASK: { to: "/schedules", word: "Schedules" },
  UNREADABLE_SCHEDULE: { to: "/schedules", word: "Schedules" },
  NO_WORKER: { to: "/queues", word: "Queues" },
  MAINTENANCE: { to: "/maintenance", word: "Maintenance" },
};

function NextStep({ code }: { code: string }) {
  const step = STEPS[code];
  return step === undefined ? null : (
    <PageLink to={step.to} search={step.search}>
      {step.word}
    </PageLink>
  );
}
