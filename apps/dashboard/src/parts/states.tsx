import { Button, Skeleton } from "@mantine/core";
import IconAlertTriangle from "@tabler/icons-react/icons/IconAlertTriangle";
import { type ReactNode, useEffect, useState } from "react";

import { RequestFailed } from "../client/problem.ts";
import { CopyButton } from "./copy-button.tsx";

interface EmptyProps {
  /** What would be here: "Runs appear here as soon as a schedule fires." */
  readonly children: ReactNode;
  readonly title: string;
  /** The one next step. */
  readonly action?: ReactNode;
}

/** There is nothing yet. */
export function Empty({ title, children, action }: EmptyProps) {
  return (
    <div className="state">
      <h3>{title}</h3>
      <p className="meta">{children}</p>
      {action}
    </div>
  );
}

/** There is something, and the filter leaves all of it out. */
export function NoMatch({ what, onClear }: { readonly what: string; readonly onClear: () => void }) {
  return (
    <div className="state">
      <h3>No {what} match this filter</h3>
      <Button size="xs" variant="default" onClick={onClear}>
        Clear the filter
      </Button>
    </div>
  );
}

interface ErrorStateProps {
  /** What could not be shown: "The runs". */
  readonly what: string;
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}

/** What failed, what the server said of it, and how to go on; only the part that failed is taken by it. */
export function ErrorState({ what, error, onRetry }: ErrorStateProps) {
  const said = error instanceof RequestFailed ? error : null;
  return (
    <div className="state state-error" role="alert">
      <h3>
        <IconAlertTriangle size={16} aria-hidden /> {what} cannot be shown
      </h3>
      <p>{error instanceof Error ? error.message : String(error)}</p>
      {said?.problem?.errors?.map(({ where, problem }) => (
        <p key={`${where}${problem}`} className="meta">
          {where}: {problem}
        </p>
      ))}
      <div className="row">
        {onRetry !== undefined && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
        {said !== null && <CopyButton text={said.report} label="Copy the report" />}
      </div>
    </div>
  );
}

const PATIENCE_MS = 150;

/** The layout that is to come, after a moment in which nothing is shown; the old page stays where there is one. */
export function Loading({ rows = 8, what }: { readonly rows?: number; readonly what: string }) {
  const [isShown, setIsShown] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setIsShown(true), PATIENCE_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <div role="status" aria-label={`Loading ${what}`} className="loading">
      {isShown && Array.from({ length: rows }, (_, row) => <Skeleton key={row} height={20} radius={4} />)}
    </div>
  );
}
