import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { CopyButton } from "../../parts/copy-button.tsx";
import { toWord } from "../../parts/status.ts";
import { Duration, Elapsed, TimeText } from "../../parts/time-text.tsx";
import { LateBy } from "./late-by.tsx";
import type { RunDetail } from "./run-queries.ts";

/** Due, started, took; who did it and on which worker. */
export function RunFacts({ run }: { readonly run: RunDetail }) {
  const { dueAt, createdAt, startedAt, finishedAt } = run;
  const facts: [string, ReactNode][] = [
    ...(dueAt === null ? [] : [["Due", <TimeText key="due" at={dueAt} absolute />] as [string, ReactNode]]),
    ...(dueAt === null ? [["Asked for", <TimeText key="asked" at={createdAt} absolute />] as [string, ReactNode]] : []),
    [
      "Started",
      startedAt === null ? (
        "not yet"
      ) : (
        <span className="last-cell">
          <TimeText at={startedAt} absolute />
          <LateBy dueAt={dueAt} startedAt={startedAt} />
        </span>
      ),
    ],
    [
      finishedAt === null ? "Running for" : "Took",
      startedAt === null ? (
        "–"
      ) : finishedAt === null ? (
        <Elapsed since={startedAt} />
      ) : (
        <Duration ms={Date.parse(finishedAt) - Date.parse(startedAt)} />
      ),
    ],
    ["Why it exists", toWord(run.origin) + (run.requestedBy === null ? "" : `, by ${run.requestedBy}`)],
    ["Try", `${run.attempt} of ${run.maxAttempts} at most`],
    ["Worker", run.worker ?? "none"],
    ["Queue", run.queue],
    ...(run.parentId === null
      ? []
      : [
          [
            "Shares the work of",
            <Link key="parent" to="/runs/$id" params={{ id: run.parentId }}>
              {run.parentId.slice(0, 8)}
            </Link>,
          ] as [string, ReactNode],
        ]),
    ...(run.occurrences > 1 ? [["Stands for", `${run.occurrences} occurrences`] as [string, ReactNode]] : []),
    ...(run.lastDeath === null ? [] : [["Worker died", run.lastDeath] as [string, ReactNode]]),
    [
      "Id",
      <span key="id" className="mono">
        {run.id}
      </span>,
    ],
  ];
  return (
    <aside className="panel run-facts" aria-label="Facts">
      <dl className="facts panel-body">
        {facts.map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="panel-body">
        <CopyButton text={run.id} label="Copy the id" />
      </div>
    </aside>
  );
}
