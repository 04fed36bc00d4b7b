import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import type { RunDetail } from "./run-queries.ts";

const UUID = /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/g;

/** Why it failed, was skipped or missed, or waits: in one sentence, with links to the runs it names. */
export function ReasonSentence({ run }: { readonly run: RunDetail }) {
  const text = run.error ?? run.reason;
  if (text === null) return null;
  const isQuiet = run.status === "SKIPPED" || run.status === "SCHEDULED" || run.status === "CANCELLED";
  return (
    <div className={isQuiet ? "notice" : "notice failed"} role={isQuiet ? undefined : "alert"}>
      {run.reasonCode !== null && <span className="name">{run.reasonCode}: </span>}
      <span className="reason-text">{linkRuns(text)}</span>
    </div>
  );
}

const linkRuns = (text: string): ReactNode[] =>
  text.split(UUID).map((part, index) =>
    index % 2 === 1 ? (
      <Link key={index} to="/runs/$id" params={{ id: part }} className="mono">
        {part.slice(0, 8)}
      </Link>
    ) : (
      part
    ),
  );
